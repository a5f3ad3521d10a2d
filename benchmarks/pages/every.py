"""Server time of every page that can be asked without more than an account: who waits too long where.

`./run python -m benchmarks.pages.every [--account ID] [--over 45] [--who seller manager head]`, after
`fill` and `lived_in`. Of three answers the quickest, by processor; pages below `--over` ms are left out.
"""

from __future__ import annotations

import argparse
import logging
import os
import time
from collections.abc import Iterator
from typing import Any

# files, feeds and the way in and out: not pages
_LEFT_OUT = ("export", "feed", "sign", "csv", "xlsx", "svg", "png", "pdf")


def addresses(resolver: Any, before: str = "") -> Iterator[str]:
    """Every address that names nothing but, perhaps, an account."""
    for one in resolver.url_patterns:
        address = f"{before}{one.pattern}".replace("^", "").replace("$", "")
        if hasattr(one, "url_patterns"):
            yield from addresses(one, address)
        elif "<" not in address.replace("<int:account_id>", ""):
            yield address


def quickest(client: Any, path: str) -> tuple[float, int]:
    """Milliseconds of processor for the quickest of three answers, and kB; 0 where it is no page."""
    answer = client.get(path)
    if answer.status_code != 200 or getattr(answer, "streaming", False):
        return 0.0, 0
    times = []
    for _ in range(3):
        began = time.process_time()
        answer = client.get(path)
        times.append(1000 * (time.process_time() - began))
    return min(times), len(answer.content) // 1000


def fixed_work() -> float:
    """Milliseconds of processor for the quickest of five rounds of the same plain work: how fast the
    machine is just now, to compare figures of two hours by."""
    times = []
    for _ in range(5):
        began = time.process_time()
        sum(number * number for number in range(200_000))
        times.append(1000 * (time.process_time() - began))
    return min(times)


def main() -> None:
    """Ask all of them, and print the slow ones."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--account", type=int)
    asked.add_argument("--over", type=float, default=45.0)
    asked.add_argument("--who", nargs="+", default=["seller", "manager", "head"])
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from django.test import Client
    from django.urls import get_resolver

    from sightline.config import garbage
    from sightline.records.models import SignIn, TierResult

    garbage.seldom()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # addresses that only take posts
    mine = TierResult.objects.filter(account__owner__name="Bench Seller", proposed_tier=1)
    account = given.account or mine.order_by("-potential", "account_id")[0].account_id
    pages = sorted({f"/{one}" for one in addresses(get_resolver())})
    for who in given.who:
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        client.force_login(SignIn.objects.get(email=f"{who}@bench.example"))
        for page in pages:
            path = page.replace("<int:account_id>", str(account))
            took, size = 0.0, 0
            if not any(word in path for word in _LEFT_OUT):
                took, size = quickest(client, path)
            if took > given.over:
                print(f"{who:10} {path:44} {took:7.0f} ms {size:6} kB", flush=True)
        print(f"{who:10} {'fixed work':44} {fixed_work():7.0f} ms", flush=True)
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
