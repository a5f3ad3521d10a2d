"""Files that are made to harm, or broken: refused with a word, in bounded memory."""

from __future__ import annotations

import io
import resource
import zipfile
from pathlib import Path

import pytest

from sightline.exchange.tables import TableRefused
from sightline.exchange.tables.archive import unpack
from sightline.exchange.tables.csvfile import look, records
from sightline.exchange.tables.formulas import guarded, runs_as_formula, unguarded
from sightline.exchange.tables.limits import Limits
from sightline.exchange.tables.workbook import sheet_to_csv


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def every(name: str) -> bool:
    return name.endswith(".csv")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n\n", "blank"),
        (b"Id,Name\n1,a\x00b\n", "NUL"),
        ("Id,Name\n1,é\n".encode("utf-16"), "UTF-16"),
        ("Id,Name\n1,é\n".encode("utf-16-le"), "NUL"),
        (b"Id,Id\n1,2\n", "twice"),
        (b"," * 200_000 + b"\n1\n", "columns"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "NUL"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, word: str
) -> None:
    with pytest.raises(TableRefused) as refused:
        look(write(tmp_path / "file.csv", content))
    assert word in str(refused.value)


def test_a_field_of_thirty_megabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.write(b'Id,Name\n1,"')
        for _ in range(30):
            file.write(b"x" * 1_000_000)
        file.write(b'"\n')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TableRefused, match="longer than"):
        list(records(look(path)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000


def test_an_open_quote_is_told_by_its_row(tmp_path: Path) -> None:
    file = look(write(tmp_path / "cut.csv", b'Id,Name\n1,"a"\n2,"b\n3,c\n'))
    with pytest.raises(TableRefused, match="never closed"):
        list(records(file))


def test_bom_crlf_quotes_and_line_breaks_in_fields_are_read(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf"Id","Name"\r\n"1","two\r\nlines"\r\n"2","a ""b"""\r\n'
    file = look(write(tmp_path / "a.csv", content))
    assert file.header == ("Id", "Name")
    assert list(records(file)) == [(2, ["1", "two\r\nlines"]), (3, ["2", 'a "b"'])]


def test_windows_text_is_read_and_said_to_be_a_guess(tmp_path: Path) -> None:
    file = look(write(tmp_path / "a.csv", "Id,Name\n1,Müller\n".encode("cp1252")))
    assert file.was_guessed
    assert list(records(file)) == [(2, ["1", "Müller"])]


def test_a_zip_that_unfolds_beyond_reason_is_refused_before_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Account.csv", b"0" * 80_000_000)
    with pytest.raises(TableRefused, match="bomb"):
        unpack(path, tmp_path / "out", wanted=every)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "name",
    ["../Account.csv", "/etc/Account.csv", "a/../../Account.csv", "C:/x.csv", "..\\Account.csv"],
)
def test_a_zip_that_points_outside_itself_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "Id\n1\n")
    with pytest.raises(TableRefused, match="outside"):
        unpack(path, tmp_path / "out", wanted=every)
    assert not list(tmp_path.glob("**/*.csv"))


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("Account.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(TableRefused, match="outside"):
        unpack(path, tmp_path / "out", wanted=every)


def test_a_zip_cut_off_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("Account.csv", "Id,Name\n" + "1,a\n" * 1000)
    path = write(tmp_path / "cut.zip", whole.getvalue()[:-40])
    with pytest.raises(TableRefused, match="damaged"):
        unpack(path, tmp_path / "out", wanted=every)


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(20):
            archive.writestr(f"{n}.csv", "Id\n")
    with pytest.raises(TableRefused, match="entries"):
        unpack(path, tmp_path / "out", wanted=every, limits=Limits(archive_entries=10))


def test_a_workbook_cut_off_is_refused(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Id", "Name"])
    whole = tmp_path / "a.xlsx"
    book.save(whole)
    for keep in (10, 200, whole.stat().st_size - 30):
        cut = write(tmp_path / "cut.xlsx", whole.read_bytes()[:keep])
        with pytest.raises(TableRefused, match="damaged"):
            sheet_to_csv(cut, tmp_path / "a.csv")
    assert look(sheet_to_csv(whole, tmp_path / "b.csv")).header == ("Id", "Name")


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + '<!ENTITY i2 "&i;&i;">]><worksheet><sheetData><row><c t="str"><v>&i2;</v></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize("sheet", ["no XML at all", "<worksheet><sheetData><row><c", LAUGHS])
def test_a_workbook_whose_sheet_is_broken_or_a_bomb_is_refused(tmp_path: Path, sheet: str) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(path, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            made.writestr(name, sheet.encode() if name.endswith("sheet1.xml") else content)
    with pytest.raises(TableRefused, match="damaged"):
        sheet_to_csv(path, tmp_path / "a.csv")


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "+cmd|x!A1",
        "-2+3+cmd|' /C calc'!A0",
        '=HYPERLINK("x")',
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_known(cell: str) -> None:
    assert runs_as_formula(cell)
    assert guarded(cell).startswith("'")
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize(
    "cell",
    ["-5", "+44 (0)20 7946 0958", "@handle", "- see the note", "a=b", "-12.50", "==== x ===="],
)
def test_ordinary_text_is_not_taken_for_a_formula(cell: str) -> None:
    assert not runs_as_formula(cell)


def sheet_with(path: Path, cells: dict[str, str]) -> Path:
    """A workbook whose sheet has these cells and nothing between them."""
    import openpyxl

    openpyxl.Workbook().save(path)
    rows = "".join(
        f'<row r="{"".join(filter(str.isdigit, place))}">'
        f'<c r="{place}" t="inlineStr"><is><t>{word}</t></is></c></row>'
        for place, word in cells.items()
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    )
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize(("place", "word"), [("XFD2", "column 16,384"), ("A999999999", "rows")])
def test_a_cell_far_out_is_refused_before_all_before_it_is_written(
    tmp_path: Path, place: str, word: str
) -> None:
    book = sheet_with(tmp_path / "far.xlsx", {"A1": "id", place: "far"})
    target = tmp_path / "far.csv"
    with pytest.raises(TableRefused, match=word):
        sheet_to_csv(book, target, limits=Limits(workbook_rows=1_000))
    assert target.stat().st_size < 100_000
