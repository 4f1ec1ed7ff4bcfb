"""A list pasted from a mail or a spreadsheet: which words are name, address, agency; what it comes to."""

from __future__ import annotations

import time

import pytest

from agencies.importing.pasted import packed, unpacked
from agencies.importing.planning import HeadAction, Outcome
from agencies.importing.problems import FileReason, FileRefusal, Reason
from agencies.importing.reading import read_table
from agencies.models import Network
from tests.agencies.importing import plan, run
from tests.factories import make_agency, make_member


def cells(text: str) -> list[tuple[int, str, str, str]]:
    """(line, name, address, agency) of each row under the headings."""
    table = read_table(packed(text))
    assert not isinstance(table, FileRefusal), table
    padded = [(row.line, *row.cells, "", "", "") for row in table.rows[1:]]
    return [(line, name, email, agency) for line, name, email, agency, *_rest in padded]


ANNE = ("Anne Kerbrat", "anne.kerbrat@rivages.test", "Brest")
PAUL = ("Paul Le Goff", "paul.legoff@rivages.test", "Morlaix")


@pytest.mark.parametrize(
    "line",
    [
        "Anne Kerbrat;anne.kerbrat@rivages.test;Brest",
        "Brest\tAnne Kerbrat\tanne.kerbrat@rivages.test",
        "anne.kerbrat@rivages.test, Brest, Anne Kerbrat",
        "Brest | anne.kerbrat@rivages.test | Anne Kerbrat",
        "- Anne Kerbrat <anne.kerbrat@rivages.test>, Brest",
        "1. Anne Kerbrat – Brest – anne.kerbrat@rivages.test",
        "Mme\tAnne\tKerbrat\tanne.kerbrat@rivages.test\tBrest\t02 98 00 00 00",
        "Anne Kerbrat anne.kerbrat@rivages.test Brest",
        "Anne Kerbrat ; Brest : anne.kerbrat@rivages.test",
    ],
)
def test_words_of_a_line_are_found_in_any_usual_order(line: str) -> None:
    assert cells(line) == [(1, *ANNE)]


def test_courtesies_of_a_mail_are_left_aside_and_lines_keep_their_numbers() -> None:
    text = f"Bonjour Claire,\n\nVoici la liste :\n{'; '.join(ANNE)}\n{'; '.join(PAUL)}\n\nCordialement"

    assert cells(text) == [(4, *ANNE), (5, *PAUL)]


def test_lines_with_as_many_words_decide_together() -> None:
    text = "Anne Kerbrat;anne.kerbrat@rivages.test;Brest\nPaul Le Goff;direction29@rivages.test;Morlaix"

    assert cells(text)[1] == (2, "Paul Le Goff", "direction29@rivages.test", "Morlaix")


def test_recipients_of_a_mail_become_one_line_each() -> None:
    text = "Anne Kerbrat <anne@rivages.test>, Paul Le Goff <paul@rivages.test>; sofia@rivages.test"

    assert [row[1:3] for row in cells(text)] == [
        ("Anne Kerbrat", "anne@rivages.test"),
        ("Paul Le Goff", "paul@rivages.test"),
        ("", "sofia@rivages.test"),
    ]


@pytest.mark.parametrize("blob", ["iVBORw0KGgo" * 1_000, "(at" * 4_000])
def test_picture_pasted_as_one_endless_word_holds_nobody_up(blob: str) -> None:
    began = time.process_time()

    refusal = read_table(packed(f"{'; '.join(ANNE)}\n{blob}"))

    assert isinstance(refusal, FileRefusal)
    assert (refusal.reason, refusal.line) == (FileReason.CELL_TOO_LONG, 2)
    assert time.process_time() - began < 2  # it took most of a minute


def test_list_with_headings_is_read_by_them() -> None:
    table = read_table(packed("Courriel\tAgence\tNom\nanne@rivages.test\tBrest\tAnne"))

    assert not isinstance(table, FileRefusal)
    assert [row.cells for row in table.rows] == [
        ("Courriel", "Agence", "Nom"),
        ("anne@rivages.test", "Brest", "Anne"),
    ]


def test_list_of_nothing_is_refused() -> None:
    refusal = read_table(packed(" \n ;;\n"))

    assert isinstance(refusal, FileRefusal)
    assert refusal.reason is FileReason.EMPTY


def test_stored_list_comes_back_as_it_was_and_a_file_does_not() -> None:
    assert unpacked(packed("Anne\r\nPaul")) == "Anne\nPaul"
    assert unpacked(b"Code;Agence") is None


@pytest.mark.django_db
def test_list_goes_through_the_same_dry_run_as_a_file(network: Network) -> None:
    found = plan(network, packed("Anne Kerbrat;anne.kerbrat@rivages.test;Brest\nPaul;paul@gmial.com;Morlaix"))

    assert [(item.line, item.outcome) for item in found.items] == [(1, Outcome.CREATED)]
    assert [(each.line, each.column, each.reason, each.suggestion) for each in found.refusals] == [
        (2, "email", Reason.EMAIL_TYPO, "paul@gmail.com")
    ]


@pytest.mark.django_db
def test_heads_the_network_knows_need_no_agency(network: Network) -> None:
    make_member(network, "anne@rivages.test", "agency_head", make_agency(network, "Brest"))

    (item,) = plan(network, packed("Anne <anne@rivages.test>")).items

    assert (item.outcome, item.entry.agency, item.head) == (Outcome.UNCHANGED, "Brest", HeadAction.NONE)


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["Agence de Brest", "agence Brest", "BREST"])
def test_agency_that_the_network_knows_is_found_under_its_usual_name(network: Network, written: str) -> None:
    brest = make_agency(network, "Brest")

    (item,) = plan(network, packed(f"Anne Kerbrat;anne.kerbrat@rivages.test;{written}")).items

    assert (item.agency_id, item.head) == (brest.pk, HeadAction.OPEN)


@pytest.mark.django_db
def test_stranger_without_an_agency_is_refused_by_line_and_column(network: Network) -> None:
    (refusal,) = plan(network, packed("\nAnne <anne@rivages.test>\n")).refusals

    assert (refusal.line, refusal.column, refusal.reason) == (1, "agency", Reason.REQUIRED)


@pytest.mark.django_db
def test_list_brought_twice_changes_nothing_the_second_time(network: Network) -> None:
    text = packed("\n".join("; ".join(person) for person in (ANNE, PAUL)))
    run(network, text)

    again = plan(network, text)

    assert not again.has_work


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "Sofia Reyes; sofia.reyes@rivages,test; Quimper",
        "Sofia Reyes\tsofia.reyes@rivages,test\tQuimper",
        "Sofia Reyes;sofia.reyesrivages.test;Quimper",
    ],
)
def test_a_comma_for_a_dot_and_a_missing_at_stay_in_the_address(network: Network, line: str) -> None:
    """The agency is the one that was written, not a piece of the address."""
    found = plan(network, packed(f"{';'.join(ANNE)}\n{line}"))

    (refusal,) = found.refusals
    assert refusal.line == 2
    assert refusal.column == "email"
    assert refusal.reason in (Reason.EMAIL_INVALID, Reason.EMAIL_NO_AT)
    assert refusal.suggestion == "sofia.reyes@rivages.test"
    assert refusal.who == "Sofia Reyes, Quimper"
