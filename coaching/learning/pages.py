"""What the pages around the steps say: the home, the path, a module, its end. Words, no query of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.cairn import day_month, minutes
from agencies.models import Network
from coaching.cohorts.regularity import SHOWN_WEEKS, Dots
from coaching.cohorts.working_days import Period
from coaching.learning.access import Learner
from coaching.learning.between import Bonds
from coaching.learning.charter import charter_step
from coaching.learning.progress import BoosterView, ModuleView, WeekView
from coaching.programmes.outline import StepOutline

ICONS = {
    "values": "heart",
    "practice": "clipboard-check",
    "onboarding": "compass",
    "survey": "list-checks",
    "booster": "sprout",
}


def step_url(learner: Learner, step: StepOutline) -> str:
    return reverse("learning:step", args=[_slug(learner), step.module_key, step.key])


def module_url(learner: Learner, key: str) -> str:
    return reverse("learning:module", args=[_slug(learner), key])


def charter_url(learner: Learner, module_key: str) -> str:
    """The way to the charter from the module that ends in it, "" from another."""
    step = charter_step(learner.outline)
    is_there = step is not None and step.module_key == module_key
    return reverse("learning:charter", args=[_slug(learner)]) if is_there else ""


def _slug(learner: Learner) -> str:
    network: Network = learner.enrolment.network
    return network.slug


def home_context(learner: Learner, pause: Period | None) -> dict[str, Any]:
    """The next step, the lines of the week, the stones of the path."""
    journey = learner.journey
    context = {
        "network": learner.enrolment.network,
        "enrolment": learner.enrolment,
        "has_finished": learner.has_finished,
        "next_step": journey.next_step,
        "module": journey.next_module,
        "opens_next": journey.opens_next,
        "lead": lead(learner, pause),
        "week_lines": week_lines(learner, journey.current_week),
        "week_due": "" if pause else due_words(learner, journey.current_week),
        "boosters": [
            _module_line(learner, view, is_open=True)
            for part in journey.boosters
            for view in part.modules
            if part.is_open and view.state == "open"
        ],
        "stones": [stone(learner, week) for week in journey.weeks if week.written],
        "path_note": path_note(learner),
    }
    return context | _next_context(learner) if journey.next_step else context


def _next_context(learner: Learner) -> dict[str, Any]:
    step, view = learner.journey.next_step, learner.journey.next_module
    assert step is not None
    assert view is not None
    words = {"place": view.place_of(step), "total": len(view.required)}
    bar = [
        "done" if other.address in view.done else "now" if other == step else "todo"
        for other in view.required
    ]
    return {
        "next_title": view.module.title.in_language(learner.language),
        "step_title": step.title.in_language(learner.language),
        "next_url": step_url(learner, step),
        "steps_bar": bar,
        "steps_label": _("Étape %(place)d sur %(total)d") % words,
    }


def lead(learner: Learner, pause: Period | None) -> str:
    """The one sentence under the greeting: never a reproach."""
    view = learner.journey.next_module
    if pause is not None:
        return _("Prenez le temps qu’il vous faut.")
    if view is None and learner.journey.opens_next and not learner.enrolment.done_steps:
        return _("Tout est prêt pour votre premier jour.")
    if view is None:
        return _("Tout ce qui est ouvert est fait.")
    left = {"left": minutes(view.minutes_left)}
    if view.is_started:
        return _("%(left)s suffisent pour finir la leçon en cours.") % left
    return _("%(left)s pour la prochaine leçon, en plusieurs fois si vous voulez.") % left


def week_lines(learner: Learner, week: WeekView | None) -> list[dict[str, Any]]:
    """The modules of the week one stands in."""
    return _lines(learner, week, is_open=True) if week else []


def _lines(learner: Learner, week: WeekView, *, is_open: bool) -> list[dict[str, Any]]:
    """One line per written module, then one for all those still to come."""
    lines = [_module_line(learner, view, is_open=is_open) for view in week.written]
    waiting = len(week.modules) - len(lines)
    if waiting:
        title = ngettext("%(n)d leçon à paraître", "%(n)d leçons à paraître", waiting) % {"n": waiting}
        note = _("Pas encore écrit : rien ne vous manque")
        lines.append({"url": "", "title": title, "note": note, "icon": "leaf", "kind": "info"})
    return lines


def _module_line(learner: Learner, view: ModuleView, *, is_open: bool) -> dict[str, Any]:
    line = _as_it_stands(learner, view, is_open=is_open)
    if any(learner.has_changed(step) for step in view.steps):
        line["note"] = _with_update(line["note"])
    return line


def _with_update(note: str) -> str:
    """Beside what was done with another text than today's; no more than that, and nothing to do."""
    return f"{note} · {_('contenu mis à jour')}"


