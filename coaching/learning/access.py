"""The only doors to a person's learning: their own enrolment and steps, and what was shared with a coach."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import Http404
from django.utils import timezone, translation

from accounts.rows import Columns, fetch
from agencies.access import require
from agencies.models import Agency, BrandValue, Membership
from agencies.public_id import is_public_id
from agencies.roles import Audience, Permission, has_permission
from coaching.cohorts.models import Blackout, Cohort, CohortCoach, CohortWeek, Enrolment, EnrolmentPause
from coaching.cohorts.working_days import Period, periods
from coaching.learning.models import (
    Answer,
    HelpRequest,
    LessonVote,
    PracticeImage,
    PracticeSubmission,
    PresenceCharter,
    RecallAnswer,
    RoomDraft,
    SharedItem,
    StepCompletion,
    SurveyReply,
)
from coaching.learning.progress import Journey, ModuleView, OpenedWeek, journey_of
from coaching.learning.recall import Due, Given, next_due, questions_of
from coaching.learning.steps import BrandWord, Content, PickedCard, StepKind, Task, kind_of
from coaching.learning.steps.card_sort import top_cards
from coaching.learning.steps.pair_dialogue import source_of
from coaching.learning.votes import Verdict, verdicts
from coaching.programmes.content import content_for, is_shown
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import DeckOutline, ProgrammeOutline, StepOutline
from coaching.programmes.runtime import outline_of

# The others are past: a person who left or was replaced keeps their content, not these pages.
VISIBLE = (*Enrolment.LIVE, Enrolment.Status.COMPLETED, Enrolment.Status.ENDED_INCOMPLETE)
CARDS_OFFERED = 10  # all that a sort ranks
_COHORT_OWN = ("status", "starts_on", "time_zone", "boosters_on")
_COHORT_COLUMNS = (*(f"cohort__{name}" for name in _COHORT_OWN), "cohort__programme_version__checksum")
_ENROLMENT = Columns(Enrolment, "e", "id", "network_id", "public_id", "cohort_id", "membership_id", "status")
_COHORT = Columns(Cohort, "c", "id", "network_id", *_COHORT_OWN, "programme_version_id")
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
OWN_VALUES = 5  # how many of one's ranked values a page shows
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


@dataclass(frozen=True, slots=True)
class Breaks:
    """What moves a person's days: the days of their agency, the cohort's blackouts, their own pauses."""

    agency: Agency | None
    shift_days: int
    blackouts: tuple[Period, ...]
    pauses: tuple[Period, ...]


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

    @property
    def zone(self) -> ZoneInfo:
        """The network's clock, which counts days and weeks (domain.md 4.1)."""
        return ZoneInfo(self.enrolment.network.time_zone)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def completed(self) -> dict[str, dt.datetime]:
        """When each step was first done, by its address; one query."""
        return dict(StepCompletion.objects.of(self.enrolment).values_list("address", "completed_at"))

    @cached_property
    def breaks(self) -> Breaks:
        """One query."""
        pauses = EnrolmentPause.objects.filter(network=OuterRef("network"), enrolment=OuterRef("pk"))
        blackouts = Blackout.objects.filter(network=OuterRef("network"), cohort=OuterRef("cohort"))
        both = {
            "pause": pauses.order_by("starts_on", "pk"),
            "blackout": blackouts.order_by("starts_on", "pk"),
        }
        arrays = {
            f"{name}_{end}": ArraySubquery(rows.values(f"{end}_on"))
            for name, rows in both.items()
            for end in ("starts", "ends")
        }
        row: Any = (
            Enrolment.objects.select_related("membership__agency")
            .only("shift_days", "membership__agency__open_days", "membership__agency__holiday_subdivision")
            .annotate(**arrays)
            .get(pk=self.enrolment.pk)
        )
        return Breaks(
            row.membership.agency,
            row.shift_days,
            periods(zip(row.blackout_starts, row.blackout_ends, strict=True)),
            periods(zip(row.pause_starts, row.pause_ends, strict=True)),
        )

    @cached_property
    def journey(self) -> Journey:
        opened = [*self.calendar, *self._boosters]
        return journey_of(self.outline, self.done, opened, self.now, self.sector)

    @property
    def _boosters(self) -> Iterator[OpenedWeek]:
        """When the boosters of the version open; no query."""
        for booster in self.outline.boosters:
            opens_at = self.enrolment.cohort.booster_opens_at(booster.after_weeks)
            if opens_at is not None:
                yield OpenedWeek(booster.week_number, opens_at)


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
    if step is None or not step.is_for(learner.sector):
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
        deck=_deck_for(learner, step),
        cards=_cards_for(learner, step),
        labels=_labels_for(learner, step),
        is_done=step.address in learner.done,
        brand=get_brand_words(learner.language) if step.kind == "brand_values" else (),
        offered=_offered_for(learner, step),
    )
    return kind, task


