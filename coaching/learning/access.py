"""The only doors to a person's learning: their own enrolment and steps, and what was shared with a coach."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils import timezone, translation

from accounts.rows import Columns, fetch
from agencies.models import Membership
from agencies.roles import Audience, Permission, has_permission
from coaching.cohorts.models import Cohort, CohortCoach, CohortWeek, Enrolment
from coaching.learning.models import Answer, SharedItem, StepCompletion, SurveyReply
from coaching.learning.progress import Journey, ModuleView, OpenedWeek, journey_of
from coaching.learning.steps import Content, PickedCard, StepKind, Task, kind_of
from coaching.learning.steps.card_sort import top_cards
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline, StepOutline
from coaching.programmes.runtime import outline_of

# The others are past: a person who left or was replaced keeps their content, not these pages.
VISIBLE = (*Enrolment.LIVE, Enrolment.Status.COMPLETED, Enrolment.Status.ENDED_INCOMPLETE)
_COHORT_COLUMNS = ("cohort__status", "cohort__starts_on", "cohort__programme_version__checksum")
_ENROLMENT = Columns(Enrolment, "e", "id", "network_id", "public_id", "cohort_id", "membership_id", "status")
_COHORT = Columns(Cohort, "c", "id", "network_id", "status", "starts_on", "programme_version_id")
_VERSION = Columns(ProgrammeVersion, "v", "id", "checksum")
_LEARNER = f"""
SELECT {_ENROLMENT.sql}, {_COHORT.sql}, {_VERSION.sql},
    ARRAY(SELECT s.address FROM learning_stepcompletion s
          WHERE s.network_id = e.network_id AND s.enrolment_id = e.id),
    w.numbers, w.opens
FROM agencies_membership m
JOIN cohorts_enrolment e ON e.network_id = m.network_id AND e.membership_id = m.id
JOIN cohorts_cohort c ON c.network_id = e.network_id AND c.id = e.cohort_id
JOIN programmes_programmeversion v ON v.id = c.programme_version_id
CROSS JOIN LATERAL (
    SELECT array_agg(w.number ORDER BY w.number) AS numbers, array_agg(w.opens_at ORDER BY w.number) AS opens
    FROM cohorts_cohortweek w WHERE w.network_id = c.network_id AND w.cohort_id = c.id) w
WHERE m.user_id = %s AND e.status = ANY (%s) AND c.status <> 'draft'
"""  # noqa: S608 - names of columns
_TOP = re.compile(r"(?P<step>[a-z0-9-]+)/top-(?P<count>[1-9])")


def get_enrolment_for(membership: Membership) -> Enrolment | None:
    """The person's own enrolment in this network: a live one first, then the most recent. None: no page yet.

    One query, of the columns that pages show; person and network are those of the membership at hand.
    """
    rows = list(
        Enrolment.objects.filter(membership__user_id=membership.user_id, status__in=VISIBLE)
        .exclude(cohort__status=Cohort.Status.DRAFT)
        .select_related("cohort__programme_version")
        .only("network", "cohort", "membership", "status", "public_id", *_COHORT_COLUMNS)
    )
    if not rows:
        return None
    enrolment = max(rows, key=_rank)
    _belongs_to(enrolment, membership)
    return enrolment


def _rank(enrolment: Enrolment) -> tuple[bool, dt.date, int]:
    return (enrolment.is_live, enrolment.cohort.starts_on, enrolment.pk)


def _belongs_to(enrolment: Enrolment, membership: Membership) -> None:
    enrolment.network = membership.network
    if enrolment.membership_id == membership.pk:
        enrolment.membership = membership


@dataclass
class Learner:
    """A person in their programme at one moment; what a page asks for is fetched once, when asked."""

    enrolment: Enrolment
    now: dt.datetime
    language: str

    @cached_property
    def outline(self) -> ProgrammeOutline:
        return outline_of(self.enrolment.cohort.programme_version)

    @property
    def sector(self) -> str:
        return self.enrolment.network.sector

    @cached_property
    def done(self) -> frozenset[str]:
        """Addresses of the steps done; one query."""
        return frozenset(StepCompletion.objects.of(self.enrolment).addresses())

    @cached_property
    def calendar(self) -> list[OpenedWeek]:
        """The cohort's weeks; one query."""
        rows = CohortWeek.objects.filter(cohort_id=self.enrolment.cohort_id)
        return [OpenedWeek(*row) for row in rows.values_list("number", "opens_at")]

    @cached_property
    def journey(self) -> Journey:
        return journey_of(self.outline, self.done, self.calendar, self.now, self.sector)


