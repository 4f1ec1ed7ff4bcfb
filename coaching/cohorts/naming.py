"""A name to start from: the region and the season of the first Tuesday, as most cohorts are called."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

SEASONS = ("hiver", "printemps", "été", "automne", "winter", "spring", "summer", "autumn", "fall")
DATED = re.compile(rf"\b({'|'.join(SEASONS)})\b(\s+\d{{4}})?", re.IGNORECASE)


def season_of(day: dt.date) -> str:
    """« printemps 2027 » in the reader's language; December belongs to the next year's winter."""
    names = (_("hiver"), _("printemps"), _("été"), _("automne"))
    return f"{names[day.month % 12 // 3]} {day.year + (day.month == 12)}"


def name_for(day: dt.date, region: str = "") -> str:
    """« Bretagne, printemps 2027 », or the season alone."""
    season = season_of(day)
    return f"{region}, {season}" if region else season[0].upper() + season[1:]


def next_name(past: str, day: dt.date) -> str:
    """The name of a past cohort with the season of the new one in the place of its own."""
    season = season_of(day)
    found = DATED.search(past)
    if not found:
        return f"{past}, {season}"
    words = season[0].upper() + season[1:] if found[0][0].isupper() else season
    return past[: found.start()] + words + past[found.end() :]