def _as_it_stands(learner: Learner, view: ModuleView, *, is_open: bool) -> dict[str, Any]:
    title = view.module.title.in_language(learner.language)
    url = module_url(learner, view.module.key)
    icon = ICONS.get(view.module.kind, "book-open")
    if view.state == "done":
        note = _("Dispensé·e par votre coach") if view.is_exempted else _("Terminé")
        return {"url": url, "title": title, "note": note, "icon": "check", "kind": ""}
    words = {"done": view.done_count, "total": len(view.required), "left": minutes(view.minutes_left)}
    if view.is_started:
        sentence = ngettext(
            "%(done)d étape sur %(total)d, encore %(left)s",
            "%(done)d étapes sur %(total)d, encore %(left)s",
            view.done_count,
        )
        note = sentence % words
    else:
        note = str(minutes(view.minutes))
    kind = "warm" if view.state == "now" else "reflect" if view.module.kind == "values" else ""
    return {"url": url if is_open else "", "title": title, "note": note, "icon": icon, "kind": kind}


def stone(learner: Learner, week: WeekView) -> dict[str, Any]:
    """One week of the trail."""
    number, title = week.week.number, week.week.title.in_language(learner.language)
    if week.is_done:
        return {"number": number, "title": title, "state": "done", "note": _("Terminé")}
    if not week.is_open:
        return {"number": number, "title": title, "state": "", "note": opening(week)}
    is_now = week == learner.journey.current_week
    words = {"done": week.done_count, "total": len(week.written)}
    note = ngettext("%(done)d leçon sur %(total)d", "%(done)d leçons sur %(total)d", week.done_count) % words
    return {"number": number, "title": title, "state": "now" if is_now else "", "note": note}


def opening(week: WeekView | BoosterView) -> str:
    """« S’ouvre le mardi 1er décembre »."""
    if week.opens_at is None:
        return _("À venir")
    return _("S’ouvre le %(day)s") % {"day": day_month(week.opens_at)}


def path_note(learner: Learner) -> str:
    """« 3 leçons sur 9 »: of what is written, whatever the week."""
    views = [view for week in learner.journey.weeks for view in week.modules if view.required]
    done = sum(view.state == "done" for view in views)
    words = {"done": done, "total": len(views)}
    return ngettext("%(done)d leçon sur %(total)d", "%(done)d leçons sur %(total)d", done) % words


def path_context(learner: Learner, left: Sequence[StepOutline]) -> dict[str, Any]:
    """`left`: the steps that have left the programme, and in which the person wrote."""
    return {
        "network": learner.enrolment.network,
        "programme_title": learner.outline.title.in_language(learner.language),
        "path_note": path_note(learner),
        "weeks": [_path_week(learner, week) for week in learner.journey.weeks],
        "boosters": [_path_booster(learner, part) for part in learner.journey.boosters if part.opens_at],
        "left": [(step.title.in_language(learner.language), step_url(learner, step)) for step in left],
    }


def _path_booster(learner: Learner, part: BoosterView) -> dict[str, Any]:
    lines = [_module_line(learner, view, is_open=part.is_open) for view in part.modules if view.required]
    return {"modules": lines, "opening": "" if part.is_open else opening(part)}


def _path_week(learner: Learner, week: WeekView) -> dict[str, Any]:
    if week.is_done:
        tag, kind = _("Terminé"), "ok"
    elif week.is_open and week == learner.journey.current_week:
        tag, kind = _("Vous êtes ici"), "warn"
    else:
        tag, kind = ("", "") if week.is_open else (opening(week), "")
    return {
        "number": week.week.number,
        "label": _("Semaine %(number)d") % {"number": week.week.number},
        "title": week.week.title.in_language(learner.language),
        "tag": tag,
        "tag_kind": kind,
        "due": due_words(learner, week),
        "modules": _lines(learner, week, is_open=week.is_open),
    }


def due_words(learner: Learner, week: WeekView | None) -> str:
    """« D’ici le lundi 18 janvier », by the person's own dates; "" once it is past: never a reproach."""
    if week is None or week.is_done or not week.written or not learner.enrolment.is_live:
        return ""
    due_at = learner.due_dates.get(week.week.number)
    if due_at is None or due_at <= learner.now:
        return ""
    return _("D’ici le %(day)s") % {"day": day_month(due_at)}


def module_context(learner: Learner, view: ModuleView) -> dict[str, Any]:
    """A module's page; the titles one had better start before are told, never imposed."""
    week = learner.journey.part(view.module.week_number)
    missing = learner.outline.missing_prerequisites(view.module.key, learner.settled)
    before = [learner.journey.modules[key].module.title.in_language(learner.language) for key in missing]
    left, following = minutes(view.minutes_left), view.first_open or next(iter(view.required), None)
    return {
        "view": view,
        "network": learner.enrolment.network,
        "module_title": view.module.title.in_language(learner.language),
        "week_title": _title_of(week, learner.language),
        "teaser": view.module.teaser.in_language(learner.language),
        "objective": view.module.objective.in_language(learner.language),
        "is_written": bool(view.required),
        "before": before if not view.is_started else [],
        "steps": [_step_line(learner, view, step, is_open=week.is_open) for step in view.steps],
        "steps_note": _("Encore %(left)s") % {"left": left} if view.minutes_left else _("Leçon terminée"),
        "opens_at": None if week.is_open else week.opens_at,
        "next_url": step_url(learner, following) if following and week.is_open else "",
        "next_label": _action(view),
        "charter_url": charter_url(learner, view.module.key),
        "home_url": reverse("learning:home", args=[_slug(learner)]),
    }


