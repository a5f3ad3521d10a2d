"""Fill the database of page benchmarks: `./run python -m benchmarks.pages.fill [--accounts N]`.

SIGHTLINE_DATA names a folder that is made where it is missing; DATABASE_URL an empty PostgreSQL.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def main() -> None:
    """Migrate, load the demonstration company, copy it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--accounts", type=int, default=100_000)
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from benchmarks.pages import company

    data = Path(settings.SIGHTLINE_DATA)
    data.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    company.make(data, accounts=given.accounts, say=print)


if __name__ == "__main__":
    main()
