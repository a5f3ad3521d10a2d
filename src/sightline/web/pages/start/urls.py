"""Addresses of the first page."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.start import views

urlpatterns = [
    path("", views.doors, name="doors"),
    path("demonstration", views.load_demonstration, name="demonstration-load"),
    path("tour", views.tour, name="tour"),
]
