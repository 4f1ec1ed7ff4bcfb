"""One participant for their coach: steps done, quiz scores, what they chose to share. Never an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from agencies.models import Membership
from coaching.adoption.coach_reads import attendance_of, facts_of, latest_expiries
from coaching.adoption.completion_rows import ConditionRow, condition_rows
from coaching.adoption.facts import Person, people_facts, zone_of
from coaching.adoption.follow_up import Followed, with_next_steps
from coaching.adoption.invited import Invited, invited
from coaching.adoption.querysets import with_blackouts, with_facts
from coaching.cohorts.models import CoachContact, Cohort, Enrolment, Exemption
from coaching.learning.access import (
    get_help_request_for,
    get_shared_items_for,
    get_submissions_for,
    get_survey_replies_for,
    load_completions,
)
from coaching.learning.between import get_pair_of
from coaching.learning.copies import title_of
from coaching.learning.models import (
    HelpRequest,
    PracticeReview,
    PracticeSubmission,
    SharedItem,
    StepCompletion,
    SurveyReply,
)
from coaching.learning.steps import survey
from coaching.learning.steps.assessment import has_passed, is_assessed
from coaching.programmes.outline import ProgrammeOutline, StepOutline

SHOWN_CONTACTS = 20


@dataclass(frozen=True)
class StepRow:
    """A step of the person's programme, done or not. `missed` are the questions to look at together."""

    title: str
    is_optional: bool
    completed_at: dt.datetime | None
    score: int | None = None
    max_score: int | None = None
    missed: tuple[str, ...] = ()
    attempts: tuple[int, ...] = ()  # right answers of each, where there were several
    best: int | None = None  # of a quiz taken again, where a later try was better
    needs_talk: bool = False
    exemption: Exemption | None = None  # counts as done; None too where the step was taken all the same


@dataclass(frozen=True)
class ModuleRow:
    """A written module with its steps."""

    title: str
    steps: tuple[StepRow, ...]

    @property
    def needs_talk(self) -> bool:
        return any(step.needs_talk for step in self.steps)

    @property
    def done(self) -> int:
        return sum(
            step.completed_at is not None or step.exemption is not None
            for step in self.steps
            if not step.is_optional
        )

    @property
    def count(self) -> int:
        return sum(not step.is_optional for step in self.steps)


@dataclass(frozen=True)
class DueRow:
    """A week of the programme and the day it is due for this person; `cohort_due_at` where that differs."""

    number: int
    due_at: dt.datetime
    cohort_due_at: dt.datetime | None
    state: str


@dataclass(frozen=True)
class Shared:
    """A copy the person offered to the coach; its words have their own page, which notes who opens it."""

    title: str
    shared_at: dt.datetime


@dataclass(frozen=True)
class Reply:
    """A survey sent to the coach, question by question."""

    title: str
    sent_at: dt.datetime
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Submission:
    """A practice handed in to the coach; `state` is that of the last answer, "" while it waits for one."""

    public_id: str
    title: str
    route: str
    submitted_at: dt.datetime
    working_days: int
    state: str
    state_words: str


@dataclass(frozen=True)
class ParticipantPage:
    """Everything the page shows, already read."""

    followed: Followed
    modules: tuple[ModuleRow, ...]
    dates: tuple[DueRow, ...]
    contacts: tuple[CoachContact, ...]
    shared: tuple[Shared, ...]
    replies: tuple[Reply, ...]
    submissions: tuple[Submission, ...]
    invitation: Invited | None
    call: HelpRequest | None
    conditions: tuple[ConditionRow, ...]
    pair_name: str = ""  # with whom, never what they tell each other

    @property
    def may_write(self) -> bool:
        """Whether a message of the coach's would find its way: they take part, the cohort is no archive."""
        person = self.followed.person
        return person.is_present and person.cohort.cohort.status != Cohort.Status.ARCHIVED


def load_participant_page(coach: Membership, enrolment: Enrolment, now: dt.datetime) -> ParticipantPage:
    """Read one person of a cohort of this coach; Http404 for another coach."""
    cohort = enrolment.cohort
    read = with_blackouts(Cohort.objects.filter(pk=cohort.pk)).with_version().prefetch_related("weeks").get()
    facts = facts_of([read], {cohort.network_id: cohort.network}, now)[cohort.pk]
    row = with_facts(Enrolment.objects.filter(pk=enrolment.pk)).get()
    person = people_facts(facts, [row])[0]
    completions = {each.address: each for each in StepCompletion.objects.of(row)}
    contacts = tuple(row.contacts.select_related("coach__user")[:SHOWN_CONTACTS])
    call = get_help_request_for(coach, row)
    came = attendance_of([person])[row.pk]
    asked_at = call.asked_at if call else None
    one = Followed(person, contacts[0] if contacts else None, asked_at, attendance=came)
    exempted = {each.address: each for each in row.exemptions.select_related("given_by__user")}
    done = {row.pk: frozenset({*completions, *exempted})}
    membership = row.membership
    invitation = None
    if membership.joined_at is None and person.is_live:
        invitation = invited(one, latest_expiries([membership.pk]).get(membership.pk), now)
    outline, sector, language = facts.outline, cohort.network.sector, get_language() or "fr"
    return ParticipantPage(
        followed=with_next_steps([one], done)[0],
        modules=tuple(_modules(outline, completions, exempted, sector, language)),
        dates=tuple(_dates(person)),
        contacts=contacts,
        shared=tuple(_shared(get_shared_items_for(coach, row), outline, language)),
        replies=tuple(_replies(get_survey_replies_for(coach, row), outline, sector, language)),
        submissions=tuple(
            _submission(each, person, outline, sector, language) for each in get_submissions_for(coach, row)
        ),
        invitation=invitation,
        pair_name=bond.name if (bond := get_pair_of(row)) else "",
        call=call,
        conditions=condition_rows(
            load_completions([row], outline, sector, now)[row.pk], outline, language, facts.zone
        ),
    )


