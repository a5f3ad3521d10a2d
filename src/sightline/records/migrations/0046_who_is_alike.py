"""Which lines a buyer holds, and how like another must be to be its peer, beside what it may take."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0045_kept_outcomes")]

    operations = [
        migrations.AddField(
            model_name="suggestion",
            name="edge",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="holds",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
