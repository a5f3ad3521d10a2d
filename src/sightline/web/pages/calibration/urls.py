"""The address of the calibration page."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.calibration import views

urlpatterns = [path("calibration", views.show, name="show")]
