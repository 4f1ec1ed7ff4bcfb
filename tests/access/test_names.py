"""A person's name in a network that they have not joined is what that network wrote, on every page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.rows import fetch
from agencies.models import Agency, Membership
from agencies.querysets import SHOWN_NAME, shown_name
from agencies.scope import networks
from agencies.services import join_network
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import add_late_joiner
from coaching.reminders.services import plan_network
from tests.access.matrix import PAGES
from tests.access.test_matrix import Actors, actors  # noqa: F401 - the fixture
from tests.agencies.importing_files import csv_of
from tests.agencies.test_importing_page import confirm, dry_run, page
from tests.factories import LAUNCHED_AT, Cast

pytestmark = pytest.mark.django_db

OWN, WRITTEN, ADDRESS = "Leïla Ferhat", "L. Ferat", "outsider@example.com"
# Where people are listed or read about, by the letter of who reads.
NAMING = {
    ("C", "cohorts:members"), ("C", "cohorts:contact"), ("C", "adoption:cohort_detail"),
    ("C", "adoption:participant"), ("C", "reminders:cohort_messages"), ("C", "adoption:coach_home"),
    ("C", "api:agencies"), ("C", "api:enrolments"), ("M", "adoption:overview"), ("M", "adoption:agency"),
    ("M", "api:agencies"), ("M", "api:enrolments"),
}  # fmt: skip


def import_outsider(actors: Actors, name: str) -> Membership:  # noqa: F811
    """Bring somebody who has an account in the other network, by the page, and enrol them."""
    cast = actors.cast
    coach, content = actors.clients["C"], csv_of(("Z9", "Pornic", ADDRESS, name))
    confirm(coach, dry_run(coach, cast.network, content))
    with networks(cast.network.pk):
        agency = Agency.objects.get(code="Z9")
        head = Membership.objects.select_related("user", "network").get(agency=agency)
        enrolment = add_late_joiner(cast.cohort, head)
    plan_network(cast.network.pk, timezone.now())
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=enrolment.pk).update(invited_at=LAUNCHED_AT)
    actors.cast = replace(cast, agencies=[agency], enrolments=[enrolment])
    return head


def pages(actors: Actors) -> dict[tuple[str, str], str]:  # noqa: F811
    """Everything that coach and manager can read, by letter and name of the address."""
    addresses = {name: actors.url(name) for name in PAGES} | {"adoption:coach_home": "/coach/"}
    found = {}
    for letter in "CM":
        for name, url in addresses.items():
            answer = actors.clients[letter].get(url)
            if answer.status_code == 200:
                found[letter, name] = answer.content.decode()
    assert set(found) >= NAMING
    return found


@pytest.mark.parametrize(("written", "shown"), [(WRITTEN, WRITTEN), ("", ADDRESS)])
def test_account_of_another_network_lends_its_name_to_no_page(
    actors: Actors,  # noqa: F811
    written: str,
    shown: str,
) -> None:
    import_outsider(actors, written)

    found = pages(actors)

    assert [where for where, page in found.items() if OWN in page or "Leïla" in page] == []
    assert [where for where in NAMING if shown not in found[where]] == []


@pytest.mark.parametrize("earlier", ["nothing", "another name", "another address"])
def test_dry_run_reads_the_same_whether_the_address_has_an_account_or_not(
    actors: Actors,  # noqa: F811
    earlier: str,
) -> None:
    coach, network = actors.clients["C"], actors.cast.network
    addresses = {"Zed1": ADDRESS, "Zed2": "nobody@example.com"}
    if earlier != "nothing":
        wrong = {"another name": "", "another address": "wrong-"}[earlier]
        rows = [(place, place, wrong + address, "Leila F.") for place, address in addresses.items()]
        confirm(coach, dry_run(coach, network, csv_of(*rows)))

    shown = []
    for place, address in addresses.items():
        review = coach.get(dry_run(coach, network, csv_of((place, place, address, WRITTEN))))
        shown.append(page(review).get_text().replace(address, ADDRESS).replace(place, "Zed"))

    assert shown[0] == shown[1]
    assert WRITTEN in shown[0]


def test_person_who_has_joined_is_shown_by_their_own_name(actors: Actors) -> None:  # noqa: F811
    head = import_outsider(actors, WRITTEN)
    with networks(actors.cast.network.pk):
        join_network(head.user, head.network.pk)

    found = pages(actors)

    assert [where for where, page in found.items() if WRITTEN in page] == []
    assert [where for where in NAMING if OWN not in found[where]] == []


def test_import_leaves_the_account_of_the_other_network_as_it_was(actors: Actors) -> None:  # noqa: F811
    User.objects.filter(email=ADDRESS).update(language="en", last_login=timezone.now())
    before = User.objects.filter(email=ADDRESS).values().get()
    headings = ("code", "agence", "courriel", "nom", "langue")

    import_outsider(actors, WRITTEN)
    again = csv_of(("Z9", "Pornic", ADDRESS, "Leila F.", "français"), headings=headings)
    confirm(actors.clients["C"], dry_run(actors.clients["C"], actors.cast.network, again))

    assert User.objects.filter(email=ADDRESS).values().get() == before


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("own", ["", "Leïla"])
@pytest.mark.parametrize("written", ["", "L. Ferat"])
def test_model_query_and_statement_show_the_same_name(
    cast: Cast, joined: bool, own: str, written: str
) -> None:
    head, at = cast.head, timezone.now() if joined else None
    User.objects.filter(pk=head.user_id).update(name=own)
    accounts = "agencies_membership m JOIN accounts_user u ON u.id = m.user_id"
    with networks(cast.network.pk):
        Membership.objects.filter(pk=head.pk).update(written_name=written, joined_at=at)

        row = Membership.objects.select_related("user").annotate(name=shown_name()).get(pk=head.pk)
        stated = fetch(f"SELECT {SHOWN_NAME} FROM {accounts} WHERE m.id = %s", [head.pk])

    expected = (own if joined else "") or written or head.user.email
    assert (row.shown_name, row.name, stated) == (expected, expected, [(expected,)])
