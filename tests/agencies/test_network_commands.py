"""The operator's commands: create_network and set_network, their links and their refusals."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from agencies.models import Agency, Invitation, Membership, Network
from agencies.scope import networks
from agencies.services import create_network
from tests.agencies.conftest import ANSWERS
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_create_network_prints_working_links(client: Client, db: None) -> None:
    out = StringIO()

    call_command("create_network", "cap", "Cap Intérim", "--coach", "c@example.com", stdout=out)

    path = out.getvalue().split("/invitation/")[1].split()[0]
    assert client.get("/invitation/" + path).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Cap !", "Cap"], "slug"),
        (["Cap", "Cap"], "minuscules"),
        (["cap_interim", "Cap"], "minuscules"),
        (["cap-", "Cap"], "minuscules"),
        (["cap", "Cap", "--coach", "nobody"], "nothing was changed"),
        (["cap", "Cap", "--country", "XX"], "country: no public holidays are known for 'XX'"),
        (["cap", "Cap", "--time-zone", "Mars/Base"], "time_zone"),
    ],
)
def test_create_network_refuses_bad_words_and_creates_nothing(
    db: None, arguments: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_network", *arguments)

    assert not Network.objects.exists()


def test_create_network_sets_what_the_manager_reads_and_the_country(db: None) -> None:
    options = ["--country", "be", "--manager-view", "aggregate_only"]

    call_command("create_network", "cap", "Cap Intérim", *options, stdout=StringIO())

    network = Network.objects.get(slug="cap")
    assert (network.country, network.manager_view) == ("BE", "aggregate_only")


def test_create_network_says_which_address_is_taken_and_what_to_do(cast: Cast) -> None:
    with pytest.raises(CommandError, match=r"'rivages' exists already; `manage\.py set_network rivages`"):
        call_command("create_network", "rivages", "Rivages", "--coach", "new@example.com")

    assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize(
    ("option", "role"), [("manager", "regional_manager"), ("coach", "coach"), ("admin", "network_admin")]
)
def test_set_network_invites_a_person_later_and_again(
    client: Client, cast: Cast, option: str, role: str
) -> None:
    first, second = StringIO(), StringIO()

    for out in (first, second):
        call_command("set_network", cast.network.slug, f"--{option}", "new@example.com", stdout=out)

    paths = [out.getvalue().split("/invitation/")[1].split()[0] for out in (first, second)]
    assert client.get("/invitation/" + paths[0]).status_code == 410
    assert client.post("/invitation/" + paths[1], ANSWERS).status_code == 302
    with networks(cast.network.pk):
        membership = Membership.objects.get(user__email="new@example.com")
    assert (membership.role, membership.joined_at is not None) == (role, True)


def test_set_network_gives_no_second_link_to_who_has_joined(cast: Cast) -> None:
    out = StringIO()

    call_command("set_network", cast.network.slug, "--coach", cast.coach.user.email, stdout=out)

    assert "has joined already" in out.getvalue()
    with networks(cast.network.pk):
        assert not Invitation.objects.exists()


def test_set_network_with_a_bad_address_changes_nothing(cast: Cast) -> None:
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("set_network", cast.network.slug, "--region", "Sud", "--coach", "nobody")

    assert Network.objects.get(pk=cast.network.pk).region == cast.network.region


def test_set_network_changes_what_is_named_and_nothing_else(cast: Cast) -> None:
    out = StringIO()

    call_command("set_network", cast.network.slug, "--manager-view", "bands_only", stdout=out)

    changed = Network.objects.get(pk=cast.network.pk)
    assert changed.manager_view == "bands_only"
    assert (changed.name, changed.sector, changed.country) == (cast.network.name, cast.network.sector, "FR")
    assert "manager_view: bands_only" in out.getvalue()


def test_set_network_changes_an_older_network_whose_address_has_capitals(cast: Cast) -> None:
    Network.objects.filter(pk=cast.network.pk).update(slug="Rivages_Ouest")

    call_command("set_network", "Rivages_Ouest", "--country", "BE", stdout=StringIO())

    assert Network.objects.get(pk=cast.network.pk).country == "BE"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nulle-part"], "There is no network 'nulle-part'"),
        (["rivages", "--country", "ZZ"], "country: no public holidays are known for 'ZZ'"),
        (["rivages", "--time-zone", "Mars/Base"], "time_zone"),
    ],
)
def test_set_network_refuses_bad_words_and_changes_nothing(
    cast: Cast, arguments: list[str], words: str
) -> None:
    before = Network.objects.values().get(pk=cast.network.pk)

    with pytest.raises(CommandError, match=words):
        call_command("set_network", *arguments, "--region", "Ailleurs")

    assert Network.objects.values().get(pk=cast.network.pk) == before


def test_a_country_that_lacks_an_agency_s_region_is_refused(cast: Cast) -> None:
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.head.agency_id).update(holiday_subdivision="GES")

    with pytest.raises(CommandError, match="country: 'GES' is no part of BE"):
        call_command("set_network", cast.network.slug, "--country", "BE")


def test_each_network_has_the_colour_that_the_fewest_have() -> None:
    taken = list(Network.objects.values_list("colour", flat=True))

    opened = [create_network(f"reseau-{n}", f"Réseau {n}").colour for n in range(7 + len(taken))]

    counts = Counter(taken + opened)
    assert set(counts) == set(range(1, 7))
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_colour_that_is_asked_for_is_kept() -> None:
    assert create_network("choisie", "Choisie", colour=6).colour == 6
