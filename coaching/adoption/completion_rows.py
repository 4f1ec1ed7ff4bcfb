"""What finishing takes, for the coach of one person: every condition with what is there. Words, no query."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.cairn import day_month
from coaching.cohorts.models import Attendance
from coaching.learning.completion import EXEMPTED, WAITING, Completion, Condition, Part
from coaching.learning.models import PracticeReview
from coaching.programmes.outline import ProgrammeOutline


@dataclass(frozen=True)
class ConditionRow:
    """One condition in words; `left` says of each part that is missing where it stands."""

    title: str
    words: str
    is_met: bool
    is_applicable: bool
    left: tuple[str, ...] = ()


def condition_rows(
    found: Completion, outline: ProgrammeOutline, language: str, zone: ZoneInfo
) -> tuple[ConditionRow, ...]:
    """The five, in their order; parts of the steps have a section of their own and are not named."""
    return tuple(
        ConditionRow(
            _title(each),
            _words(each) if each.is_applicable else _("sans objet"),
            each.is_met,
            each.is_applicable,
            tuple(_left(each, part, outline, language, zone) for part in each.left if each.kind != "steps"),
        )
        for each in found.conditions
    )


def _title(condition: Condition) -> str:
    titles = {
        "steps": _("Étapes"),
        "quizzes": _("Quiz réussis"),
        "practices": _("Mises en pratique validées"),
        "attendance": _("Séances suivies"),
    }
    return titles.get(condition.kind, _("Évaluation finale réussie"))


def _words(condition: Condition) -> str:
    """« 2 sur 4, il en faut 3, dont 1 en différé »."""
    counts = {"have": condition.have, "of": len(condition.parts), "needed": condition.needed}
    parts = [_("%(have)d sur %(of)d") % counts]
    if condition.needed != counts["of"]:
        parts.append(_("il en faut %(needed)d") % counts)
    if condition.replays:
        parts.append(_("dont %(n)d en différé") % {"n": condition.replays})
    exempted = sum(part.state == EXEMPTED for part in condition.parts)
    if exempted:
        words = ngettext("dont %(n)d dispense", "dont %(n)d dispenses", exempted)
        parts.append(words % {"n": exempted})
    return ", ".join(parts)


def _left(condition: Condition, part: Part, outline: ProgrammeOutline, language: str, zone: ZoneInfo) -> str:
    if condition.kind == "attendance":
        day = day_month(part.at.astimezone(zone)) if part.at else part.key
        known = str(Attendance.State(part.state).label) if part.state else _("rien de noté")
        return _("%(day)s : %(known)s") % {"day": day, "known": known}
    step = outline.step(part.key)
    module = outline.module(step.module_key) if step else None
    title = module.title.in_language(language) if module else part.key
    return _("« %(title)s » : %(known)s") % {"title": title, "known": _known(part)}


def _known(part: Part) -> str:
    if part.needed is not None:
        counts = {"right": part.right, "of": part.out_of, "needed": part.needed}
        return _("bonnes réponses : %(right)d sur %(of)d, il en faut %(needed)d") % counts
    if part.state == WAITING:
        return _("attend votre retour")
    return str(PracticeReview.State(part.state).label) if part.state else _("à faire")
