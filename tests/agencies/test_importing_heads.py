"""Mandates and accounts in an import: replaced, corrected, interim, names as the network writes them."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from agencies.importing.applying import Applied
from agencies.importing.planning import HeadAction, Outcome
from agencies.importing.problems import Reason
from agencies.importing.wording import item_sentence, notice_sentence
from agencies.models import Membership, Network
from agencies.services import attach_person, issue_invitation
from tests.agencies.importing import LONG_AGO, TODAY, only, plan, run, vannes
from tests.agencies.importing_files import csv_of
from tests.factories import make_agency, make_member, make_network

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("email", "name", "is_told"),
    [
        ("zoe@rivages.test", "Zoé Nouvelle", True),
        ("yann.martin@rivages.test", "Yann Martin", True),
        ("yann.roux@rivages.test", "Yann Le Goff-Roux", False),
        ("yann.legoff@rivages.test", "Le Goff Yann", False),
        ("yann@rivages.test", "Zoé Nouvelle", False),
        ("y.legoff@rivages.test", "Y. Le Goff", False),
    ],
)
def test_somebody_else_in_the_place_of_a_head_who_had_not_joined_is_told_by_name(
    network: Network, email: str, name: str, is_told: bool
) -> None:
    run(network, vannes())

    found = plan(network, vannes(email, name))

    (item,) = found.items
    told = [notice_sentence(notice).replace("\u00a0", " ") for notice in found.notices]
    expected = f"Ligne 2 : {name} prend la place de Yann Le Goff à la tête de l’agence « Vannes »."
    assert (expected in told) is is_told
    assert item_sentence(item).startswith("Une autre personne") is is_told


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


def test_account_of_whoever_runs_the_platform_is_never_mended(network: Network) -> None:
    operator = User.objects.create_superuser("operator@cairn.test", "a long pass phrase")
    run(network, vannes("operator@cairn.test", ""))

    run(network, vannes("somebody.else@rivages.test"))

    operator.refresh_from_db()
    assert operator.email == "operator@cairn.test"
    assert Membership.objects.get().user.email == "somebody.else@rivages.test"
