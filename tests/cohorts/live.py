"""Live sessions as the tests meet them: the coach's and the head's hands, on the cast's first session."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.models import Attendance, LiveSession
from coaching.cohorts.services import code_of
from tests.adoption.people import signed_in
from tests.factories import PARIS, Cast

STARTS = dt.datetime(2027, 1, 14, 8, 45, tzinfo=PARIS)  # S1 of domain.md 6.7
ENDS = STARTS + dt.timedelta(minutes=60)
BEFORE = dt.datetime(2027, 1, 11, 10, 0, tzinfo=PARIS)
DURING = STARTS + dt.timedelta(minutes=20)


class Live:
    """One cohort's sessions, by the doors people use."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.coach: Client = signed_in(cast.coach)
        self.head: Client = signed_in(cast.head)

    def session(self, key: str = "s1", slot: int = 1) -> LiveSession:
        with networks(self.cast.network.pk):
            return LiveSession.objects.get(cohort=self.cast.cohort, key=key, slot=slot)

    def coach_url(self, name: str = "session", session: LiveSession | None = None) -> str:
        args = [self.cast.network.slug, self.cast.cohort.public_id]
        if name not in ("sessions", "talks"):
            args.append((session or self.session()).public_id)
        return reverse(f"cohorts:{name}", args=args)

    def attendance_url(self, session: LiveSession | None = None) -> str:
        found = session or self.session()
        args = [self.cast.network.slug, self.cast.cohort.public_id, found.public_id]
        return reverse("learning:attendance", args=args)

    def mark(self, state: str, reason: str = "", **changes: Any) -> HttpResponse:
        person = changes.pop("person", self.cast.enrolment).public_id
        data = {"person": person, "state": state, "reason": reason}
        return self.coach.post(self.attendance_url(**changes), data, follow=True)

    def edit(self, *, session: LiveSession | None = None, seen: str = "", **changes: Any) -> HttpResponse:
        """The form of the page with these values changed."""
        found = session or self.session()
        local = found.starts_at.astimezone(PARIS)
        values = {
            "day": local.date().isoformat(),
            "time": f"{local:%H:%M}",
            "minutes": found.minutes,
            "join_url": found.join_url,
            "title_fr": found.title_fr,
            "title_en": found.title_en,
        } | changes
        data = {"action": "edit", "seen": seen} | {f"edit-{name}": value for name, value in values.items()}
        return self.coach.post(self.coach_url("session_edit", found), data)

    def second_slot(self, day: str = "2027-01-14", time: str = "13:30") -> LiveSession:
        data = {"action": "slot", "slot-day": day, "slot-time": time}
        response = self.coach.post(self.coach_url("session_edit"), data)
        assert response.status_code == 302, response.content.decode()
        return self.session(slot=2)

    def cancel(self, note: str = "", session: LiveSession | None = None) -> HttpResponse:
        data = {"action": "cancel", "cancel-note": note}
        return self.coach.post(self.coach_url("session_edit", session), data)

    def code(self, session: LiveSession | None = None) -> str:
        return code_of(session or self.session())

    def attendance(self, person: int = 0, key: str = "s1") -> Attendance | None:
        with networks(self.cast.network.pk):
            rows = Attendance.objects.prefetch_related("corrections")
            return rows.filter(enrolment=self.cast.enrolments[person], key=key).first()


def text_of(response: HttpResponse) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