def get_learner_for(membership: Membership) -> Learner | None:
    """The person's programme now, None when they have no enrolment to show.

    Enrolment, steps done and calendar in one query: nearly every page of a learner asks for all three.
    """
    rows = fetch(_LEARNER, [membership.user_id, list(VISIBLE)])
    if not rows:
        return None
    found = (_learner(iter(row)) for row in rows)
    learner = max(found, key=lambda each: _rank(each.enrolment))
    _belongs_to(learner.enrolment, membership)
    return learner


def _learner(values: Iterator[Any]) -> Learner:
    enrolment = _ENROLMENT.take(values)
    enrolment.cohort = _COHORT.take(values)
    enrolment.cohort.programme_version = _VERSION.take(values)
    learner = Learner(enrolment, timezone.now(), translation.get_language() or "fr")
    done, numbers, opens = values
    learner.done = frozenset(done)
    learner.calendar = [OpenedWeek(*week) for week in zip(numbers or (), opens or (), strict=True)]
    return learner


def get_module_for(learner: Learner, module_key: str) -> ModuleView:
    """A module of the pinned version, written or announced; Http404 when there is none."""
    view = learner.journey.module(module_key)
    if view is None:
        raise Http404
    return view


def get_step_for(learner: Learner, module_key: str, step_key: str) -> StepOutline:
    """A step of the pinned version for this sector; Http404 when there is none.

    Whether its week is open is for the page to say: `learner.journey.is_open(step)`.
    """
    step = learner.outline.step(f"{module_key}/{step_key}")
    if step is None or step.is_booster or not step.is_for(learner.sector):
        raise Http404
    return step


def get_task_for(learner: Learner, step: StepOutline) -> tuple[StepKind, Task] | None:
    """The step as this person meets it, with the kind that plays it; None for a kind not played yet."""
    kind = kind_of(step.kind)
    if kind is None:
        return None
    task = Task(
        step=step,
        fields=step.content(learner.language, learner.sector),
        language=learner.language,
        seed=seed_of(learner.enrolment, step.address),
        deck=learner.outline.deck(step.data["deck"]) if "deck" in step.data else None,
        cards=_cards_for(learner, step),
    )
    return kind, task


def seed_of(enrolment: Enrolment, address: str) -> int:
    """The same number for the same person and step, so that a page looks the same before a first answer."""
    digest = hashlib.sha256(f"{enrolment.public_id}:{address}".encode()).digest()
    return int.from_bytes(digest[:4])


def _cards_for(learner: Learner, step: StepOutline) -> tuple[PickedCard, ...] | None:
    """The cards a reflection repeats (`for_each: step/top-3`), None for a step that repeats nothing."""
    reference = _TOP.fullmatch(str(step.data.get("for_each", "")))
    if reference is None:
        return None
    return get_top_cards(learner, f"{step.module_key}/{reference['step']}", int(reference["count"]))


def get_top_cards(learner: Learner, address: str, count: int) -> tuple[PickedCard, ...]:
    """The first cards of the person's last finished sort; one query."""
    sort = learner.outline.step(address)
    if sort is None or "deck" not in sort.data:
        return ()
    deck = learner.outline.deck(sort.data["deck"])
    return top_cards(get_content(learner.enrolment, address), deck, count, learner.language)


def get_answer(enrolment: Enrolment, address: str) -> Answer | None:
    """The acting person's own answer; the database shows nobody else's."""
    return Answer.objects.of(enrolment).filter(address=address).first()


def get_content(enrolment: Enrolment, address: str) -> Content:
    """What the acting person answered at a step, {} when nothing."""
    answer = get_answer(enrolment, address)
    return answer.content if answer and isinstance(answer.content, dict) else {}


def get_sent_reply(enrolment: Enrolment, address: str) -> SurveyReply | None:
    """The survey as the acting person last sent it to their coach; None before that."""
    return SurveyReply.objects.filter(enrolment=enrolment, address=address).first()


# --- what a coach may read -------------------------------------------------------------------


def get_shared_items_for(coach: Membership, enrolment: Enrolment) -> list[SharedItem]:
    """Copies shared with this cohort's coach and not taken back, newest first; Http404 for others."""
    _require_coach_of(coach, enrolment)
    return list(
        SharedItem.objects.of(enrolment).standing().for_audience(Audience.COACH).order_by("-shared_at")
    )


def get_survey_replies_for(coach: Membership, enrolment: Enrolment) -> list[SurveyReply]:
    """Surveys sent to the coach of this cohort; Http404 for anyone else."""
    _require_coach_of(coach, enrolment)
    return list(SurveyReply.objects.filter(enrolment=enrolment).order_by("sent_at"))


def _require_coach_of(coach: Membership, enrolment: Enrolment) -> None:
    is_theirs = CohortCoach.objects.filter(cohort_id=enrolment.cohort_id, membership=coach).exists()
    if not (has_permission(coach.role, Permission.RUN_COHORTS) and is_theirs):
        raise Http404
