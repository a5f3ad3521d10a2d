"""When measures were last computed, along an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0048_lists_along_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="accountmeasures",
            index=models.Index(fields=["computed_at"], name="measures_computed"),
        ),
    ]
