"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The only Django app with models."""

    name = "sightline.records"
    label = "records"
    verbose_name = "Records"
