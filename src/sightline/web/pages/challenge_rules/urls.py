"""Addresses of the challenge rules, below the settings."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.challenge_rules import views

urlpatterns = [
    path("challenge-rules", views.show, name="show"),
    path("challenge-rules/upload", views.upload, name="upload-set"),
    path("challenge-rules/adopt/<int:version_id>", views.adopt, name="adopt"),
    path("challenge-rules/drop/<int:version_id>", views.drop, name="drop"),
    path("challenge-rules/switch", views.switch, name="switch-set"),
]
