"""The measured data: one network as they are, two bigger ones, and ten thousand that sleep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from agencies.services import attach_person, create_network
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import StepCompletion
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline, StepOutline
from coaching.programmes.runtime import outline_of
from coaching.programmes.services import install, publish_starter
from config import settings

PARIS = ZoneInfo("Europe/Paris")
CURRENT_WEEK = 5
WEEK = dt.timedelta(days=7)
OWNER = "owner"
SLEEPERS_EACH = 20
BATCH = 2_000  # a statement takes 65,535 values at most


@dataclass(frozen=True)
class Built:
    """A network with a running cohort, and who looks at it."""

    network: Network
    cohort: Cohort
    manager: Membership
    coach: Membership
    head: Membership
    lesson: StepOutline


def last_tuesday(now: dt.datetime) -> dt.date:
    today = now.astimezone(PARIS).date()
    return today - dt.timedelta(days=(today.isoweekday() - 2) % 7)


def build(slug: str, *, agencies: int, people: int, coach: str = "") -> Built:
    """A network in the fifth week of its cohort; `people` heads spread over its agencies.

    `coach` is the address of somebody who coaches elsewhere too.
    """
    now = timezone.now()
    start = last_tuesday(now) - WEEK * (CURRENT_WEEK - 1)
    launched_at = dt.datetime.combine(start - 2 * WEEK, dt.time(9), PARIS)
    network = create_network(slug, slug.title(), sector="insurance", region="Banc d’essai")
    with networks(network.pk):
        version = publish_starter()
        install(network, version)
        own = _staff(slug, "coach", launched_at, coach)
        manager = _staff(slug, "regional_manager", launched_at)
        heads = _heads(network, agencies, people, launched_at)
        cohort = cohorts.create_cohort(own, name="Mesure", version=version, starts_on=start)
        cohorts.set_members(cohort, heads)
        cohort = cohorts.launch(cohort, now=launched_at)
        _live(cohort, version, launched_at)
    outline = outline_of(version)
    return Built(network, cohort, manager, own, heads[0], _lesson(outline, network.sector))


def _staff(slug: str, role: str, joined_at: dt.datetime, email: str = "") -> Membership:
    email = email or f"{role}@{slug}.example"
    return attach_person(email, role, name=role.title(), starts_on=joined_at.date(), joined_at=joined_at)


def _heads(network: Network, agencies: int, people: int, joined_at: dt.datetime) -> list[Membership]:
    places = Agency.objects.bulk_create(
        Agency(network=network, code=f"A{number:05}", name=f"Agence {number:05}", city="Nantes")
        for number in range(agencies)
    )
    users = User.objects.bulk_create(
        User(email=f"head{number}@{network.slug}.example", name=f"Camille Essai{number}", password="!")
        for number in range(people)
    )
    return Membership.objects.bulk_create(
        Membership(
            network=network,
            user=user,
            role="agency_head",
            agency=places[number % agencies],
            starts_on=joined_at.date(),
            joined_at=joined_at,
        )
        for number, user in enumerate(users)
    )


def _live(cohort: Cohort, version: ProgrammeVersion, launched_at: dt.datetime) -> None:
    """Everybody has begun; how far differs from person to person, week 0 to the current one."""
    outline = outline_of(version)
    steps = outline.steps_for_sector(cohort.network.sector)
    weeks = list(cohort.weeks.order_by("number"))
    rows: list[Enrolment] = []
    completions: list[StepCompletion] = []
    for number, enrolment in enumerate(cohort.enrolments.order_by("pk")):
        reached = 1 + number % CURRENT_WEEK  # everybody has something left, so everybody gets a digest
        taken = [step for step in steps if step.week_number < reached]
        own = [_completion(enrolment, step, weeks[step.week_number].opens_at) for step in taken]
        completions += own
        rows.append(_advance(enrolment, outline, taken, own, launched_at))
    StepCompletion.objects.bulk_create(completions, batch_size=BATCH)
    fields = ["status", "activated_at", "done_minutes", "done_steps", "week_minutes", "active_weeks"]
    Enrolment.objects.bulk_update(rows, [*fields, "last_activity_at", "next_check_at"], batch_size=500)


def _completion(enrolment: Enrolment, step: StepOutline, opens_at: dt.datetime) -> StepCompletion:
    return StepCompletion(
        network=enrolment.network,
        enrolment=enrolment,
        address=step.address,
        week_number=step.week_number,
        minutes=step.minutes,
        completed_at=opens_at + dt.timedelta(hours=30),
    )


def _advance(
    enrolment: Enrolment,
    outline: ProgrammeOutline,
    taken: Sequence[StepOutline],
    own: Sequence[StepCompletion],
    launched_at: dt.datetime,
) -> Enrolment:
    minutes = [0] * len(outline.weeks)
    for step in taken:
        minutes[step.week_number] += 0 if step.is_optional else step.minutes
    enrolment.status = Enrolment.Status.ACTIVE
    enrolment.activated_at = launched_at + dt.timedelta(days=1)
    enrolment.done_minutes, enrolment.done_steps, enrolment.week_minutes = sum(minutes), len(own), minutes
    days = [row.completed_at.astimezone(PARIS).date() for row in own]
    enrolment.active_weeks = sorted({day - dt.timedelta(days=day.weekday()) for day in days})
    enrolment.last_activity_at = own[-1].completed_at
    enrolment.next_check_at = timezone.now() + dt.timedelta(days=1)  # asleep until a measure wakes them
    return enrolment


def _lesson(outline: ProgrammeOutline, sector: str) -> StepOutline:
    """A step to read in the first week."""
    steps = outline.steps_for_sector(sector)
    return next(step for step in steps if step.kind == "reading" and step.week_number == 1)


def sleep(networks_count: int, version: ProgrammeVersion) -> None:
    """Networks of twenty enrolments whose alarm rings tomorrow, written past the fence by its owner."""
    now = timezone.now()
    alarm, start = now + dt.timedelta(days=1), last_tuesday(now)
    _own()
    numbers = range(networks_count)
    found = _bulk(Network, [Network(slug=f"sleep-{n}", name=f"Réseau {n}") for n in numbers])
    everyone = range(networks_count * SLEEPERS_EACH)
    users = _bulk(User, [User(email=f"sleeper{n}@sleep.example", password="!") for n in everyone])
    places = _bulk(Agency, [Agency(network=net, code="A", name="Agence") for net in found])
    members = _bulk(
        Membership,
        [
            Membership(
                network=found[n // SLEEPERS_EACH],
                user=user,
                agency=places[n // SLEEPERS_EACH],
                role="agency_head",
                starts_on=start,
                joined_at=now,
            )
            for n, user in enumerate(users)
        ],
    )
    running = _bulk(
        Cohort,
        [
            Cohort(
                network=net, name="Mesure", programme_version_id=version.pk, starts_on=start, status="running"
            )
            for net in found
        ],
    )
    _bulk(
        Enrolment,
        [
            Enrolment(
                network=found[n // SLEEPERS_EACH],
                membership=member,
                cohort=running[n // SLEEPERS_EACH],
                status="active",
                next_check_at=alarm,
            )
            for n, member in enumerate(members)
        ],
    )


def _own() -> None:
    """A second connection, as the owner of the tables."""
    connections.databases[OWNER] = {
        **connections.databases["default"],
        "OPTIONS": settings.connection(settings.ENV.database)["OPTIONS"],
    }


def _bulk(model: type, rows: list) -> list:  # type: ignore[type-arg]
    return list(model._default_manager.using(OWNER).bulk_create(rows, batch_size=BATCH))  # type: ignore[attr-defined]


def settle() -> None:
    """What autovacuum would have done by the time a real site is this full."""
    _own()
    with connections[OWNER].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connections[OWNER].close()
    connection.close()
