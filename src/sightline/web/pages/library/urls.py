"""Addresses of the library of plays."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.library import views

urlpatterns = [
    path("", views.show, name="show"),
    path("new", views.write, name="new"),
    path("<int:template_id>/", views.template, name="template"),
    path("<int:template_id>/edit", views.write, name="edit"),
    path("<int:template_id>/retire", views.retire, name="retire"),
    path("<int:template_id>/start", views.start, name="start"),
]
