"""Server time of the portfolio's analytics alone: `./run python -m benchmarks.pages.analytics`.

On the database that `benchmarks.pages.fill` filled, with what jobs keep brought up to date first
(`--keep`). Prints as `benchmarks.pages.speed` does: time passed and processor time of the process.
"""

from __future__ import annotations

import argparse
import os
import time

from benchmarks.pages.speed import HEAD, row

PAGES = (
    "",
    "plans",
    "plans?only=no_path",
    "signals",
    "signals?kind=off_trend&tier=1",
    "losing-ground",
    "losing-ground?tier=1",
    "quiet",
    "behind/contact",
    "behind/accounts-acv",
    "behind/renewals",
    "behind/deals-moved",
    "outcomes",
)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--who", default="seller,head")
    asked.add_argument("--keep", action="store_true", help="run the jobs that keep sums first")
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from django.db import connection

    from sightline.cli.layout import lay_out_static_files
    from sightline.config import garbage, reading

    lay_out_static_files()
    if given.keep:
        _keep()
        connection.close()  # jobs are not told what a web process is
    reading.alone()
    garbage.seldom()  # as a web process does once it is loaded
    print(HEAD)
    for who in given.who.split(","):
        for page in PAGES:
            name, address = f"analytics {page}"[:33], f"/analytics/{page}"
            print(row(name, address, who, rounds=given.rounds, profile=given.profile), flush=True)
    print(f"load average {os.getloadavg()[0]:.1f}")


def _keep() -> None:
    from sightline.actions.analytics_sums import keep_pictures
    from sightline.actions.ground import keep_ground
    from sightline.actions.portfolio_sums import keep_sums
    from sightline.actions.progress import Silent

    for job in (keep_ground, keep_sums, keep_pictures):
        passed, worked = time.perf_counter(), time.process_time()
        job(job=Silent())
        print(
            f"{job.__name__}: {time.perf_counter() - passed:.0f} s, "
            f"{time.process_time() - worked:.0f} s of processor time",
            flush=True,
        )


if __name__ == "__main__":
    main()