def fills_with_cards(step: StepOutline) -> bool:
    """Whether a table has a column for the cards of one's sort."""
    return any(column.get("fill") == "card" for column in step.data.get("columns", []))


def _labels_for(learner: Learner, step: StepOutline) -> dict[str, str]:
    """The themes that the step names as goals, in words."""
    themes = learner.outline.themes
    return {code: themes[code].in_language(learner.language) for code in step.data.get("goals", [])}


def get_brand_words(language: str) -> tuple[BrandWord, ...]:
    """The network's brand values in the reader's language; none below three. One query."""
    values = list(BrandValue.objects.in_order())
    if len(values) < BrandValue.SHOWN_FROM:
        return ()
    return tuple(
        BrandWord(value.public_id, value.label(language), value.definition(language), tuple(value.cards))
        for value in values
    )


def _offered_for(learner: Learner, step: StepOutline) -> str:
    """The person's own earlier words that a step starts from; one query where it offers any."""
    address, prompt = source_of(step)
    source = learner.outline.step(address)
    kind = kind_of(source.kind) if source else None
    return kind.words_of(get_content(learner.enrolment, address), prompt) if kind else ""


def seed_of(enrolment: Enrolment, address: str) -> int:
    """The same number for the same person and step, so that a page looks the same before a first answer."""
    digest = hashlib.sha256(f"{enrolment.public_id}:{address}".encode()).digest()
    return int.from_bytes(digest[:4])


def get_own_values(learner: Learner, count: int = OWN_VALUES) -> tuple[PickedCard, ...]:
    """The first cards of the person's own sort, () before it is finished; at most one query."""
    sort = learner.outline.card_sort
    if sort is None or sort.address not in learner.done:
        return ()
    return get_top_cards(learner, sort.address, count)


def _deck_for(learner: Learner, step: StepOutline) -> DeckOutline | None:
    """The deck of a sort; a practice and a table name their values from the programme's own."""
    draws_on_sort = step.kind == "practice" or fills_with_cards(step)
    sort = learner.outline.card_sort if draws_on_sort else step
    return learner.outline.deck(sort.data["deck"]) if sort and "deck" in sort.data else None


def _cards_for(learner: Learner, step: StepOutline) -> tuple[PickedCard, ...] | None:
    """The cards a reflection repeats (`for_each: step/top-3`) or a table offers; None for any other step."""
    if fills_with_cards(step):
        sort = learner.outline.card_sort
        return get_top_cards(learner, sort.address, CARDS_OFFERED) if sort else ()
    """The cards a reflection repeats (`for_each: step/top-3`), None for a step that repeats nothing.

    A practice shows the person's own values, whatever it repeats.
    """
    if step.kind == "practice":
        return get_own_values(learner)
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


