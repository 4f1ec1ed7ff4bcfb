"""The cast and the sets of the tests: networks, people, cohorts, made through the product's own services.

A fixed cast (architecture 8): a head, a peer head, a manager, a coach of two networks, an outsider.
Everything tenant-scoped is created inside `networks(...)`, as the application role.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from agencies.services import attach_person
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.programmes import services as programmes
from coaching.programmes.models import Programme, ProgrammeVersion
from coaching.programmes.package import read_folder

PARIS = ZoneInfo("Europe/Paris")
START = dt.date(2027, 1, 12)  # the Tuesday of domain.md 6.7
LAUNCHED_AT = dt.datetime(2027, 1, 4, 9, 0, tzinfo=PARIS)
JOINED_AT = dt.datetime(2025, 9, 1, 9, 0, tzinfo=PARIS)


@lru_cache(maxsize=1)
def starter_document() -> dict[str, Any]:
    """The programme that ships, read once per test process."""
    document = read_folder(programmes.STARTER_FOLDER).document
    assert document is not None
    return document


_published: dict[str, Any] = {}


def starter_version() -> ProgrammeVersion:
    """The published starter; checked and rendered once per test process, then stored as it was."""
    found = ProgrammeVersion.objects.light().filter(checksum=_published.get("checksum", "")).first()
    if found is not None:
        return found
    if _published:
        programme, _created = Programme.objects.get_or_create(
            slug=starter_document()["key"], defaults={"pk": _published["programme_id"]}
        )
        return ProgrammeVersion.objects.create(**_published | {"programme_id": programme.pk})
    version = programmes.publish(starter_document())
    kept = ProgrammeVersion.objects.get(pk=version.pk)
    names = ("id", "programme_id", "label", "checksum", "title_fr", "title_en", "document", "rendered")
    _published.update({name: getattr(kept, name) for name in names})
    return version


def make_user(email: str, name: str = "", **fields: Any) -> User:
    return User.objects.create_user(email, name=name or email.split("@")[0].title(), **fields)


def make_network(slug: str = "rivages", **fields: Any) -> Network:
    defaults: dict[str, Any] = {"name": slug.title(), "sector": "insurance"}
    return Network.objects.create(slug=slug, **(defaults | fields))


def make_agency(network: Network, name: str = "Angers", **fields: Any) -> Agency:
    """Needs the scope of the network."""
    return Agency.objects.create(network=network, code=fields.pop("code", name.upper()), name=name, **fields)


def make_member(
    network: Network, email: str, role: str, agency: Agency | None = None, **fields: Any
) -> Membership:
    """A joined membership; needs the scope of the network."""
    fields.setdefault("joined_at", JOINED_AT)
    fields.setdefault("starts_on", JOINED_AT.date())
    name = fields.pop("name", email.split("@")[0].replace(".", " ").title())
    return attach_person(email, role, name=name, agency=agency, **fields)


@dataclass
class Cast:
    """Two networks, one running cohort in the first; the coach works in both, the outsider in the second."""

    network: Network
    other_network: Network
    agencies: list[Agency]
    heads: list[Membership]
    manager: Membership
    coach: Membership
    other_coach: Membership
    outsider: Membership
    cohort: Cohort
    enrolments: list[Enrolment] = field(default_factory=list)

    @property
    def head(self) -> Membership:
        return self.heads[0]

    @property
    def peer(self) -> Membership:
        return self.heads[1]

    @property
    def enrolment(self) -> Enrolment:
        return self.enrolments[0]


def make_cast(heads: int = 2, *, start: dt.date = START, launched_at: dt.datetime = LAUNCHED_AT) -> Cast:
    """The cast with `heads` agencies, each with a joined head enrolled in a launched cohort."""
    network, other = make_network("rivages"), make_network("toits", colour=2, sector="real-estate")
    version = starter_version()
    with networks(other.pk):
        programmes.install(other, version)
        other_coach = make_member(other, "coach@example.com", "coach", name="Claire Aubert")
        away = make_agency(other, "Vertou")
        outsider = make_member(other, "outsider@example.com", "agency_head", away, name="Leïla Ferhat")
    with networks(network.pk):
        programmes.install(network, version)
        manager = make_member(network, "manager@example.com", "regional_manager", name="Nathalie Mercier")
        coach = make_member(network, "coach@example.com", "coach")
        agencies = [make_agency(network, f"Agence {number:03}") for number in range(1, heads + 1)]
        members = [
            make_member(network, f"head{number}@example.com", "agency_head", agency, name=f"Tête {number:03}")
            for number, agency in enumerate(agencies, 1)
        ]
        cohort, enrolments = launch_cohort(coach, version, members, start=start, launched_at=launched_at)
    return Cast(network, other, agencies, members, manager, coach, other_coach, outsider, cohort, enrolments)


def launch_cohort(
    coach: Membership,
    version: ProgrammeVersion,
    members: list[Membership],
    *,
    name: str = "Hiver 2027",
    start: dt.date = START,
    launched_at: dt.datetime = LAUNCHED_AT,
) -> tuple[Cohort, list[Enrolment]]:
    """A running cohort of these people; needs the scope of their network."""
    draft = cohorts.create_cohort(coach, name=name, version=version, starts_on=start)
    cohorts.set_members(draft, members)
    cohort = cohorts.launch(draft, now=launched_at)
    by_member = {row.membership_id: row for row in cohort.enrolments.with_person()}
    return cohort, [by_member[member.pk] for member in members]
