"""What is left before somebody has finished, kindly and with the way there; results on an attestation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.learning.access import Learner
from coaching.learning.access.together import Meeting
from coaching.learning.completion import EXEMPTED, WAITING, Completion, Condition, Part
from coaching.learning.pages import step_url

Line = dict[str, Any]


def left_groups(learner: Learner, meetings: Collection[Meeting]) -> list[dict[str, Any]]:
    """One group for each condition that is not met: so many more, and what to do for each.

    `meetings` are the person's sessions. What waits for the coach is said to be the coach's turn.
    """
    by_key = {meeting.session.key: meeting for meeting in meetings}
    lines: Mapping[str, Callable[[Part], Line | None]] = {
        "quizzes": lambda part: _quiz(learner, part),
        "practices": lambda part: _practice(learner, part),
        "attendance": lambda part: _session(learner, by_key.get(part.key)),
        "assessments": lambda part: _assessment(learner, part),
    }
    return [
        {
            "words": _heading(each),
            "note": _turn(each),
            "lines": [line for part in each.left if (line := lines[each.kind](part))],
        }
        for each in learner.completion.unmet
        if each.kind in lines
    ]


def _heading(condition: Condition) -> str:
    n = condition.missing
    match condition.kind:
        case "quizzes":
            words = ngettext("Un quiz à reprendre", "%(n)d quiz à reprendre", n)
        case "practices":
            words = ngettext(
                "Encore une mise en pratique à valider", "Encore %(n)d mises en pratique à valider", n
            )
        case "attendance":
            words = ngettext("Encore une séance à suivre", "Encore %(n)d séances à suivre", n)
        case _:
            words = _("L’évaluation finale")
    return words % {"n": n}


def _turn(condition: Condition) -> str:
    waiting = sum(part.state == WAITING for part in condition.left)
    if condition.kind == "practices" and waiting >= condition.missing:
        return _("C’est au tour de votre coach : rien à faire de votre côté.")
    return ""


def _quiz(learner: Learner, part: Part) -> Line | None:
    note = _("Autant d’essais que vous voulez")
    if part.needed is not None:
        words = {"needed": part.needed, "of": part.out_of}
        note = _("Réussi dès %(needed)d sur %(of)d, autant d’essais que vous voulez") % words
    return _step_line(learner, part, note, "rotate-ccw", "warm")


def _practice(learner: Learner, part: Part) -> Line | None:
    if part.state == WAITING:
        return _step_line(learner, part, _("Remise, votre coach la lira"), "clock", "info")
    notes = {
        "returned": _("Votre coach l’a rendue avec une suggestion : reprenez-la quand vous voulez"),
        "read": _("Votre coach l’a lue : parlez-en ensemble, ou remettez une autre version"),
    }
    note = notes.get(part.state, _("À remettre à votre coach"))
    return _step_line(learner, part, note, "clipboard-check", "warm")


def _assessment(learner: Learner, part: Part) -> Line | None:
    note = _("Vos essais sont faits : un échange avec votre coach vient ensuite")
    return _step_line(learner, part, note, "message-circle", "info")


def _session(learner: Learner, meeting: Meeting | None) -> Line | None:
    if meeting is None:
        return None
    if meeting.has_replay:
        note = _("À suivre en différé : un résumé et quelques questions")
    elif meeting.is_signable:
        note = _("Votre signature l’attend encore")
    else:
        note = _("Parlez-en avec votre coach")
    args = [learner.enrolment.network.slug, meeting.session.public_id]
    url = reverse("learning:together_session", args=args)
    return {"url": url, "title": meeting.session.title, "note": note, "icon": "video", "kind": "info"}


def _step_line(learner: Learner, part: Part, note: str, icon: str, kind: str) -> Line | None:
    step = learner.outline.step(part.key)
    module = learner.outline.module(step.module_key) if step else None
    if step is None or module is None:
        return None
    title = module.title.in_language(learner.language)
    return {"url": step_url(learner, step), "title": title, "note": note, "icon": icon, "kind": kind}


# --- the attestation -----------------------------------------------------------------------------


def results_words(found: Completion) -> list[str]:
    """What was reached, in counts: never a score. A condition that does not apply is not named."""
    by_kind = {each.kind: each for each in found.conditions if each.is_applicable}
    words = []
    if quizzes := by_kind.get("quizzes"):
        words.append(_("quiz réussis : %(have)d sur %(of)d") % _counts(quizzes))
    if practices := by_kind.get("practices"):
        words.append(_("mises en pratique validées : %(have)d sur %(of)d") % _counts(practices))
    if assessments := by_kind.get("assessments"):
        is_met = assessments.is_met
        words.append(_("évaluation finale réussie") if is_met else _("évaluation finale passée"))
    steps = by_kind.get("steps")
    exempted = sum(part.state == EXEMPTED for part in steps.parts) if steps else 0
    if exempted:
        counted = ngettext("%(n)d étape dispensée", "%(n)d étapes dispensées", exempted)
        words.append(counted % {"n": exempted})
    return words


def _counts(condition: Condition) -> dict[str, int]:
    return {"have": condition.have, "of": len(condition.parts)}