def get_answers(enrolment: Enrolment) -> dict[str, Content]:
    """Everything the acting person answered, by address; one query."""
    rows: Iterable[tuple[str, Any]] = Answer.objects.of(enrolment).values_list("address", "content")
    return {address: content for address, content in rows if isinstance(content, dict)}


def get_own_copies(membership: Membership) -> list[SharedItem]:
    """What the person lets others read in this network at this moment, newest first; one query.

    By author and not by enrolment: a copy of an earlier programme can be taken back as well.
    """
    mine = SharedItem.objects.standing().filter(author_id=membership.user_id)
    return list(mine.order_by("-shared_at", "-pk"))


def get_charter(enrolment: Enrolment) -> PresenceCharter | None:
    """The acting person's own charter; the database shows nobody else's."""
    return PresenceCharter.objects.filter(enrolment=enrolment).first()


def get_sent_reply(enrolment: Enrolment, address: str) -> SurveyReply | None:
    """The survey as the acting person last sent it to their coach; None before that."""
    return SurveyReply.objects.filter(enrolment=enrolment, address=address).first()


def get_submission(enrolment: Enrolment, address: str) -> PracticeSubmission | None:
    """What the acting person has handed in of a practice, without its picture; None before that."""
    return PracticeSubmission.objects.of(enrolment).without_image().filter(address=address).first()


def get_draft_image(enrolment: Enrolment, address: str) -> bytes:
    """The picture of the acting person's own draft; Http404 when there is none, or for anybody else."""
    image = PracticeImage.objects.filter(enrolment=enrolment, address=address).first()
    if image is None:
        raise Http404
    return bytes(image.content)


def get_room_drafts(enrolment: Enrolment) -> list[RoomDraft]:
    """The acting person's own drafts, latest first; the database shows nobody else's."""
    return list(RoomDraft.objects.of(enrolment).order_by("-updated_at", "-pk"))


def get_room_draft(enrolment: Enrolment, draft_id: str) -> RoomDraft:
    """One of the acting person's own drafts; Http404 for anybody else's."""
    if not is_public_id(draft_id):
        raise Http404
    draft = RoomDraft.objects.of(enrolment).filter(public_id=draft_id).first()
    if draft is None:
        raise Http404
    draft.enrolment = enrolment
    return draft


# --- recall questions ------------------------------------------------------------------------


def get_due_recall(learner: Learner) -> Due | None:
    """The recall question to ask now, None when there is none; three queries."""
    rows = RecallAnswer.objects.filter(enrolment=learner.enrolment)
    given = [
        Given(address, after_days, at.astimezone(learner.zone).date())
        for address, after_days, at in rows.values_list("address", "after_days", "answered_at")
    ]
    questions = questions_of(learner.outline, learner.completed, learner.sector, learner.zone)
    return next_due(questions, given, learner.outline.recall_days, learner.breaks.pauses, learner.today)


def get_recall_answer(enrolment: Enrolment, address: str, after_days: int) -> RecallAnswer | None:
    """The acting person's own answer; the database shows nobody else's."""
    rows = RecallAnswer.objects.filter(enrolment=enrolment, address=address, after_days=after_days)
    return rows.first()


def get_recall_item(learner: Learner, address: str) -> Content | None:
    """A recall question in the reader's language; None when the version has none of this address."""
    module_key, _slash, key = address.partition("/")
    module = learner.outline.module(module_key)
    found = (item for item in (module.recall if module else ()) if item["key"] == key)
    item = next((each for each in found if is_shown(each, learner.sector)), None)
    return content_for(item, learner.language, learner.sector) if item is not None else None


def coach_names(learner: Learner) -> str:
    """« Claire Aubert », or several names; the coaches of this cohort."""
    rows = CohortCoach.objects.filter(cohort_id=learner.enrolment.cohort_id).select_related(
        "membership__user"
    )
    return ", ".join(sorted(row.membership.shown_name for row in rows))


