"""Differences as sentences in the active language: one for a whole version, words for each place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coaching.programmes.bilingual import Text
from coaching.programmes.difference import ModuleDifference, StepDifference
from coaching.programmes.problems import KeyPath

Words = str | Promise

# What an author calls a key of the format; another key stands as it is written.
_NAMES: dict[str, Words] = {
    "title": _("titre"),
    "teaser": _("accroche"),
    "objective": _("objectif"),
    "audience": _("public"),
    "licence": _("licence"),
    "pass_percent": _("seuil de réussite"),
    "practice_percent": _("part des mises en pratique à valider"),
    "attendance_percent": _("part des séances à suivre"),
    "recall_days": _("jours de rappel"),
    "sectors": _("secteurs"),
    "weeks": _("semaines"),
    "boosters": _("reprises"),
    "sessions": _("séances"),
    "to_write": _("à écrire"),
    "themes": _("thèmes"),
    "sources": _("sources"),
    "decks": _("jeux de cartes"),
    "cards": _("cartes"),
    "families": _("familles"),
    "definition": _("définition"),
    "prerequisites": _("prérequis"),
    "recall": _("questions de rappel"),
    "body": _("texte"),
    "body_variants": _("passages par secteur"),
    "figure": _("dessin"),
    "items": _("questions"),
    "question": _("question"),
    "options": _("réponses"),
    "pairs": _("paires"),
    "text": _("texte"),
    "feedback": _("retour"),
    "correct": _("juste"),
    "scenes": _("scènes"),
    "prompts": _("questions"),
    "help": _("aide"),
    "starter": _("amorce"),
    "hints": _("exemples par secteur"),
    "label": _("libellé"),
    "plan": _("déroulé"),
    "agenda": _("déroulé"),
    "materials": _("matériel"),
    "stages": _("phases"),
    "checklist": _("points à vérifier"),
    "rubric": _("grille"),
    "criteria": _("critères"),
    "levels": _("niveaux"),
    "minutes": _("minutes"),
    "note": _("note de l’auteur"),
    "only_for": _("secteurs concernés"),
    "not_for": _("secteurs écartés"),
    "kind": _("sorte"),
    "code": _("code"),
    "week": _("semaine"),
    "supports": _("ce qu’elle établit"),
    "citation": _("citation"),
    "address": _("adresse"),
}


def place_in_words(path: KeyPath, titles: Mapping[str, Text] | None = None) -> str:
    """« Questions, silence, réponses, rien, retour »: where in a step or a part a change stands.

    `titles` name the entries that have one: « Se connaître », titre.
    """
    words = [str(_NAMES.get(str(part), part)) for part in path]
    if path and titles and (title := titles.get(str(path[0]))):
        words[0] = _quoted(title)
    return capfirst(", ".join(words))


def _quoted(title: Text) -> str:
    return gettext("« %(title)s »") % {"title": title.in_language(get_language() or "fr")}


def part_in_words(name: str) -> str:
    """The heading of a part: weeks, themes… or the programme itself."""
    return capfirst(gettext("le parcours") if name == "programme" else str(_NAMES.get(name, name)))


def changes_in_words(counts: Mapping[str, int]) -> str:
    """« Deux étapes ajoutées, une retirée, 5 textes modifiés. », or that only details changed."""
    said = [words(counts[name]) for name, words in _COUNTED.items() if counts.get(name)]
    if not said:
        return gettext("Des réglages ont changé, aucun texte.")
    return capfirst(", ".join(said)) + "."


_COUNTED: dict[str, Callable[[int], str]] = {
    "module added": lambda n: ngettext("%(n)d module ajouté", "%(n)d modules ajoutés", n) % {"n": n},
    "module removed": lambda n: ngettext("%(n)d module retiré", "%(n)d modules retirés", n) % {"n": n},
    "module moved": lambda n: ngettext("%(n)d module déplacé", "%(n)d modules déplacés", n) % {"n": n},
    "step added": lambda n: ngettext("%(n)d étape ajoutée", "%(n)d étapes ajoutées", n) % {"n": n},
    "step removed": lambda n: ngettext("%(n)d étape retirée", "%(n)d étapes retirées", n) % {"n": n},
    "step changed": lambda n: ngettext("%(n)d étape modifiée", "%(n)d étapes modifiées", n) % {"n": n},
    "text changed": lambda n: ngettext("%(n)d texte modifié", "%(n)d textes modifiés", n) % {"n": n},
}


def facts_in_words(entry: ModuleDifference | StepDifference) -> str:
    """« 4 min, 3 avant. Ancienne clé : quiz. »: what changed besides the texts; "" when nothing did."""
    said = [_minutes_in_words(*entry.minutes)]
    if entry.former_key:
        said.append(gettext("Ancienne clé : %(key)s.") % {"key": entry.former_key})
    said += _of_step(entry) if isinstance(entry, StepDifference) else _of_module(entry)
    return " ".join(filter(None, said))


def _minutes_in_words(before: int | None, after: int | None) -> str:
    if before is None or after is None or before == after:
        return gettext("%(after)s min.") % {"after": after if after is not None else before}
    return gettext("%(after)s min, %(before)s avant.") % {"after": after, "before": before}


def _of_step(step: StepDifference) -> list[str]:
    said = []
    if step.state == "changed" and step.is_required == (True, False):
        said.append(gettext("Devient facultative."))
    if step.state == "changed" and step.is_required == (False, True):
        said.append(gettext("Compte désormais dans le parcours."))
    if step.came_from is not None:
        title = step.came_from.in_language(get_language() or "fr")
        said.append(gettext("Vient du module « %(title)s ».") % {"title": title})
    return said


def _of_module(module: ModuleDifference) -> list[str]:
    keys = module.weeks
    if keys[0] == keys[1] or not all(keys):
        return []
    before, after = (
        _quoted(each) if each else gettext("la suite du parcours") for each in module.week_titles
    )
    return [gettext("Passe de %(before)s à %(after)s.") % {"before": before, "after": after}]