def _title_of(part: WeekView | BoosterView, language: str) -> str:
    return part.week.title.in_language(language) if isinstance(part, WeekView) else _("Pour la suite")


def _action(view: ModuleView) -> str:
    if not view.minutes_left:
        return _("Relire")
    return _("Reprendre") if view.is_started else _("Commencer")


def _step_line(learner: Learner, view: ModuleView, step: StepOutline, *, is_open: bool) -> dict[str, Any]:
    if not step.is_played:
        note = _("À paraître")
    elif step.address in view.exempted:
        note = _("Dispensé·e par votre coach, à faire si vous voulez")
    elif step.is_optional:
        note = _("%(length)s, si vous voulez") % {"length": minutes(step.minutes)}
    else:
        note = str(minutes(step.minutes))
    if learner.has_changed(step):
        note = _with_update(note)
    state = "done" if step.address in view.done else "now" if step == view.first_open else ""
    title = step.title.in_language(learner.language)
    url = step_url(learner, step) if is_open else ""
    return {"url": url, "title": title, "note": note, "state": state, "place": view.place_of(step)}


def module_done_context(learner: Learner, view: ModuleView) -> dict[str, Any]:
    """The end of a module: what is left in it, else what comes next."""
    context = module_context(learner, view) | {"opens_next": learner.journey.opens_next, "next_url": ""}
    if left := view.first_open:
        return context | {
            "left_url": step_url(learner, left),
            "left_title": left.title.in_language(learner.language),
            "left_count": len(view.required) - view.done_count,
        }
    if (step := learner.journey.next_step) and (following := learner.journey.next_module):
        title = following.module.title.in_language(learner.language)
        return context | {"next": following, "next_url": step_url(learner, step), "next_title": title}
    return context


def pair_words(bonds: Bonds) -> str:
    """What the home says of one's pair, in one line."""
    if bonds.current:
        return _("Avec %(name)s") % {"name": bonds.current.name}
    if bonds.received:
        return _("Une proposition vous attend")
    if bonds.sent:
        return _("Votre proposition attend sa réponse")
    return _("Avancer à deux, si vous voulez")


def dots_words(dots: Dots) -> dict[str, Any] | None:
    """Eight dots and the sentence that says the same; None while there is no good week to show.

    Grace weeks look like the others (domain.md 3.2): nothing tells them apart, and a gap is no fault.
    """
    states = [state for _monday, state in dots]
    good = sum(state in ("active", "grace") for state in states)
    counted = good + states.count("none")
    if not good:
        return None
    sentence = ngettext("%(good)d semaine sur %(counted)d", "%(good)d semaines sur %(counted)d", good)
    note = _("Une semaine sans, ça arrive.") if states[-2:-1] == ["none"] and states[-1] == "running" else ""
    drawn = ["full" if state in ("active", "grace") else state for state in states]
    return {
        "states": drawn + ["ahead"] * (SHOWN_WEEKS - len(drawn)),
        "words": sentence % {"good": good, "counted": counted},
        "note": note,
    }


def certificate_context(learner: Learner) -> dict[str, Any]:
    """The programme, its objective and the weeks, for somebody who finished."""
    outline, language = learner.outline, learner.language
    return {
        "programme_title": outline.title.in_language(language),
        "version": outline.version_label,
        "objective": outline.objective.in_language(language),
        "weeks": [
            (part.week.number, part.week.title.in_language(language), module_titles(part, language))
            for part in learner.journey.weeks
            if part.written
        ],
    }


def module_titles(part: WeekView, language: str) -> str:
    return " · ".join(view.module.title.in_language(language) for view in part.written)


def left_context(learner: Learner) -> dict[str, Any]:
    """What is left before the attestation; `is_waiting` while the programme itself is still being written."""
    step = learner.journey.next_step
    return {
        "minutes_left": sum(week.minutes_left for week in learner.journey.weeks),
        "next_url": step_url(learner, step) if step else "",
        "opens_next": learner.journey.opens_next,
        "is_waiting": not learner.outline.is_whole,
        "is_live": learner.enrolment.is_live,
    }


def colleagues_words(done: int, people: int) -> str:
    return _("%(done)d collègues sur %(people)d ont déjà fait cette étape.") % {
        "done": done,
        "people": people,
    }
