"""The records app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """The only Django app with models."""

    name = "sightline.records"
    label = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        """After every migration the database has its search indexes (see `search_index`)."""
        from sightline.records import search_index

        post_migrate.connect(search_index.ensure, sender=self)
