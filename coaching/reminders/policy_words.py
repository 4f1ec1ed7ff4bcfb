"""The reminder policy in plain words: each setting, its value, and who set it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.cairn import clock
from coaching.reminders.layers import OFF, Level, Resolved, Value

Words = str | Promise

LABELS: dict[str, Words] = {
    "window_opens": gettext_lazy("Jamais avant"),
    "window_closes": gettext_lazy("Jamais après"),
    "max_per_7_days": gettext_lazy("Au plus, sur sept jours"),
    "min_gap_hours": gettext_lazy("Entre deux messages"),
    "digest_weekday": gettext_lazy("Jour du récapitulatif"),
    "digest_time": gettext_lazy("Heure du récapitulatif"),
    "nudge_weekday": gettext_lazy("Jour du petit rappel"),
    "nudge_time": gettext_lazy("Heure du petit rappel"),
    "session_reminders": gettext_lazy("Rappel avant un rendez-vous"),
    "practice_reminder": gettext_lazy("Rappel avant une mise en pratique"),
    "comeback_after": gettext_lazy("Reprise en douceur, après"),
    "follow_ups": gettext_lazy("Rappels d’après parcours"),
    "ladder_days": gettext_lazy("Jours sans activité"),
    "ladder_reminders": gettext_lazy("Rappels déjà partis"),
}
HINTS: dict[str, Words] = {
    "nudge_weekday": gettext_lazy("Il ne part que si rien n’est fait cette semaine-là."),
    "comeback_after": gettext_lazy("Un mot de quelques lignes à qui n’a rien fait depuis."),
}
GROUPS: tuple[tuple[str, Words, Words, tuple[str, ...]], ...] = (
    (
        "when",
        gettext_lazy("Les limites"),
        gettext_lazy(
            "À l’heure de l’agence, ses jours d’ouverture seulement, jamais le week-end. Les messages d’une "
            "personne se comptent ensemble, toutes promotions et tous réseaux confondus. Deux sur sept jours "
            "et 48 heures entre deux : on peut resserrer, jamais élargir."
        ),
        ("window_opens", "window_closes", "max_per_7_days", "min_gap_hours"),
    ),
    (
        "week",
        gettext_lazy("Chaque semaine"),
        gettext_lazy("Chaque personne peut choisir son propre jour pour le récapitulatif."),
        ("digest_weekday", "digest_time", "nudge_weekday", "nudge_time"),
    ),
    (
        "events",
        gettext_lazy("Selon ce qui arrive"),
        gettext_lazy("Un rappel dont la raison a disparu ne part pas."),
        ("session_reminders", "practice_reminder", "comeback_after", "follow_ups"),
    ),
    (
        "ladder",
        gettext_lazy("Avant que le ou la responsable lise « À épauler »"),
        gettext_lazy(
            "Il faut les deux, un échange avec le coach, puis deux jours ouvrés après avoir prévenu "
            "la personne."
        ),
        ("ladder_days", "ladder_reminders"),
    ),
)
ORIGINS: dict[Level, Words] = {
    Level.SHIPPED: gettext_lazy("Valeur d’origine"),
    Level.NETWORK: gettext_lazy("Réglage du réseau"),
    Level.COHORT: gettext_lazy("Réglage de la promotion"),
    Level.PERSON: gettext_lazy("Votre choix"),
}


def weekday_words(weekday: int) -> str:
    """« mardi », "Tuesday", of an ISO weekday."""
    return date_format(dt.date(2001, 1, weekday), "l")


def value_words(name: str, value: Value) -> str:
    """A value as people read it, without a capital."""
    match name:
        case "window_opens" | "window_closes" | "digest_time" | "nudge_time":
            return clock(dt.time.fromisoformat(str(value)))
        case "digest_weekday" | "nudge_weekday":
            return weekday_words(int(value)) if value != OFF else _("aucun")
        case "max_per_7_days":
            return ngettext("%(n)s message", "%(n)s messages", int(value)) % {"n": value}
        case "min_gap_hours":
            return _("%(n)s heures") % {"n": value}
        case "comeback_after" if value == OFF:
            return _("aucune")
        case "comeback_after" | "ladder_days":
            return _("%(n)s jours ouvrés") % {"n": value}
        case "ladder_reminders":
            return _("%(n)s rappels") % {"n": value}
    return _("non") if value == OFF else _("oui")


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: what holds, and who set it."""

    label: Words
    value: str
    origin: Words
    is_own: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Some settings that belong together."""

    key: str
    title: Words
    text: Words
    lines: tuple[Line, ...]


def groups_of(found: Resolved, level: Level) -> Iterator[Group]:
    """All that holds at this level, in the order of the page."""
    for key, title, text, names in GROUPS:
        lines = (
            Line(
                LABELS[name],
                capfirst(value_words(name, found.values[name])),
                ORIGINS[found.origins[name]],
                found.origins[name] == level,
            )
            for name in names
        )
        yield Group(key, title, text, tuple(lines))


def inherited_words(name: str, found: Resolved) -> str:
    """« Réglage du réseau : mardi », for the way back to it."""
    return _("%(origin)s : %(value)s") % {
        "origin": ORIGINS[found.origins[name]],
        "value": value_words(name, found.values[name]),
    }
