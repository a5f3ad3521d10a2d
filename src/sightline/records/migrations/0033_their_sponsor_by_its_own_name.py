"""Contact roles read as `sponsor` are told as our buying role `their_sponsor`; before, no map knew
them. Back again nothing is to be done: older versions read the rows anew at the next exchange."""

from typing import Any

from django.db import migrations


def rename(apps: Any, schema_editor: Any) -> None:
    """Tell the role by its own name."""
    rows = apps.get_model("records", "OpportunityContactRole").objects
    rows.filter(buying_role="sponsor").update(buying_role="their_sponsor")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0032_calls_as_tasks"),
    ]

    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
