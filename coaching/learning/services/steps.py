"""Taking steps: the answer, the fact that a step is done, the facts counted. Each runs inside one network,
opened with the acting person: the database lets nobody else write their answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation

from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import resume, signatures_of
from coaching.learning.access import VISIBLE, Learner, get_answer, get_task_for, load_completions
from coaching.learning.models import Answer, StepCompletion, SurveyReply
from coaching.learning.progress import Facts, facts_of
from coaching.learning.services.completion import look_again, settle
from coaching.learning.services.handing_in import hand_in
from coaching.learning.steps import (
    Accepted,
    Content,
    InvalidAnswer,
    Outcome,
    StepKind,
    Task,
)
from coaching.learning.steps.base import Form
from coaching.learning.steps.practice import Practice
from coaching.programmes.outline import StepOutline

COUNTED = (
    "done_minutes",
    "done_steps",
    "week_minutes",
    "active_weeks",
    "last_activity_at",
    "reminders_sent",
    "manager_notice_at",
    "next_check_at",
    "status",
    "activated_at",
    "completed_at",
)


class LearningProblem(Exception):
    """A step that cannot be taken now; `code` chooses the sentence.

    Codes: unknown_step, not_played, not_open, not_due, not_done, closed.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What a submission led to. `next_step` is None at the end of what is open and required."""

    outcome: Outcome
    is_complete: bool
    is_first_time: bool
    next_step: StepOutline | None


@transaction.atomic
def complete_step(
    enrolment: Enrolment, address: str, answer: Content, *, now: dt.datetime | None = None
) -> StepTaken:
    """Take a whole step at once with a finished answer (`steps.StepKind.clean`). Idempotent.

    Raises LearningProblem, or InvalidAnswer when the pinned version does not accept the answer.
    """
    learner = lock_learner(enrolment, now)
    kind, task = playable(learner, address)
    content = kind.clean(task, answer)
    if not kind.is_complete(task, content):
        raise InvalidAnswer("the answer is not finished")
    previous = get_answer(learner.enrolment, address)
    return _take(learner, kind, task, Accepted(content), previous)


@transaction.atomic
def submit_step(
    enrolment: Enrolment, address: str, form: Form, *, now: dt.datetime | None = None
) -> StepTaken:
    """Read a posted form into the stored answer; the step is done as soon as the answer is whole.

    Two submissions at once take turns on the enrolment. Raises LearningProblem.
    """
    learner = lock_learner(enrolment, now)
    kind, task = playable(learner, address)
    previous = get_answer(learner.enrolment, address)
    outcome = kind.validate(task, form, _content(previous))
    if not isinstance(outcome, Accepted):
        return StepTaken(outcome, False, False, None)
    return _take(learner, kind, task, outcome, previous)


@transaction.atomic
def save_draft(enrolment: Enrolment, address: str, form: Form, *, now: dt.datetime | None = None) -> Outcome:
    """Keep a text that is still being written; an older revision never replaces a newer one."""
    learner = lock_learner(enrolment, now)
    kind, task = playable(learner, address)
    previous = get_answer(learner.enrolment, address)
    outcome = kind.draft(task, form, _content(previous))
    if isinstance(outcome, Accepted):
        _store(learner.enrolment, address, outcome.content, previous)
    return outcome


def lock_learner(enrolment: Enrolment, now: dt.datetime | None = None) -> Learner:
    """The enrolment, held until the transaction ends: facts are counted by one hand at a time.

    Read after it is held, and not with it: whoever waited for a cohort that took up another version
    (services.upgrade) would see the row as it is and the version as it was.
    """
    Enrolment.objects.select_for_update().values_list("pk").get(pk=enrolment.pk)
    locked = Enrolment.objects.with_version().select_related("membership", "network").get(pk=enrolment.pk)
    if locked.status not in VISIBLE or locked.cohort.status == Cohort.Status.ARCHIVED:
        raise LearningProblem("closed")
    return Learner(locked, now or timezone.now(), translation.get_language() or "fr")


def playable(learner: Learner, address: str) -> tuple[StepKind, Task]:
    step = learner.outline.step(address)
    if step is None or not step.is_for(learner.sector):
        raise LearningProblem("unknown_step")
    if not learner.journey.is_open(step):
        raise LearningProblem("not_open")
    found = get_task_for(learner, step)
    if found is None:
        raise LearningProblem("not_played")
    return found


def _take(
    learner: Learner, kind: StepKind, task: Task, accepted: Accepted, previous: Answer | None
) -> StepTaken:
    """Store the answer, note the step once, count the facts: one transaction."""
    step, enrolment = task.step, learner.enrolment
    _store(enrolment, step.address, accepted.content, previous)
    if not kind.is_complete(task, accepted.content):
        return StepTaken(accepted, False, False, None)
    is_first_time, is_better = _note_completion(learner, kind, task, accepted.content)
    if kind.read_by == "coach" and accepted.stay is None:
        _send_to_coach(learner, kind, task, accepted.content)
    done = {*learner.settled, step.address}
    if is_first_time:
        _count(learner, done)
    elif is_better:
        look_again(enrolment.pk, learner.now)
    following = learner.outline.next_after(step.address, done, learner.sector)
    is_open = following is not None and learner.journey.is_open(following)
    return StepTaken(accepted, True, is_first_time, following if is_open else None)


def _content(answer: Answer | None) -> Content:
    return answer.content if answer and isinstance(answer.content, dict) else {}


def _store(enrolment: Enrolment, address: str, content: Content, previous: Answer | None) -> None:
    if previous is None:
        if content:
            Answer.objects.create(
                enrolment=enrolment,
                author_id=enrolment.membership.user_id,
                address=address,
                content=content,
            )
    elif _content(previous) != content:
        previous.content = content
        previous.revision += 1
        previous.save(update_fields=["content", "revision", "updated_at"])


def _note_completion(learner: Learner, kind: StepKind, task: Task, content: Content) -> tuple[bool, bool]:
    """Whether the step was noted now, and whether its best try became better.

    The first note stays as it is (domain.md 4.8, double click). Taken again, it is of today's text:
    nothing has changed since.
    """
    step, score = task.step, kind.score(task, content)
    row, created = StepCompletion.objects.get_or_create(
        enrolment=learner.enrolment,
        address=step.address,
        defaults={
            "week_number": step.week_number,
            "minutes": step.minutes,
            "score": score.right if score else None,
            "max_score": score.out_of if score else None,
            "missed": list(score.missed) if score else [],
            "attempt_scores": list(score.attempts) if score else [],
            "completed_at": learner.now,
        },
    )
    is_better = score is not None and score.best is not None and score.best > (row.best or 0)
    if score is not None and is_better:
        row.best_score = score.best
    if is_better or row.text_done:
        row.text_done = ""
        row.save(update_fields=["best_score", "text_done"])
    return created, is_better


def _send_to_coach(learner: Learner, kind: StepKind, task: Task, content: Content) -> None:
    if isinstance(kind, Practice):
        hand_in(learner.enrolment, task, content, learner.now)
        return
    reply, created = SurveyReply.objects.get_or_create(
        enrolment=learner.enrolment,
        address=task.step.address,
        defaults={"content": content, "sent_at": learner.now},
    )
    sent: object = reply.content
    if not created and sent != content:  # sent again unchanged, it keeps the hour when it came
        reply.content, reply.sent_at = content, learner.now
        reply.save(update_fields=["content", "sent_at"])


# --- facts -----------------------------------------------------------------------------------


def counted_facts(learner: Learner) -> Facts:
    """The facts as completions, signatures and the pinned version give them; three queries."""
    rows = StepCompletion.objects.of(learner.enrolment).values_list("address", "completed_at")
    zone = ZoneInfo(learner.enrolment.network.time_zone)
    signed_at = signatures_of(enrolment=learner.enrolment).get(learner.enrolment.pk, [])
    return facts_of(dict(rows), learner.outline, learner.sector, zone, signed_at, learner.exempted)


def write_facts(enrolment: Enrolment, facts: Facts) -> None:
    """Set the fields on the row in memory; the caller saves."""
    enrolment.done_minutes = facts.done_minutes
    enrolment.done_steps = facts.done_steps
    enrolment.week_minutes = list(facts.week_minutes)
    enrolment.active_weeks = list(facts.active_weeks)
    enrolment.last_activity_at = facts.last_activity_at


def _count(learner: Learner, done: Collection[str]) -> None:
    """Facts, status and the alarm clock of the reminders, after a step noted for the first time."""
    enrolment, now = learner.enrolment, learner.now
    write_facts(enrolment, counted_facts(learner))
    enrolment.manager_notice_at = None  # any activity closes the ladder (domain.md 3.2)
    enrolment.reminders_sent = 0
    enrolment.next_check_at = now
    if enrolment.is_live:
        _advance(learner, done)
    enrolment.save(update_fields=COUNTED)


def _advance(learner: Learner, done: Collection[str]) -> None:
    enrolment, now = learner.enrolment, learner.now
    if enrolment.status == Enrolment.Status.PAUSED:
        resume(enrolment, today=timezone.localdate(now), now=now)  # coming back is coming back
    enrolment.status = Enrolment.Status.ACTIVE
    enrolment.activated_at = enrolment.activated_at or now
    if learner.outline.is_finished(done, learner.sector):
        found = load_completions([enrolment], learner.outline, learner.sector, now)[enrolment.pk]
        settle(enrolment, found, now)
