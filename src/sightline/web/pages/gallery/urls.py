"""The address of the gallery."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.gallery import views

urlpatterns = [path("gallery", views.show, name="show")]
