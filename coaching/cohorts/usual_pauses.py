"""Pauses that many take, offered for one cohort, and what falls in them as long as they are not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import day_month
from coaching.cohorts.calendar import BlackoutSuggestion, CohortCalendar, Period, suggest_blackouts
from coaching.cohorts.models import Cohort
from coaching.programmes.outline import ProgrammeOutline

SUGGESTED_AFTER_END = dt.timedelta(days=28)  # a pause pushes the end, perhaps into the next holidays
LABELS = {
    "summer_break": gettext_lazy("Pause d’été"),
    "christmas": gettext_lazy("Fêtes de fin d’année"),
    "winter_break": gettext_lazy("Vacances d’hiver"),
    "spring_break": gettext_lazy("Vacances de printemps"),
    "autumn_break": gettext_lazy("Vacances d’automne"),
}


def suggested(cohort: Cohort, drawn: CohortCalendar, zone: str = "") -> tuple[BlackoutSuggestion, ...]:
    """The pauses to offer around this calendar, in order; school holidays only when the zone is known."""
    return suggest_blackouts(
        drawn.weeks[0].opens_on,
        drawn.ends_on + SUGGESTED_AFTER_END,
        country=cohort.network.country,
        school_zone=zone,
    )


def falling_in(period: Period, drawn: CohortCalendar, outline: ProgrammeOutline) -> str:
    """« ouverture de la semaine 3 le mardi 22 décembre, séance « … » le jeudi 24 décembre », or "" ."""
    found = sorted(_dates(drawn, outline), key=lambda entry: entry[0])
    return ", ".join(words for day, words in found if day in period)


def _dates(drawn: CohortCalendar, outline: ProgrammeOutline) -> Iterator[tuple[dt.date, str]]:
    """Every opening and every session: its day, and both in words."""
    for week in drawn.weeks:
        words = _("ouverture de la semaine %(number)s le %(day)s")
        if week.number == 0:
            words = _("ouverture de la semaine d’accueil le %(day)s")
        yield week.opens_on, words % {"number": week.number, "day": day_month(week.opens_on)}
    titles = {each.key: each.title.in_language(get_language() or "fr") for each in outline.sessions}
    for slot in drawn.sessions:
        words = _("séance « %(title)s » le %(day)s")
        yield slot.held_on, words % {"title": titles[slot.key], "day": day_month(slot.held_on)}
