"""What people have under the address of a step goes with the step when it changes module, and comes back.

Needs the scope of the network, and the enrolments held. What is private goes through a function of the
database that moves it unread: the coach whose change this is sees none of it, nor how much there is (D5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import Case, Value, When

from coaching.cohorts.models import Cohort, Enrolment, Exemption
from coaching.cohorts.services import rename_steps
from coaching.learning.models import PracticeSubmission, SharedItem, StepCompletion, SurveyReply
from coaching.programmes.outline import ProgrammeOutline

Place = tuple[int, str]  # enrolment, address
_OPEN = (StepCompletion, Exemption, SharedItem, SurveyReply, PracticeSubmission)


def carry(
    cohort: Cohort,
    enrolments: Sequence[Enrolment],
    moved: Mapping[str, str],
    outline: ProgrammeOutline,
    *,
    but: Iterable[Sequence[object]] = (),
) -> list[Place]:
    """Move everything that stands under these addresses (old -> new) of the version followed from now on.

    `but` are places that stay. Returns the new places where something stood already: nothing moved there.
    """
    if not moved:
        return []
    people = [each.pk for each in enrolments]
    staying, taken = {(pk, address) for pk, address in but}, _places(people, moved.values())
    for old, new in moved.items():
        movers = [pk for pk in people if (pk, old) not in staying and (pk, new) not in taken]
        _carry(movers, old, new, outline)
    rename_steps(cohort, moved)
    return sorted(taken)


def note_texts(enrolments: Sequence[Enrolment], outline: ProgrammeOutline) -> None:
    """Keep what each step said when it was done, as the cohort leaves this version, to tell if it differs."""
    rows = StepCompletion.objects.filter(enrolment__in=[each.pk for each in enrolments], text_done="")
    steps = (outline.step(address) for address in rows.values_list("address", flat=True).distinct())
    marks = [When(address=step.address, then=Value(step.mark)) for step in steps if step]
    if marks:
        rows.update(text_done=Case(*marks, default=Value("")))


def _places(people: Collection[int], addresses: Collection[str]) -> set[Place]:
    found: set[Place] = set()
    for model in _OPEN:
        rows = model._default_manager.filter(enrolment__in=people, address__in=addresses)
        found.update(rows.values_list("enrolment_id", "address"))
    return found


def _carry(people: Sequence[int], old: str, new: str, outline: ProgrammeOutline) -> None:
    for model in _OPEN:
        model._default_manager.filter(enrolment__in=people, address=old).update(address=new)
    step = outline.step(new)
    if step is not None:
        done = StepCompletion.objects.filter(enrolment__in=people, address=new)
        done.update(week_number=step.week_number, minutes=step.minutes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT carry_private_answers(%s, %s, %s)", [list(people), old, new])
