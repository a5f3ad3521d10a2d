"""The functions of formulas, each with its SQL."""

from collections.abc import Callable

Sql = list[str]
_TODAY = "strftime('%Y-%m-%d', 'now')"


def _blank(args: Sql) -> str:
    return f"({args[0]} IS NULL OR {args[0]} = '')"


def _joined(op: str) -> Callable[[Sql], str]:
    return lambda args: "(" + f" {op} ".join(f"COALESCE({a}, 0)" for a in args) + ")"


def _case(args: Sql) -> str:
    subject, *pairs, otherwise = args
    whens = [f"WHEN {pairs[i]} THEN {pairs[i + 1]}" for i in range(0, len(pairs) - 1, 2)]
    return f"(CASE {subject} {' '.join(whens)} ELSE {otherwise} END)"


def _part(start: int, length: int) -> Callable[[Sql], str]:
    return lambda args: f"CAST(substr({args[0]}, {start}, {length}) AS INTEGER)"


#: Name, fewest and most arguments (None: any number), and the SQL they make.
FUNCTIONS: dict[str, tuple[int, int | None, Callable[[Sql], str]]] = {
    "AND": (1, None, _joined("AND")),
    "OR": (1, None, _joined("OR")),
    "NOT": (1, 1, lambda a: f"(NOT COALESCE({a[0]}, 0))"),
    "IF": (3, 3, lambda a: f"(CASE WHEN {a[0]} THEN {a[1]} ELSE {a[2]} END)"),
    "CASE": (4, None, _case),
    "ISBLANK": (1, 1, _blank),
    "ISNULL": (1, 1, _blank),
    "BLANKVALUE": (2, 2, lambda a: f"COALESCE(NULLIF({a[0]}, ''), {a[1]})"),
    "NULLVALUE": (2, 2, lambda a: f"COALESCE({a[0]}, {a[1]})"),
    "ISPICKVAL": (2, 2, lambda a: f"(COALESCE({a[0]}, '') = {a[1]})"),
    "INCLUDES": (2, 2, lambda a: f"(instr(';' || {a[0]} || ';', ';' || {a[1]} || ';') > 0)"),
    "TEXT": (1, 1, lambda a: f"CAST({a[0]} AS TEXT)"),
    "VALUE": (1, 1, lambda a: f"CAST({a[0]} AS REAL)"),
    "LEN": (1, 1, lambda a: f"length(COALESCE({a[0]}, ''))"),
    "TRIM": (1, 1, lambda a: f"trim({a[0]})"),
    "UPPER": (1, 1, lambda a: f"upper({a[0]})"),
    "LOWER": (1, 1, lambda a: f"lower({a[0]})"),
    "LEFT": (2, 2, lambda a: f"substr({a[0]}, 1, {a[1]})"),
    "RIGHT": (2, 2, lambda a: f"substr({a[0]}, -({a[1]}))"),
    "MID": (3, 3, lambda a: f"substr({a[0]}, {a[1]}, {a[2]})"),
    "BEGINS": (2, 2, lambda a: f"(instr({a[0]}, {a[1]}) = 1)"),
    "CONTAINS": (2, 2, lambda a: f"(instr({a[0]}, {a[1]}) > 0)"),
    "FIND": (2, 2, lambda a: f"instr({a[1]}, {a[0]})"),
    "SUBSTITUTE": (3, 3, lambda a: f"replace({a[0]}, {a[1]}, {a[2]})"),
    "ABS": (1, 1, lambda a: f"abs({a[0]})"),
    "CEILING": (1, 1, lambda a: f"(CAST({a[0]} AS INTEGER) + ({a[0]} > CAST({a[0]} AS INTEGER)))"),
    "FLOOR": (1, 1, lambda a: f"(CAST({a[0]} AS INTEGER) - ({a[0]} < CAST({a[0]} AS INTEGER)))"),
    "MOD": (
        2,
        2,
        lambda a: f"({a[0]} - {a[1]} * CAST({a[0]} / NULLIF({a[1]} * 1.0, 0) AS INTEGER))",
    ),
    "REGEX": (2, 2, lambda a: f"formula_regex({a[0]}, {a[1]})"),
    "ISNUMBER": (1, 1, lambda a: f"formula_isnumber({a[0]})"),
    "ROUND": (2, 2, lambda a: f"round({a[0]}, {a[1]})"),
    "MIN": (2, None, lambda a: f"min({', '.join(a)})"),
    "MAX": (2, None, lambda a: f"max({', '.join(a)})"),
    "TODAY": (0, 0, lambda a: _TODAY),
    "NOW": (0, 0, lambda a: "strftime('%Y-%m-%dT%H:%M:%S.000+0000', 'now')"),
    "DATE": (3, 3, lambda a: f"formula_date({', '.join(a)})"),
    "ADDMONTHS": (2, 2, lambda a: f"formula_addmonths({', '.join(a)})"),
    "WEEKDAY": (1, 1, lambda a: f"formula_weekday({a[0]})"),
    "YEAR": (1, 1, _part(1, 4)),
    "MONTH": (1, 1, _part(6, 2)),
    "DAY": (1, 1, _part(9, 2)),
    "DATEVALUE": (1, 1, lambda a: f"substr({a[0]}, 1, 10)"),
    "ISNEW": (0, 0, lambda a: "(:old IS NULL)"),
}
