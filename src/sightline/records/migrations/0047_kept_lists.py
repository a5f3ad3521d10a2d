"""What lists of large companies say in sums, kept by a job."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0046_who_is_alike"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(blank=True, max_length=40)),
                ("about", models.CharField(max_length=40)),
                ("figures", models.JSONField(default=dict)),
                ("computed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("about", "scope"), name="kept_list_once")
                ],
            },
        ),
    ]
