"""Reading a file: what is understood, and forty ways of being refused with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from agencies.importing.columns import Column, Columns, recognise
from agencies.importing.problems import FileReason, FileRefusal
from agencies.importing.reading import MAX_BYTES, Table, read_table
from agencies.importing.wording import file_sentence
from tests.agencies.importing_files import (
    HEADINGS,
    SAMPLE,
    SAMPLE_XLSX,
    bytes_of,
    csv_of,
    sheet_with,
    sheet_xml,
    xlsx_of,
    zip_of,
)

VANNES = ("V1", "Vannes", "yann@rivages.test", "Yann Le Goff")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
CELL = '<c t="inlineStr"><is><t>x</t></is></c>'


def read_columns(content: bytes) -> Columns | FileRefusal:
    table = read_table(content)
    return table if isinstance(table, FileRefusal) else recognise(table)


REFUSED: dict[str, tuple[bytes, FileReason]] = {
    "nothing at all": (b"", FileReason.EMPTY),
    "only blanks": (b" \r\n\t\r\n", FileReason.EMPTY),
    "only separators": (b";;;\r\n;;;\r\n", FileReason.EMPTY),
    "only a mark": (b"\xef\xbb\xbf", FileReason.EMPTY),
    "only sep": (b"sep=;\r\n", FileReason.EMPTY),
    "too many bytes": (b"a" * (MAX_BYTES + 1), FileReason.TOO_LARGE),
    "NUL in a cell": (csv_of(("V\0", "Vannes", "a@b.test", "")), FileReason.NUL),
    "UTF-16 without mark": ("code;agence".encode("utf-16-le"), FileReason.NUL),
    "UTF-16 cut in half": (b"\xff\xfea\0b", FileReason.ENCODING),
    "UTF-8 mark, other bytes": (b"\xef\xbb\xbf\xff\xff", FileReason.ENCODING),
    "bytes of no encoding": (b"agence;courriel\r\n\x81\x8d;\x9d", FileReason.ENCODING),
    "quote never closed": (b'agence;courriel\n"Vannes;a@b.test\nTours;c@d.test', FileReason.BAD_QUOTES),
    "quote closed too early": (b'agence;courriel\n"Van"nes;a@b.test', FileReason.BAD_QUOTES),
    "quote over a whole long file": (b'agence;courriel\n"' + b"a;b\n" * 40_000, FileReason.BAD_QUOTES),
    "quote closed a thousand lines later": (
        b'agence;courriel\n"' + b"a;b\n" * 1_000 + b'";c@d.test',
        FileReason.CELL_OVER_LINES,
    ),
    "a cell of three thousand letters": (csv_of(("V", "x" * 3000, "a@b.test", "")), FileReason.CELL_TOO_LONG),
    "a million columns": (b"agence;courriel\n" + b"x;" * 1_000_000, FileReason.TOO_MANY_COLUMNS),
    "a hundred and one headings": (
        ";".join(f"c{n}" for n in range(101)).encode(),
        FileReason.TOO_MANY_COLUMNS,
    ),
    "too many lines": (b"agence;courriel\n" + b"A;a@b.test\n" * 20_001, FileReason.TOO_MANY_ROWS),
    "headings alone": (csv_of(), FileReason.NO_ROWS),
    "no heading known": (b"foo;bar\n1;2\n", FileReason.MISSING_COLUMN),
    "no agency": (csv_of(("1", "a@b.test"), headings=("code", "courriel")), FileReason.MISSING_COLUMN),
    "no address": (csv_of(("1", "Vannes"), headings=("code", "agence")), FileReason.MISSING_COLUMN),
    "address misspelt": (csv_of(("V", "a"), headings=("agence", "couriel")), FileReason.MISSING_COLUMN),
    "the same heading twice": (
        csv_of(("V", "a", "b"), headings=("agence", "email", "Email ")),
        FileReason.DUPLICATE_COLUMN,
    ),
    "two words for one column": (
        csv_of(("V", "a", "b"), headings=("agence", "courriel", "e-mail")),
        FileReason.DUPLICATE_COLUMN,
    ),
    "whole name and first name": (
        csv_of(("V", "a", "b", "c"), headings=("agence", "courriel", "dirigeant", "prénom")),
        FileReason.DUPLICATE_COLUMN,
    ),
    "old Excel": (OLE, FileReason.OLD_EXCEL),
    "encrypted workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), FileReason.ENCRYPTED),
    "PDF": (b"%PDF-1.7 ...", FileReason.NOT_A_TABLE),
    "picture": (b"\x89PNG\r\n\x1a\n", FileReason.NOT_A_TABLE),
    "web page named .xls": (b"<html><table><tr><td>agence", FileReason.NOT_A_TABLE),
    "XML": (b"<?xml version='1.0'?><a/>", FileReason.NOT_A_TABLE),
    "compressed": (b"\x1f\x8b\x08\0\0", FileReason.NOT_A_TABLE),
    "other archive": (zip_of({"a.txt": b"agence;courriel"}), FileReason.NOT_A_TABLE),
    "OpenDocument": (zip_of({"content.xml": b"<a/>", "mimetype": b"ods"}), FileReason.NOT_A_TABLE),
    "sep line with a quote": (b'sep="\nagence;courriel', FileReason.NOT_A_TABLE),
    "workbook cut in half": (xlsx_of(HEADINGS, VANNES)[:-400], FileReason.CORRUPT_WORKBOOK),
    "workbook of noise": (b"PK\x03\x04" + b"\x99" * 500, FileReason.CORRUPT_WORKBOOK),
    "workbook without parts": (zip_of({"xl/workbook.xml": b"<workbook/>"}), FileReason.CORRUPT_WORKBOOK),
    "sheet that is not XML": (sheet_with(b"not xml"), FileReason.CORRUPT_WORKBOOK),
    "sheet with entities": (sheet_with(sheet_xml("", BILLION_LAUGHS)), FileReason.CORRUPT_WORKBOOK),
    "row far away": (sheet_with(sheet_xml('<row r="99999999999"/>')), FileReason.CORRUPT_WORKBOOK),
    "rows going back": (sheet_with(sheet_xml('<row r="5"/><row r="4"/>')), FileReason.CORRUPT_WORKBOOK),
    "impossible reference": (
        sheet_with(sheet_xml('<row r="1"><c r="ZZZZZ1"/></row>')),
        FileReason.CORRUPT_WORKBOOK,
    ),
    "column beyond Excel": (
        sheet_with(sheet_xml('<row r="1"><c r="XFE1"/></row>')),
        FileReason.TOO_MANY_COLUMNS,
    ),
    "value in column 101": (
        sheet_with(sheet_xml('<row r="1"><c r="CW1"><v>1</v></c></row>')),
        FileReason.TOO_MANY_COLUMNS,
    ),
    "blank cells alone": (
        sheet_with(sheet_xml("<row>" + "<c/>" * 16_000 + "</row>")),
        FileReason.EMPTY,
    ),
    "more cells than anyone types": (
        sheet_with(sheet_xml(("<row>" + "<c/>" * 16_000 + "</row>") * 26)),
        FileReason.TOO_HEAVY,
    ),
    "a cell of a million texts": (
        sheet_with(sheet_xml("<row><c>" + "<v/>" * 1_000_000 + "</c></row>")),
        FileReason.TOO_HEAVY,
    ),
    "a million unknown tags": (sheet_with(sheet_xml("<a/>" * 1_000_000)), FileReason.TOO_HEAVY),
    "zip bomb": (sheet_with(sheet_xml(" " * 45_000_000)), FileReason.TOO_HEAVY),
    "too many sheet lines": (
        sheet_with(sheet_xml(f"<row>{CELL}</row>" * 20_002)),
        FileReason.TOO_MANY_ROWS,
    ),
    "empty workbook": (xlsx_of(), FileReason.EMPTY),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_its_reason(name: str) -> None:
    content, reason = REFUSED[name]

    found = read_columns(content)

    assert isinstance(found, FileRefusal)
    assert found.reason is reason


def test_a_refusal_names_the_line_where_the_quote_opens() -> None:
    found = read_table(b'agence;courriel\nTours;c@d.test\n\n"Vannes;a@b.test\nAngers;e@f.test')

    assert isinstance(found, FileRefusal)
    assert found.line == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encodings_and_separators_of_spreadsheets_are_understood(encoding: str, separator: str) -> None:
    text = separator.join(("Agence", "Courriel")) + "\r\n" + separator.join(("Hénon", "a@b.test"))

    table = read_table(text.encode(encoding))

    assert isinstance(table, Table)
    assert [row.cells for row in table.rows] == [("Agence", "Courriel"), ("Hénon", "a@b.test")]
    assert table.separator == separator


def test_the_sep_line_of_excel_decides_and_counts_as_a_line() -> None:
    table = read_table(b"sep=,\r\nagence,courriel\r\n\r\nVannes,a@b.test\r\n,,,\r\n")

    assert isinstance(table, Table)
    assert [(row.line, row.cells[0]) for row in table.rows] == [(2, "agence"), (4, "Vannes")]


def test_line_numbers_follow_cells_that_hold_line_breaks_and_mixed_newlines() -> None:
    table = read_table(b'agence;courriel\n"Van\r\nnes";a@b.test\r\nTours;c@d.test\rCaen;e@f.test')

    assert isinstance(table, Table)
    assert [row.line for row in table.rows] == [1, 2, 4, 5]


def test_trailing_empty_columns_and_no_break_spaces_go() -> None:
    table = read_table("agence;courriel;;;\n\u00a0Vannes\u202f;a@b.test ;;;".encode())

    assert isinstance(table, Table)
    assert table.rows[1].cells == ("Vannes", "a@b.test")


def test_a_title_may_stand_above_the_headings() -> None:
    found = read_columns(b"Grand Ouest;;\n\nagence;courriel\nVannes;a@b.test")

    assert isinstance(found, Columns)
    assert [row.line for row in found.rows] == [4]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("Agency,E-mail,Head", {Column.AGENCY, Column.EMAIL, Column.HEAD}),
        ("AGENCE,Prénom,NOM,Adresse électronique", {"agency", "first_name", "last_name", "email"}),
        ("agence,nom,courriel", {Column.AGENCY, Column.HEAD, Column.EMAIL}),
        ("Nom de l'agence,Dirigeant·e,Courriel", {Column.AGENCY, Column.HEAD, Column.EMAIL}),
        ("agence,mail,Jours d’ouverture,Code postal", {"agency", "email", "open_days", "postal_code"}),
        ("branch,email,employment status,open days,time zone,opened on", {
            "agency", "email", "status", "open_days", "time_zone", "opened_on"
        }),
    ],
)  # fmt: skip
def test_headings_are_understood_in_both_languages(headings: str, expected: set[str]) -> None:
    found = read_columns((headings + "\n" + "x," * 8).encode())

    assert isinstance(found, Columns)
    assert set(found.positions) == expected


def test_columns_that_cairn_does_not_need_are_announced_personal_ones_as_such() -> None:
    found = read_columns(b"agence;courriel;Date de naissance;T\xe9l. portable;Couleur\nV;a@b.test;1;2;3")

    assert isinstance(found, Columns)
    assert [(each.name, each.is_personal) for each in found.ignored] == [
        ("Date de naissance", True),
        ("Tél. portable", True),
        ("Couleur", False),
    ]


def test_a_missing_column_points_at_the_heading_that_looks_like_it() -> None:
    found = read_columns(b"agence;couriel\nVannes;a@b.test")

    assert isinstance(found, FileRefusal)
    assert found.params == {"column": "email", "looks_like": "couriel"}


def test_numbers_and_dates_of_a_workbook_read_as_one_types_them() -> None:
    table = read_table(xlsx_of(("agence", "cp", "le"), (7, 1000.0, dt.date(2027, 1, 4)), (True, 1.5, None)))

    assert isinstance(table, Table)
    assert [row.cells for row in table.rows[1:]] == [("7", "1000", "2027-01-04"), ("oui", "1.5")]


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["secret"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Vide")
    book.create_sheet("Agences").append(["agence", "courriel"])

    table = read_table(bytes_of(book))

    assert isinstance(table, Table)
    assert table.sheet == "Agences"


def test_addresses_that_excel_turned_into_links_are_plain_addresses() -> None:
    book = Workbook()
    assert book.active is not None
    for row in range(1, 400):
        book.active.append(["Vannes", f"y{row}@rivages.test"])
        book.active.cell(row, 2).hyperlink = f"mailto:y{row}@rivages.test"

    table = read_table(bytes_of(book))

    assert isinstance(table, Table)
    assert table.rows[-1].cells == ("Vannes", "y399@rivages.test")


def test_the_declared_size_of_a_sheet_is_not_believed() -> None:
    xml = sheet_xml("<row>" + CELL * 3 + "</row>").replace(
        b"<sheetData>", b'<dimension ref="A1"/><sheetData>'
    )

    table = read_table(sheet_with(xml))

    assert isinstance(table, Table)
    assert table.rows[0].cells == ("x", "x", "x")


def test_the_two_samples_say_the_same() -> None:
    one, other = read_table(SAMPLE.read_bytes()), read_table(SAMPLE_XLSX.read_bytes())

    assert isinstance(one, Table)
    assert isinstance(other, Table)
    assert len(one.rows) == 21
    assert [row.cells[:10] for row in one.rows] == [row.cells[:10] for row in other.rows]


@pytest.mark.parametrize("write", [csv_of, lambda *rows: xlsx_of(HEADINGS, *rows)], ids=["CSV", "XLSX"])
@pytest.mark.parametrize("length", [2_001, 30_000])
def test_a_cell_that_is_too_long_is_named(write: Callable[..., bytes], length: int) -> None:
    refusal = read_table(write(VANNES, ("T", "x" * length, "a@b.test", "")))

    assert isinstance(refusal, FileRefusal)
    assert file_sentence(refusal) == (
        "Ligne 3\u00a0: La case B3 dépasse 2000 caractères. Raccourcissez son texte."
    )


def test_a_giant_cell_of_a_csv_is_named_too() -> None:
    refusal = read_table(csv_of(("T", "x" * 200_000, "a@b.test", "")))

    assert isinstance(refusal, FileRefusal)
    assert refusal.params["cell"] == "B2"


def test_lines_in_a_long_cell_of_a_workbook_blame_no_quote() -> None:
    refusal = read_table(xlsx_of(HEADINGS, ("T", "deux mots\n" * 300, "a@b.test", "")))

    assert isinstance(refusal, FileRefusal)
    assert refusal.reason is FileReason.CELL_TOO_LONG
    assert "guillemet" not in file_sentence(refusal)


def test_cells_are_named_as_a_spreadsheet_does() -> None:
    refusals = [read_table(b";" * (column - 1) + b"x" * 3_000) for column in (1, 26, 27, 100)]

    assert [refusal.params["cell"] for refusal in refusals] == ["A1", "Z1", "AA1", "CV1"]
