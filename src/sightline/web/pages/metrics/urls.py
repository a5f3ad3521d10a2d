"""Addresses of a plan's metrics, below its account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.metrics import views

urlpatterns = [
    path("<int:account_id>/plan/metrics", views.show, name="show"),
    path("<int:account_id>/plan/metrics/<slug:key>", views.edit, name="metric-set"),
    path("<int:account_id>/plan/metrics/<slug:key>/drop", views.drop, name="metric-drop"),
]
