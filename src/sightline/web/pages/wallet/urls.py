"""Addresses of a customer's wallet."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.wallet import edits, views

urlpatterns = [
    path("<int:account_id>/", views.show, name="show"),
    path("<int:account_id>/estimate", edits.estimate, name="estimate-add"),
    path("<int:account_id>/step", edits.step, name="step-set"),
    path("<int:account_id>/spend", edits.spend, name="spend-add"),
    path("<int:account_id>/spend/<int:file_id>/undo", edits.spend_undo, name="spend-undo"),
    path("<int:account_id>/suppliers/<int:supplier_id>", edits.supplier, name="supplier-class"),
]
