"""How long the demonstration export takes at several sizes, in how much memory.

Run as `python benchmarks/demonstration/run.py [ACCOUNTS …]`; writes to a folder it deletes.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CHILD = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from sightline.exchange.demonstration import generate
began = time.perf_counter()
summary = generate(Path(sys.argv[1]), accounts=int(sys.argv[2]), today=date(2026, 11, 21))
took = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": took, "peak_kib": peak, "rows": dict(summary.rows)}))
"""


def measure(accounts: int) -> dict[str, Any]:
    """One size in a process of its own, so that peak memory is that size's alone."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, folder, str(accounts)],
            check=True,
            capture_output=True,
            text=True,
        )
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return {"accounts": accounts, "bytes": size, **json.loads(done.stdout)}


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [120, 1_000, 10_000, 100_000]
    print(f"{'accounts':>9} {'rows':>12} {'MB':>8} {'seconds':>8} {'rows/s':>9} {'peak MiB':>9}")
    for accounts in sizes:
        found = measure(accounts)
        rows = sum(found["rows"].values())
        print(
            f"{accounts:>9,} {rows:>12,} {found['bytes'] / 1e6:>8,.0f} {found['seconds']:>8.1f} "
            f"{rows / found['seconds']:>9,.0f} {found['peak_kib'] / 1024:>9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
