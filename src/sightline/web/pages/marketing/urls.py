"""Addresses of marketing's page."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.marketing import views

urlpatterns = [
    path("", views.show_all, name="list"),
    path("export.csv", views.export, name="export"),
    path("<int:account_id>", views.show, name="account"),
]
