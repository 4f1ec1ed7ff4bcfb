"""Reads of the ledger; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from coaching.reminders.models import Reminder
else:
    Reminder = Any


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: dt.datetime) -> Self:
        return self.filter(state="due", next_try_at__lte=now)

    def sent(self) -> Self:
        return self.filter(state="sent")
