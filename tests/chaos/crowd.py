"""A cohort of thousands that was launched an hour ago: everybody is owed one invitation."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.programmes import services as programmes
from tests.factories import LAUNCHED_AT, PARIS, START, make_member, make_network, starter_version

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)  # a Monday, an hour after the launch


def make_crowd(
    people: int,
    slug: str = "foule",
    *,
    start: dt.date = START,
    launched_at: dt.datetime | None = LAUNCHED_AT,
) -> Network:
    """The network; its heads have not opened their account yet."""
    network = make_network(slug)
    version = starter_version()
    with networks(network.pk):
        programmes.install(network, version)
        coach = make_member(network, f"coach@{slug}.example", "coach", name="Claire Aubert")
        agency = Agency.objects.create(network=network, code="A", name="Agence")
        users = User.objects.bulk_create(
            User(email=f"head{number}@{slug}.example", name=f"Tête {number}", password="!")
            for number in range(people)
        )
        members = Membership.objects.bulk_create(
            Membership(
                network=network,
                user=user,
                role="agency_head",
                agency=agency,
                starts_on=(launched_at or LAUNCHED_AT).date(),
            )
            for user in users
        )
        cohort = cohorts.create_cohort(coach, name="Foule", version=version, starts_on=start)
        cohorts.set_members(cohort, members)
        if launched_at is not None:
            cohorts.launch(cohort, now=launched_at)
    return network
