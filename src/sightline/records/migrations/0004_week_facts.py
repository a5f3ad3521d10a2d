"""Monday: what an account's people ask of a week, and answers that belong to their week."""

from __future__ import annotations

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds `WeekFacts`, and the week and the reasons of an answer."""

    dependencies = [("records", "0003_company_history")]

    operations = [
        migrations.RemoveConstraint(model_name="mondayanswer", name="monday_one_answer"),
        migrations.AddField(
            model_name="mondayanswer",
            name="evidence",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="mondayanswer",
            name="monday",
            field=models.DateField(default=datetime.date(2026, 1, 5)),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="mondayanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("sign_in", "account", "act_key", "monday"),
                name="monday_one_answer",
            ),
        ),
        migrations.CreateModel(
            name="WeekFacts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quiet", models.JSONField(blank=True, default=list)),
                ("threads", models.JSONField(blank=True, default=list)),
                ("as_of", models.DateField()),
                ("computed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="week_facts",
                        to="records.account",
                    ),
                ),
            ],
        ),
    ]
