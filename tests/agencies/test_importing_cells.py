"""Cells one by one: what is taken, what is refused, and what is suggested instead."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agencies.importing import cells, days, emails
from agencies.importing.columns import Columns, recognise
from agencies.importing.parsing import Parsed, derived_code, parse
from agencies.importing.problems import CellProblem, FileRefusal, Reason, Remark
from agencies.importing.reading import Table, read_table
from tests.agencies.importing_files import SAMPLE, csv_of, xlsx_of


def parsed(content: bytes, accepted: dict[str, str] | None = None) -> Parsed:
    table = read_table(content)
    assert isinstance(table, Table)
    columns = recognise(table)
    assert isinstance(columns, Columns), isinstance(columns, FileRefusal) and columns
    return parse(columns, accepted)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Anne.Kerbrat@Rivages.TEST", "anne.kerbrat@rivages.test"),
        ("mailto:anne@rivages.test", "anne@rivages.test"),
        ("Anne Kerbrat <anne@rivages.test>", "anne@rivages.test"),
        ("o'neil+cairn@sub.rivages.test", "o'neil+cairn@sub.rivages.test"),
    ],
)
def test_an_address_is_tidied(written: str, address: str) -> None:
    assert emails.parse_email(written) == address


@pytest.mark.parametrize(
    ("written", "reason", "suggestion"),
    [
        ("anne@rivages", Reason.EMAIL_ENDS_EARLY, "anne@rivages.test"),
        ("anne@elsewhere", Reason.EMAIL_ENDS_EARLY, ""),
        ("anne@gmial.com", Reason.EMAIL_TYPO, "anne@gmail.com"),
        ("anne@orage.fr", Reason.EMAIL_TYPO, "anne@orange.fr"),
        ("anne@rivages.con", Reason.EMAIL_TYPO, "anne@rivages.com"),
        ("anne kerbrat@rivages.test", Reason.EMAIL_SPACE, "annekerbrat@rivages.test"),
        ("аnne@rivages.test", Reason.EMAIL_LOOKALIKE, "anne@rivages.test"),
        ("hélène@rivages.test", Reason.EMAIL_LOOKALIKE, "helene@rivages.test"),
        ("\uff41nne@rivages.test", Reason.EMAIL_LOOKALIKE, "anne@rivages.test"),
        ("anne.rivages.test", Reason.EMAIL_NO_AT, "anne@rivages.test"),
        ("anne.elsewhere.test", Reason.EMAIL_NO_AT, ""),
        ("anne(at)rivages.test", Reason.EMAIL_NO_AT, "anne@rivages.test"),
        ("anne@@rivages.test", Reason.EMAIL_NO_AT, "anne@rivages.test"),
        ("anne@rivages.test; paul@rivages.test", Reason.EMAIL_SEVERAL, "anne@rivages.test"),
        ("anne@rivages,test", Reason.EMAIL_INVALID, "anne@rivages.test"),
        ("anne..k@rivages.test", Reason.EMAIL_INVALID, "anne.k@rivages.test"),
        ("anne@-rivages.test", Reason.EMAIL_INVALID, ""),
        ("@rivages.test", Reason.EMAIL_INVALID, ""),
        ("a" * 65 + "@rivages.test", Reason.EMAIL_INVALID, ""),
        ("anne@127.0.0.1", Reason.EMAIL_INVALID, ""),
    ],
)
def test_a_doubtful_address_is_refused_with_a_suggestion(
    written: str, reason: Reason, suggestion: str
) -> None:
    found = emails.parse_email(written, ["rivages.test", "other.test"])

    assert found == CellProblem(reason, suggestion)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("lun-ven", (1, 2, 3, 4, 5)),
        ("mar–sam", (2, 3, 4, 5, 6)),
        ("1,2,3", (1, 2, 3)),
        ("1.2", (1, 2)),
        ("12345", (1, 2, 3, 4, 5)),
        ("du lundi au vendredi", (1, 2, 3, 4, 5)),
        ("Mardi à samedi", (2, 3, 4, 5, 6)),
        ("Mon to Fri", (1, 2, 3, 4, 5)),
        ("Tue, Thu and Sat", (2, 4, 6)),
        ("lun mar jeu ven", (1, 2, 4, 5)),
        ("lun.-mer., ven.", (1, 2, 3, 5)),
        ("sam-mar", (1, 2, 6, 7)),
        ("7j/7", (1, 2, 3, 4, 5, 6, 7)),
        ("tous les jours", (1, 2, 3, 4, 5, 6, 7)),
        ("weekdays", (1, 2, 3, 4, 5)),
    ],
)
def test_open_days_are_understood(written: str, expected: tuple[int, ...]) -> None:
    assert days.parse_days(written) == expected


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [("matin", ""), ("8", ""), ("lun-", ""), ("2027-05-01", "1-5"), ("lun-mar-mer", "")],
)
def test_other_days_are_refused(written: str, suggestion: str) -> None:
    assert days.parse_days(written) == CellProblem(Reason.DAYS, suggestion)


@pytest.mark.parametrize(
    "written",
    [
        "2027-01-04",
        "04/01/2027",
        "4.1.2027",
        "4 janvier 2027",
        "January 4, 2027",
        "4 jan. 2027",
        "46391",
        "46391.0",
    ],
)
def test_dates_are_understood_day_first(written: str) -> None:
    assert days.parse_date(written) == dt.date(2027, 1, 4)


@pytest.mark.parametrize(
    ("written", "reason", "suggestion"),
    [
        ("02/25/2027", Reason.DATE, "2027-02-25"),
        ("31/02/2027", Reason.DATE, ""),
        ("04/01/27", Reason.DATE_SHORT_YEAR, "2027-01-04"),
        ("0001-01-01", Reason.DATE_RANGE, ""),
        ("bientôt", Reason.DATE, ""),
        ("4 brumaire 2027", Reason.DATE, ""),
    ],
)
def test_other_dates_are_refused(written: str, reason: Reason, suggestion: str) -> None:
    assert days.parse_date(written) == CellProblem(reason, suggestion)


@pytest.mark.parametrize(
    ("check", "written", "expected"),
    [
        (cells.parse_postal_code, "1000", "01000"),
        (cells.parse_postal_code, "75001.0", "75001"),
        (cells.parse_postal_code, "9000,0", "09000"),
        (cells.parse_postal_code, "75 001", "75001"),
        (cells.parse_postal_code, "F-75001", "75001"),
        (cells.parse_postal_code, "750O1", CellProblem(Reason.POSTAL_CODE)),
        (cells.parse_postal_code, "75001 Paris", CellProblem(Reason.POSTAL_CODE, "75001")),
        (cells.parse_code, "1042.0", "1042"),
        (cells.parse_code, "1,23E+05", CellProblem(Reason.CODE_SCIENTIFIC)),
        (cells.parse_code, "x" * 41, CellProblem(Reason.TOO_LONG, params={"limit": 40})),
        (cells.parse_language, "Français", "fr"),
        (cells.parse_language, "English", "en"),
        (cells.parse_language, "breton", CellProblem(Reason.LANGUAGE)),
        (cells.parse_status, "Salariée", "employee"),
        (cells.parse_status, "franchisé·e", "franchisee"),
        (cells.parse_status, "mandataire", CellProblem(Reason.STATUS, "independent")),
        (cells.parse_status, "roi", CellProblem(Reason.STATUS)),
        (cells.parse_yes_no, "VRAI", True),
        (cells.parse_yes_no, "non", False),
        (cells.parse_yes_no, "peut-être", CellProblem(Reason.YES_NO)),
        (cells.parse_time_zone, "europe/paris", "Europe/Paris"),
        (cells.parse_time_zone, "La Réunion", CellProblem(Reason.TIME_ZONE, "Indian/Reunion")),
        (cells.clean, '="01000"', "01000"),
        (cells.clean, '=HYPERLINK("x")', CellProblem(Reason.FORMULA)),
        (cells.clean, "=Vannes", CellProblem(Reason.FORMULA, "Vannes")),
        (cells.clean, "@SUM(A1)", CellProblem(Reason.FORMULA)),
        (cells.clean, "#REF!", CellProblem(Reason.EXCEL_ERROR)),
        (cells.clean, "Van\x07nes", CellProblem(Reason.CONTROL_CHARACTER, "Vannes")),
        (cells.clean, "HÃ©lÃ¨ne", CellProblem(Reason.GARBLED, "Hélène")),
        (cells.clean, "Anne  \u00a0 Kerbrat", "Anne Kerbrat"),
    ],
)  # fmt: skip
def test_other_cells(check: Any, written: str, expected: object) -> None:
    assert check(written) == expected


def test_a_foreign_postal_code_keeps_its_shape() -> None:
    assert cells.parse_postal_code("1000", "BE") == "1000"
    assert cells.parse_postal_code("SW1A 1AA", "GB") == "SW1A 1AA"


def test_every_suggestion_in_force_makes_the_line_pass() -> None:
    content = csv_of(("V1", "Vannes", "yann@gmial.com", "Yann"), ("T1", "Tours", "fatou@rivages", "Fatou"))

    first = parsed(content)
    again = parsed(
        content, {refusal.key: refusal.suggestion for refusal in first.refusals if refusal.suggestion}
    )

    assert [refusal.key for refusal in first.refusals] == ["2:email", "3:email"]
    assert [refusal.key for refusal in again.refusals] == ["3:email"]
    assert [entry.email for entry in again.entries] == ["yann@gmail.com"]


def test_a_refusal_says_line_column_value_reason_and_person() -> None:
    (refusal,) = parsed(csv_of(("T1", "Tours", "fatou@@rivages.test", "Fatou Diallo"))).refusals

    assert (refusal.line, refusal.column, refusal.value) == (2, "email", "fatou@@rivages.test")
    assert (refusal.reason, refusal.suggestion) == (Reason.EMAIL_NO_AT, "fatou@rivages.test")
    assert refusal.who == "Fatou Diallo, Tours"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("", "Tours", "a@b.test", "A"), Reason.REQUIRED),
        (("T", "", "a@b.test", "A"), Reason.REQUIRED),
        (("T", "Tours", "", "Fatou"), Reason.REQUIRED),
        (("T", "x" * 121, "a@b.test", "A"), Reason.TOO_LONG),
        (("T", "Tours", "a@b.test", "A", "surplus"), Reason.TOO_MANY_CELLS),
        (("V1", "Tours", "a@b.test", "A"), Reason.CODE_TWICE),
        (("v1", "Tours", "a@b.test", "A"), Reason.CODE_TWICE),
        (("T", "Tours", "yann@rivages.test", "Fatou"), Reason.EMAIL_OTHER_NAME),
    ],
)
def test_lines_that_lack_or_contradict_something_are_refused(row: tuple[str, ...], reason: Reason) -> None:
    found = parsed(csv_of(("V1", "Vannes", "yann@rivages.test", "Yann"), row))

    assert [(refusal.line, refusal.reason) for refusal in found.refusals] == [(3, reason)]
    assert [entry.line for entry in found.entries] == [2]


def test_one_person_may_head_two_agencies_and_it_is_said() -> None:
    found = parsed(
        csv_of(("V1", "Vannes", "y@r.test", "Yann Le Goff"), ("V2", "Auray", "y@r.test", "LE GOFF Yann"))
    )

    assert not found.refusals
    assert [(notice.remark, notice.line) for notice in found.notices] == [(Remark.TWO_AGENCIES, 3)]


def test_an_agency_may_wait_for_its_head() -> None:
    found = parsed(csv_of(("V1", "Vannes", "", "")))

    assert [(entry.agency, entry.email) for entry in found.entries] == [("Vannes", "")]


def test_without_a_code_column_the_same_name_twice_is_refused() -> None:
    headings = ("agence", "courriel")

    found = parsed(csv_of(("Vannes", "a@b.test"), ("VANNES", "c@d.test"), headings=headings))

    assert [refusal.reason for refusal in found.refusals] == [Reason.AGENCY_TWICE]
    assert derived_code("Rennes Centre") == "RENNES-CENTRE"


def test_a_formula_without_value_is_refused_in_a_workbook() -> None:
    found = parsed(xlsx_of(("code", "agence", "courriel"), ("V", "=CONCAT(A1)", "a@b.test")))

    assert [(refusal.column, refusal.reason) for refusal in found.refusals] == [("agency", Reason.FORMULA)]


def test_the_sample_passes_whole() -> None:
    found = parsed(SAMPLE.read_bytes())

    assert len(found.entries) == 20
    assert not found.refusals
    assert {entry.email.partition("@")[2] for entry in found.entries} == {"rivages.test"}
