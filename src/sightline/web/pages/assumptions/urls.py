"""Addresses of what a plan stands on, below its account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.assumptions import edits, swot_edits, views

_HERE = "<int:account_id>/plan/ground"

urlpatterns = [
    path(_HERE, views.show, name="show"),
    path(f"{_HERE}/objectives", edits.objective_add, name="objective-add"),
    path(f"{_HERE}/objectives/<int:row_id>", edits.objective_set, name="objective-set"),
    path(f"{_HERE}/assumptions", edits.assumption_add, name="assumption-add"),
    path(f"{_HERE}/assumptions/<int:row_id>", edits.assumption_set, name="assumption-set"),
    path(
        f"{_HERE}/assumptions/<int:row_id>/remove",
        edits.assumption_remove,
        name="assumption-remove",
    ),
    path(f"{_HERE}/risks", edits.risk_add, name="risk-add"),
    path(f"{_HERE}/risks/<int:row_id>", edits.risk_set, name="risk-set"),
    path(f"{_HERE}/risks/<int:row_id>/end", edits.risk_end, name="risk-end"),
    path(f"{_HERE}/swot", swot_edits.add, name="swot-add"),
    path(f"{_HERE}/swot/<int:row_id>", swot_edits.change, name="swot-set"),
    path(f"{_HERE}/swot/<int:row_id>/remove", swot_edits.remove, name="swot-remove"),
    path(f"{_HERE}/swot/<int:row_id>/restore", swot_edits.restore, name="swot-restore"),
    path(f"{_HERE}/health", edits.health_set, name="health-set"),
    path(f"{_HERE}/health/end", edits.health_end, name="health-end"),
]
