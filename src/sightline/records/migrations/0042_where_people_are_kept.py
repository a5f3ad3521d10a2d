"""Where each person is kept, beside where that account is planned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0041_joint_review_days")]

    operations = [
        migrations.AddField(
            model_name="contactwatch",
            name="home",
            field=models.ForeignKey(
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to="records.account",
            ),
        ),
    ]
