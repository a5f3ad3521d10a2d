"""Addresses of the sponsor's page."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.sponsor import views

urlpatterns = [path("sponsor", views.show, name="show")]
