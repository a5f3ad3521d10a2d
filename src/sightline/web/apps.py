"""The web app: templates, static files and template tags; it has no models."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the templates and the `ui` tags."""

    name = "sightline.web"
    label = "web"
    verbose_name = "Pages"
