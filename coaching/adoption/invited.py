"""Where an invitation stands, in the coach's eyes: to leave, asked for again, waiting, expired or refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from agencies.models import Invitation
from coaching.adoption.facts import zone_of
from coaching.adoption.follow_up import Followed
from coaching.cohorts.sending import next_sending

# Past this, an invitation that should have left met an obstacle: the messages' page says which.
PATIENCE = dt.timedelta(hours=2)
# After the second new invitation the coach calls: there is never a fourth mail (domain.md 3.2).
FOLLOWED_UP_WORKING_DAYS = 7


@dataclass(frozen=True)
class Invited:
    """Somebody who has not joined yet.

    `state`: refused (their mailbox took none), planned (nothing left yet), again (one more is asked for and
    leaves at `leaves_at`), waiting, or expired.
    """

    followed: Followed
    state: str
    expires_at: dt.datetime | None
    leaves_at: dt.datetime | None = None

    @property
    def key(self) -> int:
        return self.followed.enrolment.pk

    @property
    def working_days(self) -> int | None:
        """Days of the agency since the first invitation; None when none was asked for."""
        invited_on = self.followed.person.facts.invited_on
        return (
            self.followed.person.working.between(invited_on, self.followed.person.today)
            if invited_on
            else None
        )

    @property
    def is_stuck(self) -> bool:
        """Refused, expired, or still unopened after all that is sent by itself."""
        if self.state == "waiting":
            return (self.working_days or 0) >= FOLLOWED_UP_WORKING_DAYS
        return self.state in ("refused", "expired")

    @property
    def correct_url(self) -> str:
        """The page that corrects an address; the person's own where there is none."""
        facts = self.followed.person.cohort
        where = [facts.network.slug, facts.cohort.public_id, self.followed.enrolment.public_id]
        try:
            return reverse("cohorts:correct_address", args=where)
        except NoReverseMatch:
            return reverse("adoption:participant", args=where)

    @property
    def may_ask_again(self) -> bool:
        return self.state in ("waiting", "expired")


def invited(followed: Followed, expires_at: dt.datetime | None, now: dt.datetime) -> Invited:
    """`expires_at` is that of the latest link; None when none has left."""
    if followed.is_unreachable:
        return Invited(followed, "refused", expires_at)
    if expires_at is None:
        return Invited(followed, "planned", None)
    asked_at = followed.enrolment.invited_again_at
    if asked_at is not None and asked_at > expires_at - Invitation.LIFETIME:
        person = followed.person
        local = asked_at.astimezone(zone_of(person.enrolment, person.cohort.network))
        leaves_at = next_sending(person.working, local)
        if leaves_at is None or now < leaves_at + PATIENCE:
            return Invited(followed, "again", expires_at, leaves_at)
    return Invited(followed, "waiting" if now < expires_at else "expired", expires_at)
