"""Steps that a change of version took out of a programme: what people wrote there stays theirs to read."""

from __future__ import annotations

import copy

from django.http import Http404

from coaching.learning.access.learner import Learner
from coaching.learning.models import Answer, CohortUpgrade
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import StepOutline
from coaching.programmes.runtime import outline_of


def get_left_steps(learner: Learner) -> list[StepOutline]:
    """The steps that the programme has no more and in which the acting person wrote, by address.

    One query, and one more where there are any; nobody but the author finds any.
    """
    written = Answer.objects.of(learner.enrolment).order_by("address").values_list("address", flat=True)
    left = [address for address in written if learner.outline.step(address) is None]
    versions = _former_versions(learner) if left else []
    steps = ((outline_of(each).step(address) for each in versions) for address in left)
    found = (next((step for step in of_one if step is not None), None) for of_one in steps)
    return [step for step in found if step is not None]


def get_left_step_for(
    learner: Learner, module_key: str, step_key: str, *, is_writing: bool = False
) -> tuple[Learner, StepOutline]:
    """Such a step, with the person as they stood in the version that had it; Http404 when there is none.

    With `is_writing` they need not have kept anything there yet.
    """
    address = f"{module_key}/{step_key}"
    if not (is_writing or Answer.objects.of(learner.enrolment).filter(address=address).exists()):
        raise Http404
    for version in _former_versions(learner):
        former = _following(learner, version)
        step = former.outline.step(address)
        if step is not None and step.is_for(learner.sector) and former.journey.is_open(step):
            return former, step
    raise Http404


def _former_versions(learner: Learner) -> list[ProgrammeVersion]:
    """The versions that the cohort has followed, the latest first; one query."""
    changes = CohortUpgrade.objects.filter(cohort=learner.enrolment.cohort_id)
    checksums = ("from_version__checksum", "to_version__checksum")
    rows = changes.select_related("from_version", "to_version").only("made_at", *checksums)
    return [version for each in rows for version in (each.to_version, each.from_version)]


def _following(learner: Learner, version: ProgrammeVersion) -> Learner:
    """The same person with another version before their eyes; nothing of it is stored."""
    enrolment, cohort = copy.copy(learner.enrolment), copy.copy(learner.enrolment.cohort)
    cohort.programme_version, enrolment.cohort = version, cohort
    former = Learner(enrolment, learner.now, learner.language)
    former.done, former.exempted, former.texts_done = learner.done, learner.exempted, learner.texts_done
    former.calendar = learner.calendar
    return former
