"""Any damage to a valid file: never an exception, every refusal complete, all or nothing (reliability Z3)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.importing.applying import Applied, NotApplied, apply_file
from agencies.importing.columns import Columns, recognise
from agencies.importing.emails import is_address, parse_email
from agencies.importing.parsing import Parsed, parse
from agencies.importing.planning import Plan, make_plan
from agencies.importing.problems import CellProblem, FileRefusal
from agencies.importing.reading import Table, read_table
from agencies.importing.wording import COLUMNS, file_sentence, refusal_sentence
from agencies.models import Agency, Membership
from agencies.scope import networks
from tests.agencies.importing import TODAY
from tests.agencies.importing_files import SAMPLE, SAMPLE_XLSX
from tests.factories import make_network

CSV, XLSX = SAMPLE.read_bytes(), SAMPLE_XLSX.read_bytes()
Mutation = Callable[[random.Random, bytearray], None]


def cut(chance: random.Random, content: bytearray) -> None:
    del content[chance.randrange(len(content) + 1) :]


def drop(chance: random.Random, content: bytearray) -> None:
    start = chance.randrange(len(content) + 1)
    del content[start : start + chance.randrange(1, 40)]


def flip(chance: random.Random, content: bytearray) -> None:
    for _time in range(chance.randrange(1, 8)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)


def insert(chance: random.Random, content: bytearray) -> None:
    pieces = [
        b"\0",
        b'"',
        b";",
        b"\r",
        b"\n",
        b"\t",
        b",",
        b"\xff\xfe",
        "é".encode(),
        b"=1+1",
        b"@",
        b"' OR 1=1",
    ]
    at = chance.randrange(len(content) + 1)
    content[at:at] = chance.choice(pieces) * chance.choice([1, 2, 200])


def repeat(chance: random.Random, content: bytearray) -> None:
    start = chance.randrange(len(content) + 1)
    content += content[start : start + chance.randrange(1, 400)]


def swap(chance: random.Random, content: bytearray) -> None:
    lines = bytes(content).split(b"\r\n")
    chance.shuffle(lines)
    content[:] = b"\r\n".join(lines)


MUTATIONS: list[Mutation] = [cut, drop, flip, insert, repeat, swap]


def damaged(content: bytes, seed: int, steps: int) -> bytes:
    chance, damage = random.Random(seed), bytearray(content)
    for _step in range(steps):
        chance.choice(MUTATIONS)(chance, damage)
    return bytes(damage)


def check(content: bytes) -> Parsed | FileRefusal:
    """Read, recognise and parse as a plan does, and hold every refusal to what it must say."""
    table = read_table(content)
    columns = recognise(table) if isinstance(table, Table) else table
    if not isinstance(columns, Columns):
        assert file_sentence(columns)
        return columns
    parsed = parse(columns)
    for refusal in parsed.refusals:
        assert refusal.line > 1
        assert refusal.column in COLUMNS
        assert refusal_sentence(refusal)
    lines = {row.line for row in columns.rows}
    assert {entry.line for entry in parsed.entries} | {refusal.line for refusal in parsed.refusals} == lines
    assert all(is_address(entry.email) for entry in parsed.entries if entry.email)
    return parsed


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_a_damaged_csv_never_raises(seed: int, steps: int) -> None:
    check(damaged(CSV, seed, steps))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_a_damaged_workbook_never_raises(seed: int, steps: int) -> None:
    check(damaged(XLSX, seed, steps))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_never_raise(content: bytes) -> None:
    check(content)
    check(b"PK\x03\x04" + content)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=6), max_size=8))
def test_cells_of_any_kind_never_raise(rows: list[list[str]]) -> None:
    body = "\n".join(";".join(cell.replace('"', "").replace(";", " ") for cell in row) for row in rows)

    check(("agence;courriel;cp;jours;ouverte le;statut\n" + body).encode("utf-8", "replace"))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.emails())
def test_a_suggested_address_is_always_one_that_passes(written: str) -> None:
    found = parse_email(written, ["rivages.test"])

    accepted = found.suggestion if isinstance(found, CellProblem) else found
    assert not accepted or parse_email(accepted) == accepted


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 4), st.booleans())
def test_a_damaged_file_is_imported_whole_or_not_at_all(seed: int, steps: int, leave_refused: bool) -> None:
    network = make_network(uuid.uuid4().hex)  # Hypothesis seeds `random`
    content = damaged(CSV, seed, steps)
    with networks(network.pk):
        plan = make_plan(network, content, "f.csv", TODAY)
        token = plan.token if isinstance(plan, Plan) else ""

        outcome = apply_file(network, content, "f.csv", TODAY, token=token, leave_refused=leave_refused)

        stored = Agency.objects.count()
        if isinstance(outcome, Applied) and isinstance(plan, Plan):
            assert stored == len(plan.items) == outcome.created
            assert Membership.objects.count() == sum(1 for item in plan.items if item.entry.email)
            again = make_plan(network, content, "f.csv", TODAY)
            assert isinstance(again, Plan)
            assert not again.has_work
        else:
            assert stored == Membership.objects.count() == 0
            assert isinstance(outcome, NotApplied)
