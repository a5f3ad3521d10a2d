"""How long the server takes for a grid of 60 lines × 120 units with 5,000 facts.

    DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python -m benchmarks.whitespace

Process time, after one look at another page of the account and one at the grid, so that starting up
is not counted. Beside it a fixed piece of work in plain Python, so that figures of machines of different
speed, and of one that others share, compare by their ratio.
Five ways: with nothing kept (every cell is scored), first by a process with the grid that the night's
job left ready, the same with a band of cells open, again with nothing changed since, and right after
somebody said something of a cell, which is computed alone.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from datetime import timedelta
from typing import Any

import django

LINES, UNITS, FACTS, PEOPLE, LOOKS = 60, 120, 5_000, 200, 40
WORK = 300_000


def main() -> None:
    """Seed a database of its own, look at the grid, say the quantiles. Templates are drawn as a web
    process draws them, without the copies that a test environment makes of what they are told."""
    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        _measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _measure() -> None:
    from django.test import Client

    from sightline.actions.kept_grids import keep_grid
    from sightline.config import garbage
    from sightline.records.models import CellFact

    account, owner = _seed()
    client = Client()
    client.force_login(owner)
    page = f"/whitespace/{account.pk}/"
    opened = f"{page}?units=none&open=0"
    client.get(f"/plays/{account.pk}/")
    client.get(f"{page}?as=table")
    client.get(page)
    garbage.seldom()  # as a web process does
    work = [_work() for _ in range(LOOKS)]
    bare = [_first(client, page) for _ in range(LOOKS)]
    keep_grid(account.pk)
    first = [_first(client, page) for _ in range(LOOKS)]
    band = [_first(client, opened) for _ in range(LOOKS)]
    whole = client.get(opened)
    again = [_timed(client, page if look % 2 else opened) for look in range(LOOKS)]
    after = []
    for look in range(LOOKS):
        _say(account, owner, look)
        after.append(_timed(client, page))
    work += [_work() for _ in range(LOOKS)]
    cells = whole.content.count(b"<td><a class=")
    print(f"{CellFact.objects.count()} facts; {cells} cells, {len(whole.content):,} bytes")
    unit = statistics.median(work)
    print(_words("fixed work", work, unit))
    print(_words("first, nothing kept", bare, unit))
    print(_words("first in a process", first, unit))
    print(_words("first, a band open", band, unit))
    print(_words("looked at again", again, unit))
    print(_words("after a change", after, unit))


def _say(account: Any, owner: Any, look: int) -> None:
    """Somebody answers what one cell needs."""
    from django.utils import timezone

    from sightline.actions.whitespace import Place, Saying, say_need
    from sightline.records.models import Cell
    from sightline.records.scoping import person_of

    cell = Cell.objects.filter(account=account).order_by("pk")[look * 7]
    now = timezone.now()
    saying = Saying(person_of(owner), now, now.date(), None)
    place = Place(account.pk, cell.unit_id, cell.product_line_id)
    say_need(place, look % 4, saying=saying, evidence=f"look {look}")


def _first(client: Any, page: str) -> float:
    """As a process that holds no grid yet."""
    from sightline.records.queries.whitespace.grid import forget

    forget()
    return _timed(client, page)


def _timed(client: Any, page: str) -> float:
    """Milliseconds until the answer is made; garbage is looked for after it, as a web process does."""
    from django.core.signals import request_finished

    from sightline.config import garbage

    request_finished.disconnect(dispatch_uid=garbage.NAME)
    start = time.process_time()
    answer = client.get(page)
    took = time.process_time() - start
    assert answer.status_code == 200
    garbage.between_answers()
    return 1000 * took


def _work() -> float:
    """Milliseconds for a fixed piece of work in plain Python."""
    start, found = time.process_time(), 0
    for number in range(WORK):
        found += number * number % 7
    assert found > 0
    return 1000 * (time.process_time() - start)


def _words(name: str, times: list[float], unit: float) -> str:
    """Median and 95th percentile (the least that 95 of a hundred do not exceed), and both as many
    times the fixed work."""
    median, p95 = statistics.median(times), sorted(times)[math.ceil(0.95 * len(times)) - 1]
    return (
        f"{name}: median {median:.0f} ms, p95 {p95:.0f} ms; "
        f"{median / unit:.1f} and {p95 / unit:.1f} times the fixed work"
    )


def _seed() -> tuple[Any, Any]:
    from django.utils import timezone

    from sightline.records.models import (
        AccountMeasures,
        Cell,
        CellFact,
        CellMeasures,
        Contact,
    )
    from tests import makers

    chance = random.Random(7)
    makers.company()
    user = makers.crm_user()
    owner = makers.sign_in("account_manager", user=user)
    account = makers.account("Large", owner=user, industry="Machines")
    lines = [makers.line(f"Line {n:02}", family=f"Family {n % 8}") for n in range(LINES)]
    units: list[Any] = []
    for n in range(UNITS):
        parent = chance.choice(units) if n > 20 and chance.random() < 0.6 else None
        units.append(makers.unit(account, f"Unit {n:03}", parent=parent, employees=100 + n))
    AccountMeasures.objects.create(
        account=account, currency="GBP", as_of=makers.TODAY, ledger_version=1, monthly=[0] * 36
    )
    places = chance.sample([(u, ln) for u in units for ln in lines], 3_000)
    CellMeasures.objects.bulk_create(
        CellMeasures(
            account=account, unit=u, product_line=ln, r12=chance.randrange(10**7), owned=True
        )
        for u, ln in places[:1_200]
    )
    cells = Cell.objects.bulk_create(
        Cell(account=account, unit=u, product_line=ln) for u, ln in places[500:]
    )
    kinds = [(cell, kind) for cell in cells for kind in ("need", "holder", "value_hand")]
    today = timezone.now().date()
    CellFact.objects.bulk_create(
        CellFact(
            cell=cell,
            kind=kind,
            level=chance.randrange(4) if kind == "need" else None,
            choice="in_house" if kind == "holder" else "",
            likely=chance.randrange(1, 10**8) if kind == "value_hand" else None,
            currency="GBP" if kind == "value_hand" else "",
            source="benchmark",
            said_on=today - timedelta(days=chance.randrange(300)),
        )
        for cell, kind in chance.sample(kinds, FACTS)
    )
    Contact.objects.bulk_create(
        Contact(
            account=account,
            unit=chance.choice(units),
            name=f"Person {n}",
            sort_name=f"person {n}",
        )
        for n in range(PEOPLE)
    )
    return account, owner


if __name__ == "__main__":
    main()
