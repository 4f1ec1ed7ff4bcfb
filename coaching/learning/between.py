"""The doors between people of one cohort: one's pair and what it confides, the wall. The rest is access.py.

What a pair shares is looked up from the pair as it stands now: ended, or one of the two gone from the
cohort, and nothing of it is found any more (domain.md 2.5). The wall is for the heads of a cohort and its
coach; a manager never reads it, enrolled or not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from agencies.models import Membership
from agencies.roles import Audience, Permission, Shareable, has_permission
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access import VISIBLE, Learner
from coaching.learning.models import Pair, PairReading, PairWish, SharedItem, Thanks, WallReport
from coaching.learning.querysets import PairQuerySet, SharedItemQuerySet

READ_BY_PAIR = (Shareable.PRACTICE.value, Shareable.DRAFT.value)  # what one says a value about
TOLD_FOR = dt.timedelta(days=14)  # how long one reads that a proposal did not come about
WISHES_FOR_TWO = (PairWish.Wish.OPEN, PairWish.Wish.ASKED)


@dataclass(frozen=True)
class Bond:
    """A pair or a proposal, seen from one side."""

    pair: Pair
    other: Enrolment
    is_mine: bool  # I proposed it
    has_agreed: bool  # my side has

    @property
    def name(self) -> str:
        return self.other.membership.shown_name


@dataclass(frozen=True)
class Bonds:
    """Everything between a person and their cohort: at most one current pair, and proposals."""

    current: Bond | None
    received: tuple[Bond, ...]  # waiting for my yes
    sent: Bond | None  # I have said yes, the other has not yet
    fell_through: Bond | None  # the last proposal I had said yes to, when nothing came after it


def get_bonds(learner: Learner) -> Bonds:
    """The person's pair and proposals; one query."""
    me = learner.enrolment
    rows = Pair.objects.of(me).with_people().order_by("-proposed_at", "-pk")
    open_or_agreed = Q(ended_at__isnull=True) | Q(accepted_at__isnull=True)
    bonds = [_bond(pair, me) for pair in rows.filter(open_or_agreed)]
    open_bonds = [bond for bond in bonds if bond.pair.ended_at is None and is_there(bond.other)]
    current = next((bond for bond in open_bonds if bond.pair.accepted_at), None)
    waiting = [bond for bond in open_bonds if not bond.pair.accepted_at]
    sent = next((bond for bond in waiting if bond.has_agreed), None)
    last = bonds[0] if bonds else None
    is_told = last and last.has_agreed and last.pair.ended_at and last.pair.ended_at > learner.now - TOLD_FOR
    fell = last if is_told else None
    return Bonds(current, tuple(bond for bond in waiting if not bond.has_agreed), sent, fell)


def _bond(pair: Pair, me: Enrolment) -> Bond:
    other = pair.second if pair.first_id == me.pk else pair.first
    return Bond(pair, other, pair.proposed_by_id == me.pk, pair.has_agreed(me))


def is_there(enrolment: Enrolment) -> bool:
    """Whether somebody is still of their cohort."""
    today = timezone.localdate()
    return enrolment.status in VISIBLE and not enrolment.membership.is_over_on(today)


def get_pair_of(enrolment: Enrolment) -> Bond | None:
    """The pair of somebody now, None without one; one query."""
    pair = Pair.objects.of(enrolment).current().with_people().first()
    bond = _bond(pair, enrolment) if pair else None
    return bond if bond and is_there(bond.other) else None


def _standing_pairs() -> PairQuerySet:
    """Current pairs whose two people are still there, as `is_there` says it."""
    today = timezone.localdate()
    pairs = Pair.objects.current().filter(first__status__in=VISIBLE, second__status__in=VISIBLE)
    over = Q(first__membership__ends_on__lte=today) | Q(second__membership__ends_on__lte=today)
    return pairs.exclude(over)


def get_wish(enrolment: Enrolment) -> str:
    """How the person likes to go along, "" while they have not said; one query."""
    return PairWish.objects.filter(enrolment=enrolment).values_list("wish", flat=True).first() or ""


def candidates_for(learner: Learner) -> list[Enrolment]:
    """People of the cohort who are open to a pair and free, by agency; one query.

    Not those with whom a proposal did not come about: nobody is asked twice by the same person.
    """
    me = learner.enrolment
    sides = Q(first=OuterRef("pk")) | Q(second=OuterRef("pk"))
    mine = Q(first=me) | Q(second=me)
    wish = PairWish.objects.filter(enrolment=OuterRef("pk"), wish__in=WISHES_FOR_TWO)
    rows = (
        Enrolment.objects.filter(cohort_id=me.cohort_id, status__in=VISIBLE)
        .present(timezone.localdate(learner.now))
        .filter(Exists(wish), membership__joined_at__isnull=False)
        .exclude(Exists(_standing_pairs().filter(sides)))
        .exclude(Exists(Pair.objects.filter(sides).filter(mine)))
        .exclude(pk=me.pk)
    )
    return list(rows.with_person().by_agency())


