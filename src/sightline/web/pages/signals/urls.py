"""The addresses of what a person says to a signal."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.signals import views

urlpatterns = [
    path("<int:signal_id>/dismiss", views.dismiss, name="dismiss"),
    path("<int:signal_id>/restore", views.restore, name="restore"),
]
