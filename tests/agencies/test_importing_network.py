"""Planning and applying against real rows: created, changed, replaced, corrected, whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.utils import timezone

from accounts.models import User
from agencies.importing.applying import Applied, NotApplied, apply_file
from agencies.importing.planning import HeadAction, Item, Outcome, Plan, make_plan
from agencies.importing.problems import FileRefusal, Reason, Remark
from agencies.importing.report import report_rows
from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from agencies.services import attach_person, check_invitation, issue_invitation
from tests.agencies.importing_files import SAMPLE, SAMPLE_XLSX, csv_of
from tests.factories import make_agency, make_member, make_network

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LONG_AGO = dt.date(2026, 1, 5)


@pytest.fixture
def network(db: None) -> Iterator[Network]:
    """A network in scope, without any agency."""
    made = make_network("rivages")
    with networks(made.pk):
        yield made


def plan(network: Network, content: bytes, accepted: dict[str, str] | None = None) -> Plan:
    found = make_plan(network, content, "f.csv", TODAY, accepted)
    assert not isinstance(found, FileRefusal), found
    return found


def run(network: Network, content: bytes, **options: Any) -> Applied | NotApplied:
    """Plan, then apply what was shown."""
    accepted = options.get("accepted")
    token = plan(network, content, accepted).token
    return apply_file(network, content, "f.csv", TODAY, token=token, **options)


def only(network: Network, content: bytes) -> Item:
    (item,) = plan(network, content).items
    return item


def vannes(email: str = "yann@rivages.test", name: str = "Yann Le Goff") -> bytes:
    return csv_of(("V1", "Vannes", email, name))


def everything() -> list[object]:
    """All rows that an import may touch, to see that nothing moved."""
    return [
        list(Agency.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values()),
    ]


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


PLACE_HEADINGS = ("code", "agence", "courriel", "cp", "fuseau")


def placed(postal_code: str, zone: str = "") -> bytes:
    return csv_of(("A1", "Agence", "yann@rivages.test", postal_code, zone), headings=PLACE_HEADINGS)


@pytest.mark.parametrize(
    ("postal_code", "zone", "subdivision", "expected_zone"),
    [
        ("67000", "", "6AE", "Europe/Paris"),
        ("97400", "", "974", "Indian/Reunion"),
        ("97400", "Europe/Paris", "974", "Europe/Paris"),
        ("22000", "", "", "Europe/Paris"),
    ],
)
def test_postal_code_gives_a_new_agency_its_holidays_and_overseas_its_clock(
    network: Network, postal_code: str, zone: str, subdivision: str, expected_zone: str
) -> None:
    run(network, placed(postal_code, zone))

    agency = Agency.objects.get()
    assert (agency.holiday_subdivision, agency.time_zone) == (subdivision, expected_zone)
    assert User.objects.get(email="yann@rivages.test").time_zone == expected_zone
    assert only(network, placed(postal_code, zone)).outcome is Outcome.UNCHANGED


def test_another_postal_code_moves_holidays_and_clock_and_says_so(network: Network) -> None:
    run(network, placed("67000"))

    away = plan(network, placed("97400"))
    run(network, placed("97400"))
    back = only(network, placed("56000"))
    run(network, placed("56000"))

    words = report_rows(away)[-1][5]
    assert "Jours fériés locaux : Alsace → La Réunion" in words
    assert "Fuseau horaire : Europe/Paris → Indian/Reunion" in words
    assert [(change.field, change.new) for change in back.changes] == [
        ("postal_code", "56000"),
        ("time_zone", "Europe/Paris"),
        ("holiday_subdivision", ""),
    ]
    assert only(network, placed("56000")).outcome is Outcome.UNCHANGED


def test_a_clock_that_a_file_chose_survives_a_move_in_the_same_time(network: Network) -> None:
    run(network, placed("35000", "Europe/London"))

    item = only(network, placed("29000"))

    assert [change.field for change in item.changes] == ["postal_code"]


def test_postal_codes_of_another_country_say_nothing_of_french_holidays(network: Network) -> None:
    Network.objects.filter(pk=network.pk).update(country="DE", time_zone="Europe/Berlin")
    network.refresh_from_db()

    run(network, placed("67000"))

    agency = Agency.objects.get()
    assert (agency.holiday_subdivision, agency.time_zone) == ("", "Europe/Berlin")


def test_agencies_imported_before_get_their_place_by_the_migration(network: Network) -> None:
    fill = import_module("agencies.migrations.0009_places_of_postal_codes").fill
    kept = {
        name: make_agency(network, name, postal_code=code, time_zone=zone)
        for name, code, zone in [
            ("Strasbourg", "67000", "Europe/Paris"),
            ("Saint-Denis", "97400", "Europe/Paris"),
            ("Nouméa", "98800", "Pacific/Auckland"),
            ("Rennes", "35000", "Europe/Paris"),
        ]
    }

    fill(apps, None)

    places = {}
    for name, agency in kept.items():
        agency.refresh_from_db()
        places[name] = (agency.holiday_subdivision, agency.time_zone)
    assert places == {
        "Strasbourg": ("6AE", "Europe/Paris"),
        "Saint-Denis": ("974", "Indian/Reunion"),
        "Nouméa": ("NC", "Pacific/Auckland"),
        "Rennes": ("", "Europe/Paris"),
    }


def test_a_head_who_had_joined_is_replaced_and_history_stays(network: Network) -> None:
    agency = make_agency(network, "Vannes", code="V1")
    former = make_member(network, "former@rivages.test", "agency_head", agency, starts_on=LONG_AGO)
    issue_invitation(former)

    item = only(network, vannes())
    run(network, vannes())

    assert item.head is HeadAction.REPLACE
    former.refresh_from_db()
    assert (former.ends_on, former.user.email) == (TODAY, "former@rivages.test")
    assert former.invitations.get().revoked_at is not None
    successor = Membership.objects.get(ends_on=None)
    assert (successor.user.email, successor.starts_on) == ("yann@rivages.test", TODAY)
    assert only(network, vannes()).outcome is Outcome.UNCHANGED


def test_a_head_who_had_not_joined_gets_the_right_address(network: Network) -> None:
    run(network, vannes("yan@rivages.test", "Yan"))
    membership = Membership.objects.get()
    issue_invitation(membership)
    EmailAddress.objects.create(user=membership.user, email="yan@rivages.test", verified=True)

    item = only(network, vannes())
    run(network, vannes())

    assert item.head is HeadAction.CORRECT
    corrected = Membership.objects.select_related("user").get()
    assert (corrected.pk, corrected.user_id) == (membership.pk, membership.user_id)
    assert (corrected.user.email, corrected.shown_name) == ("yann@rivages.test", "Yann Le Goff")
    assert not EmailAddress.objects.filter(email="yan@rivages.test").exists()
    assert not User.objects.filter(email="yan@rivages.test").exists()
    assert corrected.invitations.get().revoked_at is not None


def test_one_mistyped_person_of_two_agencies_is_mended_once(network: Network) -> None:
    two = ("V2", "Auray", "yan@rivages.test", "Yann Le Goff")
    run(network, csv_of(("V1", "Vannes", "yan@rivages.test", "Yann Le Goff"), two))

    run(network, csv_of(("V1", "Vannes", "y@rivages.test", ""), ("V2", "Auray", "y@rivages.test", "")))

    assert [row.user.email for row in Membership.objects.select_related("user")] == ["y@rivages.test"] * 2
    assert User.objects.count() == 1


@pytest.mark.parametrize("why", ["signed in", "elsewhere", "other role here", "address taken"])
def test_an_account_in_use_is_never_renamed_the_mandate_moves_instead(network: Network, why: str) -> None:
    run(network, vannes("yan@rivages.test", "Yan"))
    membership = Membership.objects.get()
    old = membership.user
    User.objects.filter(pk=old.pk).update(name="Yan")
    if why == "signed in":
        User.objects.filter(pk=old.pk).update(last_login=timezone.now())
    elif why == "other role here":
        attach_person("yan@rivages.test", "coach")
    elif why == "address taken":
        User.objects.create_user("yann@rivages.test", name="Someone Known")
    shown = plan(network, vannes())
    if why == "elsewhere":
        _attach_elsewhere(network, "yan@rivages.test")

    run(network, vannes())

    assert plan(network, vannes()).items[0].outcome is Outcome.UNCHANGED
    assert [(change.field, change.old, change.new) for change in shown.items[0].changes] == [
        ("email", "yan@rivages.test", "yann@rivages.test"),
        ("written_name", "Yan", "Yann Le Goff"),
    ]
    membership.refresh_from_db()
    old.refresh_from_db()
    assert (old.email, old.name) == ("yan@rivages.test", "Yan")
    assert membership.user.email == "yann@rivages.test"
    assert membership.shown_name == "Yann Le Goff"
    assert membership.user.name == ("Someone Known" if why == "address taken" else "")


def _attach_elsewhere(network: Network, email: str) -> None:
    """A membership in another network, written as the database sees it from there."""
    from django.db import connection

    other = make_network("toits")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.networks', %s, true)", [f"{{{other.pk}}}"])
        user = User.objects.get(email=email)
        Membership.objects.create(network=other, user=user, role="coach")
        cursor.execute("SELECT set_config('app.networks', %s, true)", [f"{{{network.pk}}}"])


def test_a_plan_is_the_same_whether_or_not_the_address_has_an_account(network: Network) -> None:
    without = plan(network, vannes()).token
    User.objects.create_user("yann@rivages.test", name="Known Elsewhere", language="en")

    with_account = plan(network, vannes()).token
    run(network, vannes())

    assert with_account == without
    head = Membership.objects.select_related("user").get()
    assert (head.user.name, head.user.language) == ("Known Elsewhere", "en")
    assert head.shown_name == "Yann Le Goff"


def test_a_name_written_otherwise_is_a_change_until_the_person_joins(network: Network) -> None:
    run(network, vannes(name="Yann Legoff"))

    item = only(network, vannes())
    applied = run(network, vannes())

    assert [(change.field, change.old, change.new) for change in item.changes] == [
        ("written_name", "Yann Legoff", "Yann Le Goff")
    ]
    assert applied == Applied(created=0, changed=1, unchanged=0, refused=0)
    assert Membership.objects.select_related("user").get().shown_name == "Yann Le Goff"
    assert only(network, vannes()).outcome is Outcome.UNCHANGED


def test_a_name_that_the_file_leaves_out_stays_as_it_was_written(network: Network) -> None:
    run(network, vannes())

    again = only(network, vannes(name=""))
    run(network, vannes("y.legoff@rivages.test", name=""))

    assert again.outcome is Outcome.UNCHANGED
    assert Membership.objects.select_related("user").get().shown_name == "Yann Le Goff"


def test_a_name_written_on_one_line_serves_for_both_agencies_of_the_person(network: Network) -> None:
    run(network, csv_of(("V1", "Vannes", "y@rivages.test", ""), ("V2", "Auray", "y@rivages.test", "Yann")))

    heads = Membership.objects.select_related("user")
    assert [head.shown_name for head in heads] == ["Yann", "Yann"]


@pytest.mark.parametrize("how", ["opened", "corrected"])
def test_who_is_in_the_network_already_enters_a_second_agency_without_being_asked_again(
    network: Network, how: str
) -> None:
    joined = make_member(
        network, "yann@rivages.test", "agency_head", make_agency(network, "Auray"), name="Yann Choisi"
    )
    if how == "corrected":
        run(network, vannes("yan@rivages.test"))

    run(network, vannes())

    second = Membership.objects.select_related("user").get(agency__code="V1", ends_on=None)
    assert (second.user_id, second.joined_at) == (joined.user_id, joined.joined_at)
    assert second.shown_name == "Yann Choisi"


def test_an_interim_head_comes_beside_the_head(network: Network) -> None:
    agency = make_agency(network, "Vannes", code="V1")
    make_member(network, "head@rivages.test", "agency_head", agency)
    headings = ("code", "agence", "courriel", "intérim")

    run(network, csv_of(("V1", "Vannes", "interim@rivages.test", "oui"), headings=headings))

    assert Membership.objects.filter(ends_on=None).count() == 2
    assert Membership.objects.get(is_interim=True).user.email == "interim@rivages.test"


def test_between_two_heads_a_third_address_is_refused(network: Network) -> None:
    agency = make_agency(network, "Vannes", code="V1")
    make_member(network, "one@rivages.test", "agency_head", agency)
    make_member(network, "two@rivages.test", "agency_head", agency)

    found = plan(network, vannes())

    assert [refusal.reason for refusal in found.refusals] == [Reason.SEVERAL_HEADS]
    assert only(network, vannes("two@rivages.test")).outcome is Outcome.UNCHANGED


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


def test_account_of_whoever_runs_the_platform_is_never_mended(network: Network) -> None:
    operator = User.objects.create_superuser("operator@cairn.test", "a long pass phrase")
    run(network, vannes("operator@cairn.test", ""))

    run(network, vannes("somebody.else@rivages.test"))

    operator.refresh_from_db()
    assert operator.email == "operator@cairn.test"
    assert Membership.objects.get().user.email == "somebody.else@rivages.test"
