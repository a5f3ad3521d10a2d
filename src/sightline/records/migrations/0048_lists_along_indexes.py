"""Departures, plays of renewals, people who left and cells held, along an index each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0047_kept_lists"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="departurecost",
            name="departure_dearest",
        ),
        migrations.AddIndex(
            model_name="cellfact",
            index=models.Index(
                condition=models.Q(("competitor__isnull", False), ("ended_at", None)),
                fields=["competitor", "until"],
                name="cell_fact_of_competitor",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("status__in", ("left", "moved"))),
                fields=["account"],
                name="contact_gone",
            ),
        ),
        migrations.AddIndex(
            model_name="departurecost",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["-lost", "-share", "contact"],
                name="departure_of_theirs",
            ),
        ),
        migrations.AddIndex(
            model_name="play",
            index=models.Index(
                condition=models.Q(("renewal__isnull", False)),
                fields=["renewal"],
                name="play_of_renewal",
            ),
        ),
    ]
