"""The team of a network as its page shows it: who coaches and manages, who is awaited, what is left alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.http import Http404
from django.utils import timezone

from agencies.models import Invitation, Membership, Network
from agencies.roles import Permission, has_permission
from coaching.cohorts.models import Cohort, CohortCoach


@dataclass(frozen=True)
class Member:
    """One mandate; `cohorts` are names that the reader may know, `expires_at` that of the latest link."""

    membership: Membership
    cohorts: tuple[str, ...]
    expires_at: dt.datetime | None
    is_own: bool
    may_end: bool

    @property
    def is_awaited(self) -> bool:
        return self.membership.joined_at is None

    @property
    def has_expired(self) -> bool:
        return self.expires_at is None or self.expires_at <= timezone.now()


@dataclass(frozen=True)
class Team:
    """The whole page. `alone` are cohorts without a coach, for whoever may give them one."""

    members: tuple[Member, ...]
    alone: tuple[Cohort, ...]

    @property
    def coaches(self) -> list[Membership]:
        return [each.membership for each in self.members if each.membership.is_coach and not each.is_awaited]


def team_of(network: Network, reader: Membership) -> Team:
    """Everybody who is not a head and whose mandate runs or is announced; four queries. Needs the scope."""
    today = network.today()
    rows = Membership.objects.filter(network=network).running_or_announced(today).with_person()
    people = list(rows.exclude(role=Membership.Role.AGENCY_HEAD))
    manages = has_permission(reader.role, Permission.MANAGE_TEAM)
    cohorts = _cohorts(reader, people, sees_all=manages)
    expiries = _expiries([each.pk for each in people if each.joined_at is None])
    members = [
        Member(
            each,
            tuple(cohorts.get(each.pk, ())),
            expiries.get(each.pk),
            is_own=each.user_id == reader.user_id,
            may_end=manages or each.user_id == reader.user_id,
        )
        for each in people
    ]
    alone = Cohort.objects.without_coach(today).order_by("name") if manages else ()
    ordered = sorted(members, key=lambda each: (each.is_awaited, ORDER[each.membership.role], _name(each)))
    return Team(tuple(ordered), tuple(alone))


ORDER: dict[str, int] = {
    Membership.Role.REGIONAL_MANAGER: 0,
    Membership.Role.NETWORK_ADMIN: 1,
    Membership.Role.COACH: 2,
}


def _name(member: Member) -> str:
    return member.membership.shown_name.casefold()


def _cohorts(reader: Membership, people: Sequence[Membership], *, sees_all: bool) -> dict[int, list[str]]:
    """Mandate -> names of running cohorts; to a coach only those that are followed together."""
    rows = CohortCoach.objects.filter(cohort__status=Cohort.Status.RUNNING, membership__in=people)
    if not sees_all:
        rows = rows.filter(cohort__in=CohortCoach.objects.filter(membership=reader).values("cohort"))
    found: dict[int, list[str]] = defaultdict(list)
    for membership_id, name in rows.order_by("cohort__name").values_list("membership_id", "cohort__name"):
        found[membership_id].append(name)
    return found


def _expiries(membership_ids: Sequence[int]) -> dict[int, dt.datetime]:
    rows = Invitation.objects.filter(membership__in=membership_ids, revoked_at=None)
    return dict(rows.values_list("membership_id").annotate(Max("expires_at")))


def get_member_for(reader: Membership, public_id: str) -> Membership:
    """A mandate of the reader's team, running, awaited or over; Http404 for a head's and a stranger's."""
    network = reader.network
    rows = Membership.objects.filter(network=network).exclude(role=Membership.Role.AGENCY_HEAD).with_person()
    member = rows.filter(public_id=public_id).first()
    if member is None:
        raise Http404
    return member


def served_by(member: Membership) -> list[Cohort]:
    """Cohorts, drafts included, that would have no coach if this mandate ended."""
    others = CohortCoach.objects.serving(member.network.today()).exclude(membership=member).values("cohort")
    mine = Cohort.objects.coached_by(member).filter(status__in=(Cohort.Status.DRAFT, Cohort.Status.RUNNING))
    return list(mine.exclude(pk__in=others).order_by("name"))


def serving_coaches(network: Network) -> list[Membership]:
    """Coaches who have joined and whose mandate runs, by name."""
    rows = Membership.objects.filter(network=network, joined_at__isnull=False).coaches()
    return sorted(
        rows.open_on(network.today()).with_person(), key=lambda each: (each.shown_name.casefold(), each.pk)
    )
