"""The rehearsal stands on the preview of a draft, a page of the cohorts, which know nothing of reminders."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.models import Cohort
from coaching.reminders.rehearsal_cohort import MIX, STORIES, rehearse_cohort
from coaching.reminders.rehearsal_words import (
    SHOWN_ROWS,
    STORY_WORDS,
    load_sentence,
    quiet_sentences,
    rows_of,
    supposed_sentence,
)

register = template.Library()


@register.inclusion_tag("coaching/reminders/_cohort_rehearsal.html", takes_context=True)
def cohort_rehearsal(context: Context, cohort: Cohort) -> dict[str, Any]:
    """Thirty days of a draft, message by message; `story` and `show` of the address choose what is told."""
    asked = context["request"].GET
    story, only_held = asked.get("story", MIX), asked.get("show") == "held"
    shown = {"ui": context["ui"], "cohort": cohort, "only_held": only_held}
    try:
        found = rehearse_cohort(cohort, story if story in STORIES else MIX, timezone.now())
    except CalendarError:  # the page says what is wrong with the dates
        found = None
    if found is None or not found.people:
        return shown
    rows = rows_of(found, only_held=only_held)
    load, who = load_sentence(found)
    return shown | {
        "found": found,
        "stories": STORY_WORDS.items(),
        "rows": rows[:SHOWN_ROWS],
        "later": rows[SHOWN_ROWS:],
        "load": load,
        "who": who,
        "quiet": quiet_sentences(found),
        "supposed": supposed_sentence(found) if found.story == MIX else "",
        "unread": [each.membership.shown_name for each in found.unread],
    }
