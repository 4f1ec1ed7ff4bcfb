"""Who goes along with whom in the demonstration, what they confide, and what hangs on the wall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from agencies.models import Membership
from agencies.roles import Audience, Shareable
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import SharedItem
from coaching.learning.services import (
    accept_pair,
    propose_pair,
    read_with_pair,
    share_copy,
    thank,
    wish_for_pair,
)
from config.demo import story

DAY = dt.timedelta(days=1)


def live_together(cohort: Cohort, heads: list[Membership], now: dt.datetime) -> None:
    """Two pairs, one proposal that waits, readings, a small wall with thanks; each in its author's scope."""
    people = {head.user.name: head for head in heads}
    for one, other, sentence, days in story.PAIRS:
        _pair(cohort, people[one], people[other], sentence, now - days * DAY)
    one, other, sentence = story.PROPOSAL
    _propose(cohort, people[one], people[other], sentence, now - 2 * DAY)
    for author, reader, address, text, card, words, days in story.CONFIDED:
        item = _share(cohort, people[author], Audience.PAIR, address, text, now - days * DAY)
        if not card:
            continue  # not read yet
        with _as(cohort, people[reader]) as enrolment:
            read_with_pair(enrolment, item, card, words, now=now - (days - 1) * DAY)
    for author, address, text, thankers, days in story.WALL:
        item = _share(cohort, people[author], Audience.COHORT, address, text, now - days * DAY)
        for thanker in thankers:
            with _as(cohort, people[thanker]) as enrolment:
                thank(enrolment, item, now=now - (days - 1) * DAY)


@contextmanager
def _as(cohort: Cohort, member: Membership) -> Iterator[Enrolment]:
    with networks(cohort.network.pk, user_id=member.user_id):
        yield Enrolment.objects.select_related("membership").get(cohort=cohort, membership=member)


def _propose(cohort: Cohort, one: Membership, other: Membership, sentence: str, at: dt.datetime) -> str:
    for member in (one, other):
        with _as(cohort, member) as enrolment:
            wish_for_pair(enrolment, "open", now=at)
            asked = enrolment
    with _as(cohort, one) as enrolment:
        return propose_pair(enrolment, asked, sentence, now=at).public_id


def _pair(cohort: Cohort, one: Membership, other: Membership, sentence: str, at: dt.datetime) -> None:
    public_id = _propose(cohort, one, other, sentence, at)
    with _as(cohort, other) as enrolment:
        accept_pair(enrolment, public_id, now=at + DAY)


def _share(
    cohort: Cohort, member: Membership, audience: Audience, address: str, text: str, at: dt.datetime
) -> SharedItem:
    with _as(cohort, member) as enrolment:
        return share_copy(enrolment, Shareable.PRACTICE, address, "demo", text, audience, now=at)
