"""What leaders want, worked backwards, kept beside the picture of very many accounts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0044_lists_in_their_order")]

    operations = [
        migrations.AddField(
            model_name="analyticssums",
            name="outcomes",
            field=models.JSONField(default=dict),
        ),
    ]
