"""Addresses of the departure test."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.departures import building, views

urlpatterns = [
    path("", views.dearest, name="dearest"),
    path("<int:account_id>", views.show, name="show"),
    path("<int:account_id>/build", building.build, name="build"),
    path("<int:account_id>/seen-again", building.seen_again, name="seen-again"),
]
