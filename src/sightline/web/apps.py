"""The web app: templates, static files and template tags; it has no models."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    """Registers the templates and the `ui` tags."""

    name = "sightline.web"
    label = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        """When somebody came in is kept by our action, not by a signal's save."""
        user_logged_in.disconnect(dispatch_uid="update_last_login")
