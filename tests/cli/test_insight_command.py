"""`sightline insight` as it is typed: the columns and keys that others read are a contract."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sightline.cli.insight import insight
from tests.ledger.made import ledger, line

AS_OF = date(2026, 6, 30)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Forty accounts over three years, with spend and activities beside them."""
    draw = random.Random(5)
    lines: list[Any] = []
    for n in range(40):
        for _ in range(draw.randrange(5, 60)):
            day = AS_OF - timedelta(days=draw.randrange(-60, 1000))
            product = f"line {min(draw.randrange(8), draw.randrange(8))}"
            lines.append(
                line(f"a{n:02}", product, str(day), draw.randrange(100, 90_000), code="EUR")
            )
    spend = [
        ("city", f"unit {n % 5}", f"category {n % 3}", ["us", "them"][n % 2], AS_OF, 1000 + n)
        for n in range(40)
    ]
    activities = [
        (f"a{n % 4:02}", f"c{n % 7}", "me", "meeting", "", AS_OF - timedelta(days=n % 300))
        for n in range(400)
    ]
    folder = tmp_path / "ledger"
    ledger(folder, lines=lines, spend=spend, activities=activities)
    return folder


def run(*words: object) -> Result:
    result = CliRunner().invoke(insight, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def table(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


COLUMNS = {
    "whitespace": "account,unit,product_line,rank,score,peers_owning,peers,adoption,text",
    "quiet": "account,probability,alarm,days_silent,usual_gap,text",
    "wallet": "unit,category,ours,low,likely,high,share_low,share_likely,share_high,method,text",
}
ARGUMENTS = {
    "whitespace": ["--top", "3"],
    "quiet": ["--horizon", "180"],
    "wallet": ["--us", "us"],
}


@pytest.mark.parametrize("command", sorted(COLUMNS))
def test_the_columns_are_the_contract(place: Path, command: str, tmp_path: Path) -> None:
    words = [command, "--ledger", place, "--as-of", AS_OF, *ARGUMENTS[command]]
    printed = run(*words)
    assert printed.exit_code == 0, printed.stderr
    assert printed.stdout.splitlines()[0] == COLUMNS[command]
    assert len(printed.stdout.splitlines()) > 5
    out = tmp_path / "out.csv"
    written = run(*words, "--out", out)
    assert (written.exit_code, written.stdout) == (0, "")
    assert out.read_text(encoding="utf-8") == printed.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith("draft")] == []


def test_whitespace_ranks_from_one_and_lists_at_most_top(place: Path) -> None:
    rows = table(run("whitespace", "--ledger", place, "--as-of", AS_OF, "--top", 2))
    ranks: dict[str, list[int]] = {}
    for row in rows:
        ranks.setdefault(row["account"], []).append(int(row["rank"]))
        assert 0 <= float(row["adoption"]) <= 1
        assert int(row["peers_owning"]) <= int(row["peers"])
    assert all(found in ([1], [1, 2]) for found in ranks.values())


def test_quiet_gives_chances_and_alarms(place: Path) -> None:
    rows = table(run("quiet", "--ledger", place, "--as-of", AS_OF))
    chances = [float(row["probability"]) for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)
    assert {row["alarm"] for row in rows} <= {"true", "false"}


def test_wallet_hides_others_and_takes_sizes(place: Path, tmp_path: Path) -> None:
    sizes = tmp_path / "sizes.csv"
    sizes.write_text("Unit,Size\nunit 0,10\nunit 9,30\n")
    words = ["wallet", "--ledger", place, "--us", "US", "--as-of", AS_OF, "--hide-others"]
    rows = table(run(*words, "--size", sizes))
    assert {row["unit"] for row in rows} >= {"unit 0", "unit 9"}
    for row in rows:
        low, likely, high = (float(row[name]) for name in ("low", "likely", "high"))
        assert float(row["ours"]) <= low <= likely <= high
        assert float(row["share_low"]) <= float(row["share_likely"]) <= float(row["share_high"])


def test_retention_prints_figures_and_bridge(place: Path) -> None:
    result = run("retention", "--ledger", place, "--from", "2025-06-30", "--to", "2026-06-30")
    answer = json.loads(result.stdout)
    parts = ("start", "lost", "contraction", "expansion", "new", "reactivated", "end", "residual")
    assert {"grr", "nrr", "logo_retention", *parts} <= set(answer)
    left = answer["start"] - answer["lost"] - answer["contraction"]
    came = answer["expansion"] + answer["new"] + answer["reactivated"]
    assert round(left + came - answer["end"], 2) == answer["residual"] == 0


@pytest.mark.parametrize(
    ("windows", "opening"),
    [
        ("3", ["2025-04-01", "2025-06-30"]),
        ("2025-01-01:2025-01-31,2026-01-01:2026-01-31", ["2025-01-01", "2025-01-31"]),
    ],
)
def test_other_windows_can_be_told(place: Path, windows: str, opening: list[str]) -> None:
    words = ["retention", "--ledger", place, "--from", "2025-06-30", "--to", "2026-06-30"]
    answer = json.loads(run(*words, "--windows", windows).stdout)
    assert answer["start_window"] == opening


def test_concentration_has_its_four_figures(place: Path) -> None:
    answer = json.loads(run("concentration", "--ledger", place, "--as-of", AS_OF).stdout)
    assert 0.2 <= answer["top_20_share"] <= 1
    assert 0 <= answer["gini"] <= 1
    assert answer["effective_n"] == pytest.approx(1 / answer["hhi"])


def test_tiers_keep_to_the_capacity(place: Path) -> None:
    rows = table(run("tiers", "--ledger", place, "--as-of", AS_OF, "--capacity", 3))
    assert sum(row["tier"] == "1" for row in rows) <= 3
    assert sum(row["tier"] == "2" for row in rows) <= 7
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))
    money = [float(row["potential"]) for row in rows]
    assert money == sorted(money, reverse=True)


