"""Addresses of explanations, below the account's plan."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.explanations import views

_HERE = "<int:account_id>/plan/off-trend"

urlpatterns = [
    path(_HERE, views.show, name="show"),
    path(f"{_HERE}/explain", views.explain, name="explain"),
    path(f"{_HERE}/<int:row_id>", views.board, name="board"),
    path(f"{_HERE}/<int:row_id>/columns", views.column_add, name="column-add"),
    path(
        f"{_HERE}/<int:row_id>/columns/<int:column_id>/remove",
        views.column_remove,
        name="column-remove",
    ),
    path(f"{_HERE}/<int:row_id>/settle", views.settle, name="settle"),
]
