"""A mail as its reader will get it, for the coach to read first: the same words, none of its keys.

And what a person had from their coaches, to read again.
"""

from __future__ import annotations

import datetime as dt
import email
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy as email_policy
from email.utils import parseaddr
from functools import cached_property

from coaching.cohorts.models import Enrolment
from coaching.reminders.coach_mail import Outlook
from coaching.reminders.facts import HUMAN, Send
from coaching.reminders.letters import (
    Letter,
    Wanted,
    coach_messages,
    first_name_of,
    with_first_name,
    write,
)
from coaching.reminders.loading import Loaded, load
from coaching.reminders.messages import render
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.planner import recheck
from coaching.reminders.taps import Action
from coaching.reminders.tokens import absolute

HIDDEN = "…"  # in the place of what opens something without a sign-in


class ReadLetter(Letter):
    """A letter whose keys (invitation, unsubscription, pause, touch) are the reader's: they lead nowhere."""

    @cached_property
    def invitation_url(self) -> str:
        return absolute(f"/invitation/{HIDDEN}/")

    @cached_property
    def unsubscribe_url(self) -> str:
        return absolute(f"/mail/unsubscribe/{HIDDEN}/")

    @cached_property
    def pause_url(self) -> str:
        return absolute(f"/mail/pause/{HIDDEN}/")

    def tap_url(self, action: Action, about: str = "") -> str:
        return absolute(f"/mail/tap/{action}/{HIDDEN}/")


@dataclass(frozen=True)
class Mail:
    """What stands in a mail's head and in its text."""

    sender: str
    recipient: str
    reply_to: str
    subject: str
    text: str


def mails_of(message: CoachMessage, outlooks: Sequence[Outlook], now: dt.datetime) -> list[Mail]:
    """The mail of each person, in the same order; for any number of people three queries."""
    wanted = [Wanted(each.loaded, each.decision.kind, message.public_id, ("coach",)) for each in outlooks]
    return [_read(letter) for letter in write(wanted, now, ReadLetter)]


def mail_of(reminder: Reminder, now: dt.datetime) -> Mail | None:
    """A message of the ledger that has not left, as it would be written now; None where nothing can be."""
    loaded: Loaded | None = load([reminder.enrolment_id], now).get(reminder.enrolment_id)
    if loaded is None:
        return None
    decision = recheck(reminder, loaded.facts, loaded.policy, now)
    reasons = decision.reasons if isinstance(decision, Send) else tuple(reminder.reasons)
    wanted = Wanted(loaded, reminder.kind, reminder.occurrence, reasons)
    return read_mail(wanted, max(now, reminder.due_at))


def read_mail(wanted: Wanted, at: dt.datetime) -> Mail:
    """A message as it is written at `at`, its keys hidden; three queries."""
    return _read(write([wanted], at, ReadLetter)[0])


def _read(letter: Letter) -> Mail:
    content = email.message_from_bytes(render(letter, "preview").content, policy=email_policy.default)
    part = content.get_body(("plain",))
    return Mail(
        sender=_unquoted(str(content["From"])),
        recipient=str(content["To"]),
        reply_to=str(content["Reply-To"] or ""),
        subject=str(content["Subject"]),
        text=str(part.get_content()).strip() if part else "",
    )


def _unquoted(address: str) -> str:
    """« Claire Aubert (Rivages) <adresse> », without the quotes that a mail's head needs."""
    name, mailbox = parseaddr(address)
    return f"{name} <{mailbox}>" if name else mailbox


@dataclass(frozen=True)
class Received:
    """What a coach wrote to a person, as it reached them; `subject` is "" when the coach gave none."""

    subject: str
    body: str
    coach: str
    sent_at: dt.datetime | None


def received_by(enrolment: Enrolment, at_most: int) -> list[Received]:
    """The last messages that coaches wrote to this person and that left; two queries."""
    sent = Reminder.objects.of(enrolment).in_drawer("sent").filter(kind__in=HUMAN)[:at_most]
    rows = list(sent)
    written = coach_messages(row.occurrence for row in rows)
    name = first_name_of(enrolment.membership)
    return [
        Received(
            with_first_name(message.subject, name),
            with_first_name(message.body, name),
            message.author.shown_name,
            row.handed_over_at or row.finished_at,
        )
        for row in rows
        if (message := written.get(row.occurrence))
    ]