# --- what a pair confides --------------------------------------------------------------------


def confided_by(bond: Bond) -> SharedItemQuerySet:
    """What the other side of a current pair shares with it, since there is this pair."""
    items = SharedItem.objects.of(bond.other).standing().for_audience(Audience.PAIR)
    return items.filter(shared_at__gte=bond.pair.accepted_at)


def confided_to(bond: Bond, me: Enrolment) -> SharedItemQuerySet:
    """What the person shares with the other side of a current pair, since there is this pair."""
    items = SharedItem.objects.of(me).standing().for_audience(Audience.PAIR)
    return items.filter(shared_at__gte=bond.pair.accepted_at)


def get_confided_item_for(bond: Bond | None, item_id: int) -> SharedItem | None:
    """A practice or a draft of one's pair, to say which value one perceives; None for anything else.

    A copy may be taken back while one writes: the page then says so, like for one that never was.
    """
    return confided_by(bond).filter(pk=item_id, kind__in=READ_BY_PAIR).first() if bond else None


def readings_of(items: Sequence[SharedItem]) -> dict[int, PairReading]:
    """What was read in these copies, by copy; one query, none without copies."""
    if not items:
        return {}
    return {reading.item_id: reading for reading in PairReading.objects.filter(item__in=items)}


def get_readings_by_pair(me: Enrolment) -> tuple[str, dict[str, PairReading]]:
    """The name of one's pair, and what they perceive in one's practices, by step; three queries."""
    bond = get_pair_of(me)
    if bond is None:
        return "", {}
    items = list(confided_to(bond, me).filter(kind=Shareable.PRACTICE))
    found = readings_of(items)
    return bond.name, {item.address: found[item.pk] for item in items if item.pk in found}


# --- the wall --------------------------------------------------------------------------------


def reads_wall(memberships: Sequence[Membership]) -> bool:
    """Whether the person reads their cohort's wall: whoever manages never does, enrolled or not."""
    allowed = any(has_permission(each.role, Permission.READ_WALL) for each in memberships)
    return allowed and not any(each.is_manager for each in memberships)


def require_wall(memberships: Sequence[Membership]) -> None:
    """Raise PermissionDenied unless the person reads the wall."""
    if not reads_wall(memberships):
        raise PermissionDenied


def excerpts_of(cohort_id: int) -> SharedItemQuerySet:
    """What heads of a cohort show it, newest first, with their names; what the coach hid comes along.

    Whoever has left takes their words along: they could not take them back any more.
    """
    return (
        SharedItem.objects.standing()
        .for_audience(Audience.COHORT)
        .filter(enrolment__cohort=cohort_id, enrolment__status__in=VISIBLE)
        .filter(enrolment__membership__role=Membership.Role.AGENCY_HEAD)
        .exclude(enrolment__membership__ends_on__lte=timezone.localdate())
        .with_author()
        .order_by("-shared_at", "-pk")
    )


def wall_of(learner: Learner) -> QuerySet[SharedItem]:
    """The wall as one head reads it: what is hidden to its author only; `is_thanked`, `is_reported`."""
    me = learner.enrolment
    mine = {"item": OuterRef("pk"), "enrolment": me}
    return (
        excerpts_of(me.cohort_id)
        .filter(Q(hidden_at__isnull=True) | Q(enrolment=me))
        .annotate(
            is_thanked=Exists(Thanks.objects.filter(**mine)),
            is_reported=Exists(WallReport.objects.filter(**mine)),
        )
    )


def coach_wall_of(cohort: Cohort) -> QuerySet[SharedItem]:
    """The wall as the coach of a cohort reads it, hidden excerpts too; `is_reported` by anybody."""
    reports = WallReport.objects.filter(item=OuterRef("pk"))
    return excerpts_of(cohort.pk).annotate(is_reported=Exists(reports))


def get_excerpt_for(learner: Learner, item_id: int) -> SharedItem | None:
    """One excerpt of the wall that the person reads; None for one taken back, or never theirs to read."""
    return wall_of(learner).filter(pk=item_id).first()


def thanks_for(items: Sequence[SharedItem]) -> dict[int, list[Membership]]:
    """Who thanked the author of these copies, in order; one query, none without copies."""
    found: dict[int, list[Membership]] = {}
    if items:
        rows = Thanks.objects.filter(item__in=items).select_related(
            "enrolment__membership__user", "enrolment__membership__agency"
        )
        for thanks in rows.order_by("thanked_at", "pk"):
            found.setdefault(thanks.item_id, []).append(thanks.enrolment.membership)
    return found
