"""Open deals of a stage, along an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0049_measures_computed"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("is_closed", False), ("removed_at", None)),
                fields=["stage", "is_closed", "removed_at"],
                name="opportunity_open_stage",
            ),
        ),
    ]
