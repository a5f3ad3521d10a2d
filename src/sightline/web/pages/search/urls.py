"""The address of the search."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.search import views

urlpatterns = [path("search", views.find, name="find")]
