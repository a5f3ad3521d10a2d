"""Who was looked at before is kept where the CRM keeps them now."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def kept_where_they_are(apps: Any, schema_editor: Any) -> None:
    contacts = apps.get_model("records", "Contact").objects.filter(pk=OuterRef("contact_id"))
    watches = apps.get_model("records", "ContactWatch").objects
    watches.update(home_id=Subquery(contacts.values("account_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [("records", "0042_where_people_are_kept")]

    operations = [
        migrations.RunPython(kept_where_they_are, migrations.RunPython.noop),
    ]
