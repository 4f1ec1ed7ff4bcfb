"""What a coach's home says of messages: how many wait for a decision, in which cohort."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from coaching.adoption.notices import Notice
from coaching.cohorts.models import Cohort
from coaching.reminders.models import Reminder
from coaching.reminders.querysets import DRAWERS


def messages_to_see(cohorts: Collection[Cohort]) -> list[Notice]:
    """One line per cohort in which a message waits for its coach; one query, in the scope of all of them."""
    rows = Reminder.objects.filter(
        state__in=DRAWERS["to_see"], enrolment__cohort__in=[cohort.pk for cohort in cohorts]
    )
    counts = dict(rows.values_list("enrolment__cohort").annotate(Count("pk")).order_by())
    return [_notice(cohort, counts[cohort.pk]) for cohort in cohorts if cohort.pk in counts]


def _notice(cohort: Cohort, count: int) -> Notice:
    text = ngettext(
        "%(count)s message attend votre décision", "%(count)s messages attendent votre décision", count
    )
    address = reverse("reminders:cohort_messages", args=[cohort.network.slug, cohort.public_id])
    return Notice(cohort, text % {"count": count}, f"{address}?show=to_see")
