"""Where an invitation stands, in the coach's eyes: to leave, asked for again, waiting or expired."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from agencies.models import Invitation
from coaching.adoption.facts import zone_of
from coaching.adoption.follow_up import Followed
from coaching.cohorts.sending import next_sending

# Past this, an invitation that should have left met an obstacle: the messages' page says which.
PATIENCE = dt.timedelta(hours=2)


@dataclass(frozen=True)
class Invited:
    """Somebody who has not joined yet.

    `state`: planned (nothing left yet), again (one more is asked for and leaves at `leaves_at`), waiting, or
    expired.
    """

    followed: Followed
    state: str
    expires_at: dt.datetime | None
    leaves_at: dt.datetime | None = None

    @property
    def may_ask_again(self) -> bool:
        return self.state in ("waiting", "expired")


def invited(followed: Followed, expires_at: dt.datetime | None, now: dt.datetime) -> Invited:
    """`expires_at` is that of the latest link; None when none has left."""
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
