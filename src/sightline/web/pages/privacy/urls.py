"""Addresses of people's data."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.privacy import views

urlpatterns = [
    path("", views.show, name="show"),
    path("people/<int:contact_id>", views.person, name="person"),
    path("people/<int:contact_id>/export", views.export, name="export"),
    path("people/<int:contact_id>/erase", views.erase, name="erase"),
]