def test_contracts_and_usage_count_in_tiers_where_they_are_loaded(place: Path) -> None:
    asked = ("tiers", "--ledger", place, "--as-of", AS_OF, "--capacity", 3)
    before = {row["account"]: row for row in table(run(*asked))}
    assert "contract dates" in before["a00"]["text"] and "usage" in before["a00"]["text"]
    signed, ends = AS_OF - timedelta(days=300), AS_OF + timedelta(days=65)
    contracts = [
        ("a00", "", "line 1", "contract", signed, ends, 1000, 12.0, "EUR"),
        ("a01", "", "line 1", "contract", signed, AS_OF + timedelta(days=271), 1000, 24.0, "EUR"),
        ("a02", "", "line 1", "contract", AS_OF + timedelta(days=1), ends, 1000, 12.0, "EUR"),
    ]
    used = [("a01", "", "line 1", AS_OF - timedelta(days=30 * n), 50.0 + 20 * n) for n in range(8)]
    ledger(place, source="more", contracts=contracts, usage=used)
    after = {row["account"]: row for row in table(run(*asked))}

    def risen(account: str) -> float:
        stay = [1 - float(rows[account]["vulnerability"]) / 100 for rows in (before, after)]
        return 1 - stay[1] / stay[0]

    assert risen("a00") == pytest.approx(0.30, abs=1e-3)
    assert risen("a01") == pytest.approx(0.20, abs=1e-3)
    assert risen("a02") == risen("a03") == 0
    assert "renewal in sight" in after["a00"]["text"]
    assert "contract dates" not in after["a00"]["text"]


def test_attention_judges_only_with_enough_contact(place: Path) -> None:
    answer = json.loads(run("attention", "--ledger", place, "--as-of", AS_OF).stdout)
    assert answer["judged"] is True
    assert answer["touches"] >= 300
    assert sum(row["potential_share"] for row in answer["accounts"]) == pytest.approx(1, abs=1e-4)
    early = AS_OF - timedelta(days=280)
    answer = json.loads(run("attention", "--ledger", place, "--as-of", early).stdout)
    assert answer["judged"] is False
    assert "not enough activity to judge" in answer["text"]
    assert answer["swaps"] == []


def test_the_last_day_of_the_ledger_stands_in_for_a_day_not_told(place: Path) -> None:
    assert run("concentration", "--ledger", place).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["quiet", "--as-of", "yesterday"], 2, "yesterday is not a day"),
        (["whitespace", "--top", "0"], 2, "0 is not in the range"),
        (["retention", "--from", "2026-06-30", "--to", "2025-06-30"], 2, "must lie after"),
        (["retention", "--from", "2016-06-30", "--to", "2017-06-30"], 1, "no customer has"),
        (["wallet", "--us", "nobody"], 1, 'no supplier is called "nobody"'),
        (["whitespace", "--as-of", "1990-01-01"], 1, "nothing was bought up to 1990-01-01"),
        (["concentration", "--as-of", "1990-01-01"], 1, "no account has revenue"),
        (["concentration", "--currency", "USD"], 1, "no rate from EUR into USD"),
    ],
)
def test_what_cannot_be_answered_is_said_and_nothing_is_printed(
    place: Path, words: list[str], code: int, said: str
) -> None:
    result = run(words[0], "--ledger", place, *words[1:])
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("unit,size\na,ten\n", 'row 2, column size: "ten" is not a size'),
        ("unit,size\n,1\n", "row 2, column unit: is empty"),
        ("unit,size\na,1\na,2\n", "row 3, column unit: a stands twice"),
        ("unit,people\na,1\n", "has no column size"),
        ("unit,size\na,1,2\n", "row 2: 3 columns where the first row names 2"),
        ("unit,size\n", "holds no size"),
    ],
)
def test_a_size_file_is_refused_by_row_and_column(
    place: Path, tmp_path: Path, content: str, said: str
) -> None:
    sizes = tmp_path / "sizes.csv"
    sizes.write_text(content)
    result = run("wallet", "--ledger", place, "--us", "us", "--size", sizes)
    assert (result.exit_code, said in result.stderr) == (1, True)