def _modules(
    outline: ProgrammeOutline,
    completions: Mapping[str, StepCompletion],
    exempted: Mapping[str, Exemption],
    sector: str,
    language: str,
) -> list[ModuleRow]:
    return [
        ModuleRow(
            module.title.in_language(language),
            tuple(
                _step(step, completions.get(step.address), exempted.get(step.address), sector, language)
                for step in module.steps_for_sector(sector)
            ),
        )
        for module in outline.modules
        if module.is_written
    ]


def _dates(person: Person) -> Iterator[DueRow]:
    """The written weeks with the person's own dates, as every figure counts them."""
    weeks = {week.number: week.due_at for week in person.cohort.weeks}
    for due, state in zip(person.facts.weeks, person.weeks, strict=False):
        if state != "unwritten":
            other = weeks[due.number] if weeks[due.number] != due.due_at else None
            yield DueRow(due.number, due.due_at, other, state)


def _step(
    step: StepOutline, done: StepCompletion | None, exemption: Exemption | None, sector: str, language: str
) -> StepRow:
    title = step.title.in_language(language)
    if done is None:
        return StepRow(title, step.is_optional, None, exemption=exemption)
    questions = _questions(step, sector, language) if done.missed else {}
    missed = tuple(questions[key] for key in done.missed if key in questions)
    attempts = tuple(done.attempt_scores) if len(done.attempt_scores) > 1 else ()
    return StepRow(
        title,
        step.is_optional,
        done.completed_at,
        done.score,
        done.max_score,
        missed,
        attempts,
        best=done.best_score,
        needs_talk=_needs_talk(step, done) and exemption is None,
    )


def _needs_talk(step: StepOutline, done: StepCompletion) -> bool:
    """An assessment whose attempts are used without passing: a talk with the coach comes next (6.5)."""
    return is_assessed(step) and not has_passed(step, done)


def _questions(step: StepOutline, sector: str, language: str) -> dict[str, str]:
    items: Sequence[Mapping[str, Any]] = step.content(language, sector).get("items", [])
    return {item["key"]: item["question"] for item in items}


def _shared(items: Sequence[SharedItem], outline: ProgrammeOutline, language: str) -> list[Shared]:
    return [Shared(title_of(item, outline, language), item.shared_at) for item in items]


def _replies(
    replies: Sequence[SurveyReply], outline: ProgrammeOutline, sector: str, language: str
) -> list[Reply]:
    return [
        Reply(
            _title(outline, reply.address, language),
            reply.sent_at,
            tuple(_answers(outline.step(reply.address), reply.content, sector, language)),
        )
        for reply in replies
    ]


def _answers(step: StepOutline | None, content: Any, sector: str, language: str) -> list[tuple[str, str]]:
    """Question and answer in words; a question the version no longer has is left out."""
    if step is None or not isinstance(content, dict):
        return []
    items = step.content(language, sector).get("items", [])
    return [(row["question"], row["answer"]) for row in survey.in_words(items, content) if row["answer"]]


def _submission(
    row: PracticeSubmission, person: Person, outline: ProgrammeOutline, sector: str, language: str
) -> Submission:
    step = outline.step(row.address)
    fields: Mapping[str, Any] = step.content(language, sector) if step else {}
    zone = zone_of(person.enrolment, person.cohort.network)
    state: str = row.answered_as or ""  # type: ignore[attr-defined]
    return Submission(
        public_id=row.public_id,
        title=_title(outline, row.address, language),
        route=next((each["label"] for each in fields.get("routes", []) if each["key"] == row.route), ""),
        submitted_at=row.submitted_at,
        working_days=person.working.between(row.submitted_at.astimezone(zone).date(), person.today),
        state=state,
        state_words=str(PracticeReview.State(state).label) if state else "",
    )


def _title(outline: ProgrammeOutline, address: str, language: str) -> str:
    step = outline.step(address)
    return step.title.in_language(language) if step else address
