"""Load 100,000 accounts, 300,000 contacts and 200,000 opportunities, then time reads.

Run: `python benchmarks/sandbox/large_org.py [share]`, where share scales the row counts (1.0).
Prints seconds to load and milliseconds per kind of request, each the median of several.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sightline_sandbox.application import Sandbox
from sightline_sandbox.http import Request
from sightline_sandbox.ids import make_id
from sightline_sandbox.loading import export, founding, start
from sightline_sandbox.org import Org

ACCOUNTS, CONTACTS, OPPORTUNITIES = 100_000, 300_000, 200_000
STAGES = ("Prospecting", "Qualification", "Needs Analysis", "Closed Won", "Closed Lost")


def write_export(folder: Path, share: float) -> None:
    """Three export files of plain, varied rows."""
    accounts, contacts, deals = (int(n * share) for n in (ACCOUNTS, CONTACTS, OPPORTUNITIES))

    def moment(n: int) -> str:
        return f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d} {n % 24:02d}:{n % 60:02d}:{n % 60:02d}"

    def write(name: str, header: list[str], rows: object) -> None:
        with (folder / f"{name}.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(header)
            out.writerows(rows)  # type: ignore[arg-type]

    write(
        "Account",
        ["Id", "Name", "Industry", "BillingCountry", "AnnualRevenue", "LastModifiedDate"],
        (
            (make_id("001", n + 1_000), f"Account {n}", "Energy", "Spain", n * 10, moment(n))
            for n in range(accounts)
        ),
    )
    write(
        "Contact",
        ["Id", "FirstName", "LastName", "Email", "AccountId", "Title", "LastModifiedDate"],
        (
            (
                make_id("003", n + 1_000),
                f"First{n % 500}",
                f"Last{n}",
                f"p{n}@example.com",
                make_id("001", n % accounts + 1_000),
                "Director",
                moment(n),
            )
            for n in range(contacts)
        ),
    )
    write(
        "Opportunity",
        ["Id", "Name", "AccountId", "StageName", "Amount", "CloseDate", "LastModifiedDate"],
        (
            (
                make_id("006", n + 1_000),
                f"Deal {n}",
                make_id("001", n % accounts + 1_000),
                STAGES[n % 5],
                n % 9000,
                f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
                moment(n),
            )
            for n in range(deals)
        ),
    )


def timed(run: Callable[[], object], times: int = 7) -> float:
    """The median of several runs, in milliseconds."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)


def main() -> None:
    """Load, then read."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_export(folder, share)
        org = Org(folder / "sandbox.sqlite3")
        founding.found(org, name="Large")
        begun = time.perf_counter()
        loaded = export.load(org, folder)
        seconds = time.perf_counter() - begun
        print(f"loaded {sum(loaded.rows.values())} rows in {seconds:.1f} s")
        sandbox = Sandbox(org, control_key="k")
        token = start.token_for(sandbox, None, None)

        def get(path: str) -> object:
            request = Request(
                "GET", f"/services/data/v60.0/{path}", {"authorization": f"Bearer {token}"}
            )
            answer = sandbox(request)
            assert answer.status == 200, answer.body
            answer.encoded(pretty=False)
            return answer.body

        account = make_id("001", 1_500)
        first = "query?q=SELECT+Id,Name,SystemModstamp+FROM+Contact+ORDER+BY+SystemModstamp,Id"
        body = get(first)
        assert isinstance(body, dict)
        following = body["nextRecordsUrl"].split("/v60.0/")[1]
        since = "WHERE+SystemModstamp+>=+2026-06-01T00:00:00Z+ORDER+BY+SystemModstamp,Id+LIMIT+2000"
        reads = {
            "one row": f"sobjects/Account/{account}",
            "one row by query": f"query?q=SELECT+Id,Name+FROM+Account+WHERE+Id='{account}'",
            "contacts of an account": "query?q=SELECT+Id,Name+FROM+Contact+WHERE+AccountId="
            f"'{account}'",
            "2,000 rows by keyset": f"query?q=SELECT+Id,Name,Email+FROM+Contact+{since}",
            "a keyset page in the middle": "query?q=SELECT+Id,Name,SystemModstamp+FROM+Contact+"
            "WHERE+SystemModstamp+>+2026-06-15T05:00:00Z+OR+(SystemModstamp+=+"
            f"2026-06-15T05:00:00Z+AND+Id+>+'{make_id('003', 2_000)}')+"
            "ORDER+BY+SystemModstamp,Id+LIMIT+2000",
            "first page of all contacts": first,
            "a further page": following,
            "count of contacts": "query?q=SELECT+COUNT()+FROM+Contact",
            "amount by stage": "query?q=SELECT+StageName,SUM(Amount)+FROM+Opportunity+"
            "GROUP+BY+StageName",
        }
        for label, path in reads.items():
            print(f"{label}: {timed(lambda path=path: get(path)):.1f} ms")  # type: ignore[misc]


if __name__ == "__main__":
    main()
