"""The rehearsal of a cohort in words: one row per message, who does not get it, and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.cairn import clock, day_month, typo
from coaching.reminders.models import Reminder
from coaching.reminders.policy import DEFAULT_POLICY, SEVEN_DAYS
from coaching.reminders.rehearsal_cohort import (
    ALL_ENTER,
    ALL_SILENT,
    MIX,
    CohortRehearsal,
    Occasion,
    Part,
    Rehearsed,
    pause_end,
)
from coaching.reminders.rehearsal_play import INVITATIONS, Played
from coaching.reminders.rules import week_of
from coaching.reminders.wording import Words, because

NAMED = 3  # more people than this are a number that unfolds
SHOWN_ROWS = 6

# What is said of one and of several alike: « 13 personnes : compte déjà ouvert ».
BRIEFLY: dict[str, Words] = {
    "activated": gettext_lazy("compte déjà ouvert"),
    "not_activated": gettext_lazy("pas encore d’entrée dans le parcours"),
    "active_this_week": gettext_lazy("une étape déjà faite cette semaine-là"),
    "active_again": gettext_lazy("de nouveau une étape faite"),
    "handed_in": gettext_lazy("mise en pratique déjà rendue"),
    "nothing_left": gettext_lazy("tout est déjà fait"),
    "joined_later": gettext_lazy("entrée après ce jour-là"),
    "unsubscribed": gettext_lazy("plus aucun message, à sa demande"),
    "muted": gettext_lazy("aucun rappel, à sa demande"),
    "digest_only": gettext_lazy("récapitulatif seul, à sa demande"),
    "bounced": gettext_lazy("adresse refusée, à corriger avant le départ"),
    "complaint": gettext_lazy("un message signalé comme indésirable"),
    "bundled": gettext_lazy("déjà dit dans un autre message du même jour"),
    "gap": gettext_lazy("assez de messages ces jours-ci"),
    "day": gettext_lazy("assez de messages ces jours-ci"),
    "cap": gettext_lazy("assez de messages ces jours-ci"),
    "closed_day": gettext_lazy("agence fermée"),
    "public_holiday": gettext_lazy("jour férié"),
    "pause": gettext_lazy("en pause"),
    "blackout": gettext_lazy("pause de la promotion"),
    "weekend": gettext_lazy("week-end"),
    "outside_hours": gettext_lazy("heures de bureau passées"),
    "not_open_yet": gettext_lazy("semaine pas encore ouverte à cette heure-là"),
    "withdrawn": gettext_lazy("départ du réseau"),
    "replaced": gettext_lazy("place reprise par quelqu’un d’autre"),
    "no_slot": gettext_lazy("aucun créneau ouvert"),
    "own_days": gettext_lazy("selon les jours de son agence"),
    "another_day": gettext_lazy("un autre jour, selon leur entrée"),
    "apart": gettext_lazy("rien à leur dire ce jour-là"),
}
ICONS: dict[str, str] = {
    "bounced": "mail-x",
    "complaint": "mail-x",
    "pause": "pause",
    "paused": "pause",
    "blackout": "pause",
    "closed_day": "calendar-off",
    "public_holiday": "calendar-off",
    "weekend": "calendar-off",
    "own_days": "calendar-days",
    "another_day": "calendar-days",
    "gap": "clock",
    "day": "clock",
    "cap": "ban",
    "unsubscribed": "ban",
    "muted": "ban",
    "digest_only": "ban",
    "active_this_week": "user-check",
    "bundled": "layers",
}
DOTS: dict[str, str] = {"weekly_digest": "warm", "midweek_nudge": "info"}
STORY_WORDS: dict[str, Words] = {
    MIX: gettext_lazy("Activités simulées"),
    ALL_ENTER: gettext_lazy("Tout le monde entre"),
    ALL_SILENT: gettext_lazy("Personne ne répond"),
}
BUNDLED: dict[str, Words] = {
    "weekly_digest": gettext_lazy("le récapitulatif de la semaine"),
    "manager_notice": gettext_lazy("ce que la direction verra"),
}


@dataclass(frozen=True)
class PartRow:
    """« Nadia Cherif : agence fermée, reporté à mercredi 13 janvier, 8 h 45 »; `names` unfold when many."""

    icon: str
    who: str
    words: str
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return str(typo(_("%(who)s :") % {"who": self.who}))


@dataclass(frozen=True)
class Row:
    """One message of the rehearsal."""

    occasion: Occasion
    title: str
    when: str
    sent: str
    with_it: str
    parts: tuple[PartRow, ...]

    @property
    def dot(self) -> str:
        return DOTS.get(self.occasion.kind, "")


def rows_of(found: CohortRehearsal, *, only_held: bool) -> list[Row]:
    """In the order of the days; with `only_held`, those that somebody does not get, and who."""
    occasions = (each for each in found.occasions if each.held or not only_held)
    return [_row(each, found, each.held if only_held else each.others) for each in occasions]


def _row(occasion: Occasion, found: CohortRehearsal, parts: Sequence[Part]) -> Row:
    count = len(occasion.sent)
    sent = ngettext("%(count)s envoi", "%(count)s envois", count) % {"count": count}
    return Row(
        occasion=occasion,
        title=title_of(occasion, found),
        when=_when(occasion),
        sent=sent if count else _("aucun envoi"),
        with_it=_with_it(occasion),
        parts=tuple(_part(part, occasion) for part in parts),
    )


def title_of(occasion: Occasion, found: CohortRehearsal) -> str:
    """The message by its name: « Récapitulatif de la semaine 2 », « Deuxième invitation »."""
    if occasion.kind == "invitation_followup":
        is_last = occasion.key.endswith(f":{len(DEFAULT_POLICY.followup_working_days)}")
        return _("Dernière invitation") if is_last else _("Deuxième invitation")
    facts = found.people[0].loaded.facts
    weeks = (week for week in found.drawn.weeks if week_of(facts, week.opens_at) == occasion.key)
    number = next((week.number for week in weeks), None)
    if occasion.kind == "weekly_digest" and number is not None:
        return _("Récapitulatif de la semaine %(number)s") % {"number": number}
    return str(Reminder.Kind(occasion.kind).label)


def _when(occasion: Occasion) -> str:
    """« Mardi, 8 h 45 »; the earliest and the latest hour when agencies differ."""
    day = capfirst(date_format(occasion.on, "l"))
    times = sorted({item.time for _person, item in occasion.sent})
    if not times:
        return day
    if len(times) == 1:
        return _("%(day)s, %(time)s") % {"day": day, "time": clock(times[0])}
    return _("%(day)s, de %(first)s à %(last)s") % {
        "day": day,
        "first": clock(times[0]),
        "last": clock(times[-1]),
    }


def _with_it(occasion: Occasion) -> str:
    """What rides in the same message, and for how many: « dont 3 avec le récapitulatif de la semaine »."""
    if occasion.kind not in INVITATIONS and occasion.kind != "weekly_digest":
        return ""
    riders = Counter(reason for _person, item in occasion.sent for reason in item.reasons[1:])
    said = [
        _("%(count)s avec %(what)s") % {"count": count, "what": BUNDLED[reason]}
        for reason, count in riders.items()
        if reason in BUNDLED
    ]
    return _("dont %(what)s") % {"what": ", ".join(said)} if said else ""


# --- who does not get it, and why -----------------------------------------------------------------


def _part(part: Part, occasion: Occasion) -> PartRow:
    names, count = part.names, len(part.people)
    icon = ICONS.get(part.code, "circle-check")
    if names and count <= NAMED:
        return PartRow(icon, ", ".join(names), _words(part, occasion))
    who = ngettext("%(count)s personne", "%(count)s personnes", count) % {"count": count}
    return PartRow(icon, who, _words(part, occasion), tuple(names))


def _words(part: Part, occasion: Occasion) -> str:
    words = str(BRIEFLY.get(part.code, "")) or because(part.code)
    item = part.example
    if item is None:
        return words
    if part.code in ("pause", "paused"):
        ends_on = pause_end(item.facts, item.on)
        return _("en pause jusqu’au %(day)s") % {"day": day_month(ends_on)} if ends_on else _("en pause")
    if part.code == "bundled" and occasion.kind == "weekly_digest":
        return _("avec la nouvelle invitation")
    if part.leaves and part.code != "another_day":
        moment = moment_of(item)
        if part.code == "own_days":
            return _("%(moment)s, %(why)s") % {"moment": moment, "why": words}
        return _("%(why)s, reporté à %(moment)s") % {"moment": moment, "why": words}
    if part.code in ("gap", "cap"):
        return _enough(part.people[0][0], item, len(part.people)) or words
    return words


def moment_of(item: Played) -> str:
    """« mercredi 13 janvier, 8 h 45 »."""
    return _("%(day)s, %(time)s") % {"day": day_month(item.on), "time": clock(item.time)}


def _enough(person: Rehearsed, item: Played, people: int) -> str:
    """Which of the rehearsal's own messages are enough, where they alone are: of others nothing is told."""
    if people > 1:
        return ""
    policy, calendar = person.loaded.policy, item.facts.calendar
    at = calendar.instant(item.on, policy.nudge_time)
    own = [each.at for each in person.played if each.counts and each.at and each.at < at]
    if item.because == "gap" and own and at - own[-1] < policy.min_gap:
        hours = int(policy.min_gap.total_seconds() // 3600)
        day = date_format(calendar.local_day(own[-1]), "l")
        return _("moins de %(hours)s h depuis le message de %(day)s") % {"hours": hours, "day": day}
    week = [each for each in own if at - each < SEVEN_DAYS]
    if item.because == "cap" and len(week) >= policy.max_per_7_days:
        return _("déjà %(count)s messages en 7 jours") % {"count": len(week)}
    return ""


# --- the whole of it -------------------------------------------------------------------------------


def load_sentence(found: CohortRehearsal) -> tuple[str, str]:
    """« Au plus haut : 2 rappels en 7 jours », and who gets so many."""
    most, people = found.highest
    if not most:
        return _("Aucun rappel dans ces jours-ci"), ""
    text = ngettext(
        "Au plus haut : %(count)s rappel en 7 jours", "Au plus haut : %(count)s rappels en 7 jours", most
    ) % {"count": most}
    names = [person.name for person in people]
    rest = len(names) - NAMED
    who = ", ".join(names[:NAMED]) if rest > 0 else ", ".join(names)
    if rest > 0:
        more = ngettext("%(names)s et %(count)s autre", "%(names)s et %(count)s autres", rest)
        who = more % {"names": who, "count": rest}
    if found.highest_in_all > most:
        who += ". " + _("Avec les invitations et l’agenda, qui ne comptent pas : %(count)s") % {
            "count": found.highest_in_all
        }
    return text, who


def quiet_sentences(found: CohortRehearsal) -> list[str]:
    """The days on which nobody gets anything: the closed ones by name, then how many open ones."""
    said = []
    days = found.days
    if any(why == "weekend" for _day, why, _sends in days):
        said.append(_("les week-ends"))
    said += _closed_stretches([(day, why) for day, why, _sends in days if why and why != "weekend"])
    empty = sum(not why and not sends for _day, why, sends in days)
    if empty:
        said.append(ngettext("%(count)s jour ouvré", "%(count)s jours ouvrés", empty) % {"count": empty})
    return said


def _closed_stretches(days: Sequence[tuple[dt.date, str]]) -> Iterator[str]:
    """One phrase for days that follow each other, weekends between, with the same reason."""
    stretches: list[tuple[dt.date, dt.date, str]] = []
    for day, why in days:
        if stretches and stretches[-1][2] == why and (day - stretches[-1][1]).days <= 3:
            stretches[-1] = (stretches[-1][0], day, why)
        else:
            stretches.append((day, day, why))
    for first, last, why in stretches:
        words = str(BRIEFLY[why])
        if first == last:
            yield _("%(day)s (%(why)s)") % {"day": day_month(first), "why": words}
        else:
            yield _("du %(first)s au %(last)s (%(why)s)") % {
                "first": day_month(first),
                "last": day_month(last),
                "why": words,
            }


def supposed_sentence(found: CohortRehearsal) -> str:
    """What the simulated activities suppose, in numbers that are those of this page."""
    told = found.answers
    first, later, never = told[1], told[2] + told[3], told[0]
    parts = [
        ngettext("%(n)s entre à la première invitation", "%(n)s entrent à la première invitation", first)
        % {"n": first}
    ]
    if later:
        parts.append(_("%(n)s plus tard") % {"n": later})
    if never:
        parts.append(ngettext("%(n)s n’entre pas", "%(n)s n’entrent pas", never) % {"n": never})
    return _(
        "Activités simulées, tirées au sort : %(who)s ; puis, une semaine sur trois, chaque personne "
        "n’avance pas avant le rappel. C’est un exemple, pas une prévision."
    ) % {"who": ", ".join(parts)}