def test_an_empty_ledger_says_what_is_missing(tmp_path: Path) -> None:
    result = run("quiet", "--ledger", tmp_path)
    assert result.exit_code == 1
    assert "the ledger holds no lines" in result.stderr


def test_a_swap_says_what_moves_and_what_it_is_worth(place: Path) -> None:
    answer = json.loads(run("attention", "--ledger", place, "--as-of", AS_OF).stdout)
    first = answer["swaps"][0]
    shares = {row["account"]: row for row in answer["accounts"]}
    giver, taker = shares[first["from"]], shares[first["to"]]
    assert giver["attention_share"] > giver["potential_share"]
    assert taker["attention_share"] < taker["potential_share"]
    assert 0 < first["share_of_attention"] <= 1
    assert first["worth"] > 0, "attention is worth more where there is none yet"


def test_whitespace_needs_no_rates(tmp_path: Path) -> None:
    rows = [
        line("a", "x", "2026-01-01", 5, code="EUR"),
        line("b", "y", "2026-01-01", 5, code="USD"),
    ]
    ledger(tmp_path, lines=rows)
    found = table(run("whitespace", "--ledger", tmp_path))
    assert [(row["account"], row["product_line"]) for row in found] == [("a", "y"), ("b", "x")]
    assert run("concentration", "--ledger", tmp_path).exit_code == 1


def test_a_file_in_no_folder_is_refused_before_the_work(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "tiers.csv"
    result = run("tiers", "--ledger", place, "--capacity", 3, "--out", out)
    assert result.exit_code == 2
    assert f"the folder {out.parent} does not exist" in result.stderr


def test_tiers_before_the_first_line_are_refused(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiers.csv"
    result = run("tiers", "--ledger", place, "--capacity", 3, "--as-of", "2010-01-01", "--out", out)
    assert result.exit_code == 1
    assert "no account has a revenue line up to 2010-01-01" in result.stderr
    assert not out.exists()


def _code(day: date) -> str:
    """After the day amounts are in another currency as well."""
    return "EUR" if day <= AS_OF or day.day % 2 else "USD"


def _supplier(n: int, day: date) -> str:
    """After the day our name is written in another way as well."""
    return ["us" if day <= AS_OF else "US", "them"][n % 2]


def _known(later: int) -> dict[str, list[Any]]:
    """Lines, spend and activities up to the day, and `later` months more of each."""
    draw = random.Random(8)
    days = [AS_OF - timedelta(days=30 * n + n % 7) for n in range(30)]
    days += [AS_OF + timedelta(days=1 + 30 * n) for n in range(later)]
    return {
        "lines": [
            line(f"a{n:02}", f"line {draw.randrange(6)}", str(day), 100 + 7 * n, code=_code(day))
            for day in days
            for n in range(24)
            if day > AS_OF or (n + day.month) % 5
        ],
        "spend": [
            (
                "city",
                f"unit {n % 4}",
                f"category {n % 3}",
                _supplier(n, day),
                day,
                900 + n,
                _code(day),
            )
            for day in days
            for n in range(12)
        ],
        "activities": [
            (f"a{n:02}", f"c{n}", "me", "meeting", "inbound", day)
            for day in days
            for n in range(12)
        ],
    }


@pytest.fixture(scope="module")
def with_and_without_later(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same ledger up to the day, and with four months after it."""
    folders = []
    for later in (0, 4):
        folder = tmp_path_factory.mktemp("ledger")
        ledger(folder, **_known(later))
        folders.append(folder)
    return folders[0], folders[1]


@pytest.mark.parametrize(
    "words",
    [
        ["whitespace", "--as-of", AS_OF],
        ["quiet", "--as-of", AS_OF],
        ["wallet", "--us", "us", "--as-of", AS_OF],
        ["wallet", "--us", "us", "--hide-others", "--as-of", AS_OF],
        ["tiers", "--capacity", "4", "--as-of", AS_OF],
        ["concentration", "--as-of", AS_OF],
        ["attention", "--as-of", AS_OF],
        ["retention", "--from", "2025-06-30", "--to", AS_OF],
    ],
    ids=lambda words: " ".join(str(word) for word in words[:4]),
)
def test_nothing_after_the_day_changes_an_answer(
    with_and_without_later: tuple[Path, Path], words: list[object]
) -> None:
    known, later = (
        run(words[0], "--ledger", folder, *words[1:]) for folder in with_and_without_later
    )
    assert known.exit_code == 0, known.stderr
    assert known.stdout == later.stdout
    assert known.stdout.count("\n") > 2
