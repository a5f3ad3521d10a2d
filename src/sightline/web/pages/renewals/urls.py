"""Addresses of the renewals: the calendar, and one contract below its account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.renewals import edits, views

_HERE = "accounts/<int:account_id>/renewals/<int:contract_id>/way"

urlpatterns = [
    path("renewals", views.show, name="show"),
    path(_HERE, views.contract, name="contract"),
    path(f"{_HERE}/outcome", edits.outcome, name="outcome-set"),
    path(f"{_HERE}/outcome/<int:outcome_id>/undo", edits.outcome_undo, name="outcome-undo"),
    path(f"{_HERE}/clauses", edits.clauses, name="clauses-set"),
    path(f"{_HERE}/together", edits.together, name="together-set"),
    path(f"{_HERE}/apart", edits.apart, name="apart-set"),
]
