"""Planning and applying against real rows: created, changed, refused, whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from agencies.importing.applying import Applied, NotApplied, apply_file
from agencies.importing.planning import Outcome
from agencies.importing.problems import Reason, Remark
from agencies.models import Agency, Membership, Network
from agencies.services import check_invitation, issue_invitation
from tests.agencies.importing import LONG_AGO, TODAY, everything, only, plan, run, vannes
from tests.agencies.importing_files import SAMPLE, SAMPLE_XLSX, csv_of
from tests.factories import make_agency, make_member

pytestmark = pytest.mark.django_db


def test_the_sample_creates_twenty_agencies_with_their_heads(network: Network) -> None:
    applied = run(network, SAMPLE.read_bytes())

    assert applied == Applied(created=20, changed=0, unchanged=0, refused=0)
    vannes = Agency.objects.get(code="GO-20")
    (head,) = vannes.memberships.with_person()
    assert (vannes.name, vannes.postal_code, vannes.open_days) == ("Vannes", "56000", [1, 2, 3, 4, 5])
    assert (head.shown_name, head.user.language) == ("Yann Le Goff", "fr")
    assert (head.employment_status, head.starts_on, head.joined_at) == ("independent", TODAY, None)
    assert not head.user.has_usable_password()


def test_the_same_file_twice_changes_nothing_not_even_as_a_workbook(network: Network) -> None:
    run(network, SAMPLE.read_bytes())
    before = everything()

    again = run(network, SAMPLE.read_bytes())
    as_workbook = run(network, SAMPLE_XLSX.read_bytes())

    assert again == as_workbook == Applied(created=0, changed=0, unchanged=20, refused=0)
    assert everything() == before


def test_only_fields_that_differ_are_changed_and_empty_cells_change_nothing(network: Network) -> None:
    run(network, vannes())
    headings = ("code", "agence", "courriel", "cp", "ville", "jours", "statut", "intérim")
    first = csv_of(("V1", "Vannes Port", "", "56000", "", "mar-sam", "", ""), headings=headings)
    second = csv_of(
        ("v1", "Vannes Port", "yann@rivages.test", "", "", "", "franchisé", "oui"), headings=headings
    )

    item = only(network, first)
    run(network, first)
    run(network, second)

    assert item.outcome is Outcome.CHANGED
    assert [(change.field, change.old, change.new) for change in item.changes] == [
        ("name", "Vannes", "Vannes Port"),
        ("postal_code", None, "56000"),
        ("open_days", [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]),
    ]
    agency = Agency.objects.get()
    assert (agency.code, agency.name, agency.postal_code) == ("V1", "Vannes Port", "56000")
    assert agency.open_days == [2, 3, 4, 5, 6]
    membership = Membership.objects.get()
    assert (membership.employment_status, membership.is_interim) == ("franchisee", True)


def test_a_closed_agency_is_refused(network: Network) -> None:
    make_agency(network, "Vannes", code="V1", closed_on=LONG_AGO)

    assert [refusal.reason for refusal in plan(network, vannes()).refusals] == [Reason.AGENCY_CLOSED]


def test_without_codes_an_agency_is_known_by_its_name(network: Network) -> None:
    make_agency(network, "Saint-Malo", code="X9")
    headings = ("agence", "courriel")

    same = only(network, csv_of(("SAINT MALO", "t@rivages.test"), headings=headings))
    near = plan(network, csv_of(("St Malo", "t@rivages.test"), headings=headings))

    assert [change.field for change in same.changes] == ["head"]
    assert [(refusal.reason, refusal.suggestion) for refusal in near.refusals] == [
        (Reason.AGENCY_AMBIGUOUS, "Saint-Malo")
    ]


def test_a_missing_code_is_read_off_the_network(network: Network) -> None:
    make_agency(network, "Vannes", code="X9")

    (refusal,) = plan(network, csv_of(("", "Vannes", "y@rivages.test", "Yann"))).refusals

    assert (refusal.reason, refusal.suggestion) == (Reason.REQUIRED, "X9")


def test_remarks_tell_what_stays(network: Network) -> None:
    agency = make_agency(network, "Vannes", code="V1")
    make_agency(network, "Tours", code="T1")
    make_member(network, "yann@rivages.test", "agency_head", agency, name="Yann Legoff")

    remarks = {notice.remark for notice in plan(network, vannes()).notices}
    run(network, vannes())

    assert remarks == {Remark.NAME_KEPT, Remark.ABSENT_AGENCIES}
    assert User.objects.get().name == "Yann Legoff"
    assert Agency.objects.count() == 2


def test_one_refused_line_stops_everything_unless_it_is_left_aside(network: Network) -> None:
    content = csv_of(("V1", "Vannes", "yann@rivages.test", ""), ("T1", "Tours", "fatou", ""))
    before = everything()

    refused = run(network, content)
    after = everything()
    partly = run(network, content, leave_refused=True)

    assert refused is NotApplied.REFUSED
    assert after == before
    assert partly == Applied(created=1, changed=0, unchanged=0, refused=1)


def test_nothing_is_written_when_the_network_changed_since_the_dry_run(network: Network) -> None:
    token = plan(network, vannes()).token
    make_agency(network, "Vannes", code="V1")
    before = everything()

    outcome = apply_file(network, vannes(), "f.csv", TODAY, token=token)

    assert outcome is NotApplied.STALE
    assert everything() == before


def test_a_failure_half_way_leaves_nothing(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()

    def broken(*args: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("agencies.importing.applying._update_mandates", broken)
    with pytest.raises(RuntimeError, match="half way"):
        run(network, SAMPLE.read_bytes())

    assert everything() == before


def test_a_new_head_can_be_invited_at_once(network: Network) -> None:
    run(network, vannes())
    membership = Membership.objects.get()

    issue_invitation(membership)

    check_invitation(membership.invitations.get())


@pytest.mark.parametrize("count", [1, 3])
def test_a_plan_takes_two_queries(network: Network, count: int, django_assert_num_queries: Any) -> None:
    rows = [(f"V{n}", f"Vannes {n}", f"y{n}@rivages.test", "") for n in range(count)]
    run(network, csv_of(*rows))

    with django_assert_num_queries(2):
        plan(network, csv_of(*rows))


@pytest.mark.parametrize("count", [1, 3])
def test_applying_takes_as_many_queries_for_three_lines_as_for_one(
    network: Network, count: int, django_assert_num_queries: Any
) -> None:
    content = csv_of(*[(f"V{n}", f"Vannes {n}", f"y{n}@rivages.test", "") for n in range(count)])
    token = plan(network, content).token

    with django_assert_num_queries(11):
        apply_file(network, content, "f.csv", TODAY, token=token)


def test_five_thousand_lines_are_imported_whole(network: Network) -> None:
    rows = [(f"V{n}", f"Agence {n}", f"head{n}@rivages.test", f"Tête {n}") for n in range(5000)]

    applied = run(network, csv_of(*rows))

    assert applied == Applied(created=5000, changed=0, unchanged=0, refused=0)
    assert Membership.objects.filter(agency__isnull=False).count() == 5000
