"""Addresses of the jobs."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.jobs import views

urlpatterns = [
    path("", views.show, name="list"),
    path("<int:job_id>/cancel", views.cancel, name="job-cancel"),
    path("<int:job_id>/retry", views.retry, name="job-retry"),
]
