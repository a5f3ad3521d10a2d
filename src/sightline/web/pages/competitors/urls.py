"""Addresses of the competitors."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.competitors import views

urlpatterns = [
    path("", views.everywhere, name="all"),
    path("<int:account_id>/", views.show, name="show"),
]
