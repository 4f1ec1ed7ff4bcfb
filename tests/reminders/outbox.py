"""What tests of the outbox share: a message in any state, a person signed in, the words of a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from agencies.models import Membership
from agencies.scope import networks
from coaching.reminders.models import Reminder
from tests.factories import Cast

FINISHED = Reminder.FINISHED


def waiting(cast: Cast, state: str = "uncertain", kind: str = "midweek_nudge", **fields: Any) -> Reminder:
    """A message in this state, with some life before it."""
    now = timezone.now()
    with networks(cast.network.pk):
        return Reminder.objects.create(
            enrolment=fields.pop("enrolment", cast.enrolment),
            recipient_id=cast.head.user_id,
            kind=kind,
            occurrence=fields.pop("occurrence", "2027-W01"),
            dedupe_key=f"{state}-{kind}-{Reminder.objects.count()}",
            local_due="2027-01-07T13:30",
            time_zone="Europe/Paris",
            due_at=now,
            next_try_at=now,
            state=state,
            lease_token="00000000-0000-0000-0000-000000000001" if state in ("leased", "handing") else None,
            finished_at=now if state in FINISHED else None,
            **{"attempts": 8, "handed_over_at": now, "expires_at": now + dt.timedelta(days=3), **fields},
        )


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=membership.user_id))
    return client


def words(response: HttpResponse) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
