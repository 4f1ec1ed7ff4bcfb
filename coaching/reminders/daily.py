"""Day by day, what a cohort's people should have received and what became of it; numbers, nobody named."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.cohorts.models import Cohort
from coaching.reminders.models import Reminder
from coaching.reminders.querysets import DRAWERS
from coaching.reminders.wording import because

BEHIND, AHEAD = 14, 7  # days, today being the first of those ahead


@dataclass(slots=True)
class Day:
    """The messages planned for one day of the network's calendar, by what became of them.

    A message counts on the day it was planned for, also when it left later: so each row adds up.
    """

    on: dt.date
    is_coming: bool
    drawers: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def expected(self) -> int:
        return self.drawers.total()

    @property
    def sent(self) -> int:
        return self.drawers["sent"]

    @property
    def not_sent(self) -> int:
        return self.drawers["not_sent"]

    @property
    def notes(self) -> list[str]:
        """In words: what still waits, what a coach should look at, and why the others were not sent."""
        found = []
        if count := self.drawers["coming"]:
            text = ngettext("%(count)s attend encore", "%(count)s attendent encore", count)
            found += [text % {"count": count}] if not self.is_coming else []
        if count := self.drawers["to_see"]:
            found.append(ngettext("%(count)s à voir", "%(count)s à voir", count) % {"count": count})
        for why, count in self.reasons.most_common():
            found.append(_("%(count)s parce que %(why)s") % {"count": count, "why": why})
        return found


def days_of(cohort: Cohort, now: dt.datetime) -> list[Day]:
    """Two weeks behind and a week ahead, every day of them; one query. The cohort comes with its network."""
    zone = ZoneInfo(cohort.network.time_zone)
    today = now.astimezone(zone).date()
    first, last = today - dt.timedelta(days=BEHIND), today + dt.timedelta(days=AHEAD)
    days = {on: Day(on, is_coming=on >= today) for on in _between(first, last)}
    rows = (
        Reminder.objects.of_cohort(cohort)
        .filter(due_at__gte=_midnight(first, zone), due_at__lt=_midnight(last, zone))
        .annotate(on=TruncDate("due_at", tzinfo=zone))
        .values_list("on", "state", "reason")
        .annotate(number=Count("pk"))
        .order_by("on", "state", "reason")
    )
    drawer_of = {state: name for name, states in DRAWERS.items() for state in states}
    for on, state, reason, number in rows:
        drawer = drawer_of[state]
        days[on].drawers[drawer] += number
        if drawer == "not_sent":
            days[on].reasons[because(reason)] += number
    return list(days.values())


def _between(first: dt.date, end: dt.date) -> Iterable[dt.date]:
    return (first + dt.timedelta(days=step) for step in range((end - first).days))


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0), zone)
