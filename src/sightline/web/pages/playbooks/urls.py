"""Addresses of playbooks."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.playbooks import runs, views

urlpatterns = [
    path("", views.show, name="list"),
    path("standard", views.standard, name="standard-add"),
    path("new", views.write, name="playbook-new"),
    path("running", runs.show, name="run-list"),
    path("running/<int:run_id>/stop", runs.stop, name="run-stop"),
    path("<int:playbook_id>/", views.playbook, name="playbook-show"),
    path("<int:playbook_id>/edit", views.write, name="playbook-edit"),
    path("<int:playbook_id>/try", views.attempt, name="playbook-try"),
    path("<int:playbook_id>/switch", views.switch, name="playbook-switch"),
]
