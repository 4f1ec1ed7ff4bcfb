"""Pairs: proposed by a person or by the product, agreed by both, ended by either, without a reason.

Every verb holds the cohort until the transaction ends, so that two people never say yes to a third at once.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership
from agencies.roles import Audience
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.between import is_there
from coaching.learning.models import Pair, PairReading, PairWish, SharedItem
from coaching.learning.services.sharing import withdraw_items
from coaching.learning.services.steps import LearningProblem, lock_learner

SENTENCE_MAX = 300


class PairProblem(Exception):
    """A change of pairs that cannot be made now; `code` chooses the sentence.

    Codes: gone (the proposal or the person is not there any more), not_free (one of the two has a pair),
    not_open (the other has not said that they want one), waiting (one's own proposal still waits).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def wish_for_pair(enrolment: Enrolment, wish: str, *, now: dt.datetime | None = None) -> Pair | None:
    """Say how one likes to go along; "asked" looks for somebody at once, and returns what was proposed.

    Going alone lets the open proposals fall, as a no would; a pair that stands is ended on its own.
    """
    now = _hold(enrolment, now)
    PairWish.objects.update_or_create(
        enrolment=enrolment, defaults={"wish": PairWish.Wish(wish), "wished_at": now}
    )
    if wish == PairWish.Wish.ALONE:
        Pair.objects.of(enrolment).open().filter(accepted_at__isnull=True).update(ended_at=now)
    return _propose_among_asked(enrolment, now) if wish == PairWish.Wish.ASKED else None


@transaction.atomic
def propose_pair(
    enrolment: Enrolment, to: Enrolment, sentence: str, *, now: dt.datetime | None = None
) -> Pair:
    """Propose to somebody of one's cohort who is open to it. Raises PairProblem or LearningProblem.

    When the other had proposed the same, both have said yes: the pair stands.
    """
    now = _hold(enrolment, now)
    if to.pk == enrolment.pk or to.cohort_id != enrolment.cohort_id or not is_there(to):
        raise PairProblem("gone")
    if _has_pair(enrolment) or _has_pair(to):
        raise PairProblem("not_free")
    between = Pair.objects.of(enrolment).of(to)
    if waiting := between.open().first():
        return _agree(waiting, enrolment, now)
    is_open = PairWish.objects.filter(enrolment=to).exclude(wish=PairWish.Wish.ALONE).exists()
    if not is_open or between.filter(accepted_at__isnull=True).exists():
        raise PairProblem("not_open")
    mine = Pair.objects.open().filter(proposed_by=enrolment, accepted_at__isnull=True).with_people()
    if any(is_there(pair.first) and is_there(pair.second) for pair in mine):
        raise PairProblem("waiting")
    pair = _between(enrolment, to, now, sentence=sentence[:SENTENCE_MAX], proposed_by=enrolment)
    return _agree(pair, enrolment, now)


@transaction.atomic
def accept_pair(enrolment: Enrolment, public_id: str, *, now: dt.datetime | None = None) -> Pair:
    """Say yes to a proposal; the pair stands once both have. Raises PairProblem or LearningProblem."""
    now = _hold(enrolment, now)
    return _agree(_open(enrolment, public_id), enrolment, now)


@transaction.atomic
def decline_pair(enrolment: Enrolment, public_id: str, *, now: dt.datetime | None = None) -> None:
    """Say no, or take back one's own proposal: one's own leaves no trace, the other's falls. Idempotent."""
    now = _hold(enrolment, now)
    pair = Pair.objects.of(enrolment).open().filter(public_id=public_id, accepted_at__isnull=True).first()
    if pair is None:
        return
    if pair.proposed_by_id == enrolment.pk:
        pair.delete()
        return
    other = Enrolment.objects.get(pk=pair.other_id(enrolment))
    pair.ended_at = now
    pair.sentence = ""
    pair.save(update_fields=["ended_at", "sentence"])
    for person in (other, enrolment):
        if pair.proposed_by_id is None and _wish(person) == PairWish.Wish.ASKED:
            _propose_among_asked(person, now)


@transaction.atomic
def end_pair(enrolment: Enrolment, *, now: dt.datetime | None = None) -> None:
    """End one's pair: what either confided is taken back, words and readings erased. Idempotent."""
    now = now or timezone.now()
    _lock(enrolment)
    for pair in Pair.objects.of(enrolment).current():
        _end(pair, now)


@transaction.atomic
def read_with_pair(
    reader: Enrolment, item: SharedItem, card: str, sentence: str, *, now: dt.datetime | None = None
) -> PairReading:
    """Say which value one perceives in a copy of one's pair; a second reading replaces the first.

    That the copy is the pair's, and the card of the deck, is for the caller to know (`between`).
    """
    learner = lock_learner(reader, now)
    standing = SharedItem.objects.select_for_update().standing().filter(pk=item.pk).first()
    if standing is None:
        raise PairProblem("gone")
    reading, _created = PairReading.objects.update_or_create(
        item=standing, defaults={"reader": reader, "card": card, "sentence": sentence, "read_at": learner.now}
    )
    return reading


def take_reading_back(reader: Enrolment, item: SharedItem) -> None:
    """Erase what one said about a copy. Idempotent."""
    PairReading.objects.filter(item=item, reader=reader).delete()


# --- parts -----------------------------------------------------------------------------------


def _hold(enrolment: Enrolment, now: dt.datetime | None) -> dt.datetime:
    _lock(enrolment)
    enrolment.refresh_from_db(fields=["status"])
    if not is_there(enrolment):
        raise LearningProblem("closed")
    return now or timezone.now()


def _lock(enrolment: Enrolment) -> None:
    """Changes of pairs in one cohort take turns; nothing else waits for this lock."""
    Cohort.objects.select_for_update(no_key=True).only("pk").get(pk=enrolment.cohort_id)


def _open(enrolment: Enrolment, public_id: str) -> Pair:
    pair = Pair.objects.of(enrolment).open().filter(public_id=public_id).first()
    if pair is None:
        raise PairProblem("gone")
    return pair


def _wish(enrolment: Enrolment) -> str | None:
    return PairWish.objects.filter(enrolment=enrolment).values_list("wish", flat=True).first()


def _has_pair(enrolment: Enrolment) -> bool:
    """Whether somebody has a pair whose two people are still there."""
    pairs = Pair.objects.of(enrolment).current().with_people()
    return any(is_there(pair.first) and is_there(pair.second) for pair in pairs)


def _between(one: Enrolment, other: Enrolment, now: dt.datetime, **fields: object) -> Pair:
    first, second = sorted((one, other), key=lambda each: each.pk)
    return Pair.objects.create(**{"sentence": "", **fields}, first=first, second=second, proposed_at=now)


def _agree(pair: Pair, enrolment: Enrolment, now: dt.datetime) -> Pair:
    """One side says yes; with both, the pair stands and every other proposal of the two falls."""
    other = Enrolment.objects.select_related("membership").get(pk=pair.other_id(enrolment))
    if not is_there(other):
        raise PairProblem("gone")
    if pair.accepted_at:
        return pair
    if _has_pair(enrolment) or _has_pair(other):
        raise PairProblem("not_free")
    side = "first" if pair.first_id == enrolment.pk else "second"
    setattr(pair, f"{side}_agreed_at", getattr(pair, f"{side}_agreed_at") or now)
    if pair.first_agreed_at and pair.second_agreed_at:
        _close_others(pair, now)
        pair.accepted_at = now
    pair.save(update_fields=["first_agreed_at", "second_agreed_at", "accepted_at"])
    return pair


def _close_others(pair: Pair, now: dt.datetime) -> None:
    """Pairs left behind by somebody who is gone end, and so do the proposals not needed any more."""
    both = [pair.first_id, pair.second_id]
    others = Pair.objects.open().filter(Q(first__in=both) | Q(second__in=both)).exclude(pk=pair.pk)
    for other in others:
        _end(other, now)


def _end(pair: Pair, now: dt.datetime) -> None:
    if pair.accepted_at:
        sides = [pair.first_id, pair.second_id]
        withdraw_items(
            SharedItem.objects.filter(enrolment__in=sides).standing().for_audience(Audience.PAIR), now
        )
    pair.ended_at = now
    pair.sentence = ""
    pair.save(update_fields=["ended_at", "sentence"])


def _propose_among_asked(enrolment: Enrolment, now: dt.datetime) -> Pair | None:
    """The product's proposal: whoever has waited longest among those who asked, never the same two twice.

    Heads only: nobody's manager is proposed to them. None while there is nobody, or a proposal waits.
    """
    waiting = (
        PairWish.objects.filter(wish=PairWish.Wish.ASKED, enrolment__cohort=enrolment.cohort_id)
        .filter(enrolment__membership__role=Membership.Role.AGENCY_HEAD)
        .select_related("enrolment__membership")
        .order_by("wished_at", "pk")
    )
    people = [wish.enrolment for wish in waiting]
    if enrolment.pk not in {person.pk for person in people} or not _is_waiting(enrolment):
        return None
    for other in people:
        is_new = not Pair.objects.of(enrolment).of(other).exists()
        if other.pk != enrolment.pk and is_new and is_there(other) and _is_waiting(other):
            return _between(enrolment, other, now)
    return None


def _is_waiting(enrolment: Enrolment) -> bool:
    """Neither a pair nor an open proposal of the product."""
    proposed = Pair.objects.of(enrolment).open().filter(proposed_by=None, accepted_at__isnull=True)
    return not (_has_pair(enrolment) or proposed.exists())