def get_own_vote(enrolment: Enrolment, module_key: str) -> LessonVote | None:
    """What this person said of a module; the page of nobody else shows it."""
    return LessonVote.objects.filter(enrolment=enrolment, module_key=module_key).first()


def get_own_help_request(enrolment: Enrolment) -> HelpRequest | None:
    """The hand the acting person asked for and still waits for."""
    return HelpRequest.objects.of(enrolment).standing().first()


# --- what a coach may read -------------------------------------------------------------------


def get_shared_items_for(coach: Membership, enrolment: Enrolment) -> list[SharedItem]:
    """Copies shared with this cohort's coach and not taken back, newest first; Http404 for others."""
    _require_coach_of(coach, enrolment.cohort_id)
    return list(
        SharedItem.objects.of(enrolment).standing().for_audience(Audience.COACH).order_by("-shared_at")
    )


def get_copies_given_to(manager: Membership, agency: Agency | None = None) -> list[SharedItem]:
    """Charters and brand acts that people in office gave to their manager by name, newest first; one query.

    Nothing tells "not written" from "not given". PermissionDenied without the permission.
    """
    require(manager, Permission.READ_GIVEN_COPIES)
    given = SharedItem.objects.standing().for_audience(Audience.MANAGER)
    ends_on, today = "enrolment__membership__ends_on", timezone.localdate()
    given = given.filter(Q(**{f"{ends_on}__isnull": True}) | Q(**{f"{ends_on}__gt": today}))
    if agency is not None:
        given = given.filter(enrolment__membership__agency=agency)
    people = given.select_related("enrolment__membership__user", "enrolment__membership__agency")
    return list(people.order_by("-shared_at", "-pk"))


def get_survey_replies_for(coach: Membership, enrolment: Enrolment) -> list[SurveyReply]:
    """Surveys sent to the coach of this cohort; Http404 for anyone else."""
    _require_coach_of(coach, enrolment.cohort_id)
    return list(SurveyReply.objects.filter(enrolment=enrolment).order_by("sent_at"))


def get_submissions_for(coach: Membership, enrolment: Enrolment) -> list[PracticeSubmission]:
    """Practices handed in to this cohort's coach and not taken back, latest first; Http404 for others."""
    _require_coach_of(coach, enrolment.cohort_id)
    return list(
        PracticeSubmission.objects.of(enrolment).standing().without_image().order_by("-submitted_at", "-pk")
    )


def get_submitted_image_for(coach: Membership, enrolment: Enrolment, submission_id: str) -> bytes:
    """The picture of a practice handed in to this cohort's coach; Http404 for others and without one."""
    _require_coach_of(coach, enrolment.cohort_id)
    if not is_public_id(submission_id):
        raise Http404
    rows = PracticeSubmission.objects.of(enrolment).standing().filter(public_id=submission_id)
    image = rows.values_list("image", flat=True).first()
    if not image:
        raise Http404
    return bytes(image)


def get_help_request_for(coach: Membership, enrolment: Enrolment) -> HelpRequest | None:
    """What this person asked the coaches of the cohort for, while it stands; Http404 for anyone else."""
    _require_coach_of(coach, enrolment.cohort_id)
    return HelpRequest.objects.of(enrolment).standing().first()


def get_verdicts_for(coach: Membership, cohort: Cohort) -> dict[str, Verdict]:
    """What this cohort says of its modules, in numbers from five votes on; Http404 for another coach."""
    _require_coach_of(coach, cohort.pk)
    rows = LessonVote.objects.filter(enrolment__cohort=cohort).values_list("module_key", "word", "note")
    return verdicts((key, word, str(note)) for key, word, note in rows)


def _require_coach_of(coach: Membership, cohort_id: int) -> None:
    is_theirs = CohortCoach.objects.filter(cohort_id=cohort_id, membership=coach).exists()
    if not (has_permission(coach.role, Permission.RUN_COHORTS) and is_theirs):
        raise Http404
