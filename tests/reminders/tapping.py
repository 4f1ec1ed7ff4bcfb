"""A head who reads their mail: what stands in it, and what a touch opens."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage

import time_machine

from agencies.scope import networks
from coaching.learning.models import StepCompletion
from coaching.learning.services import complete_step
from coaching.programmes.runtime import outline_of
from coaching.reminders.services import deliver_network
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox, text_of

SITE = "http://127.0.0.1:8000"
HEAD = "head1@example.com"
ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)
THURSDAY = dt.datetime(2027, 1, 14, 14, 30, tzinfo=PARIS)
NEXT_TUESDAY = dt.datetime(2027, 1, 19, 9, 30, tzinfo=PARIS)
WELCOME = "w0-accueil/"
LESSON = "communiquer-c-est-relier/"
READING = LESSON + "affiche-comptoir-mot"


def take(cast: Cast, start: str, at: dt.datetime) -> None:
    """The first head does every step whose address begins so."""
    with networks(cast.network.pk, user_id=cast.head.user_id):
        outline = outline_of(cast.cohort.programme_version)
        addresses = [
            step.address
            for module in outline.modules
            for step in module.steps
            if step.address.startswith(start)
        ]
        StepCompletion.objects.bulk_create(
            StepCompletion(
                enrolment=cast.enrolment, address=address, week_number=0, minutes=1, completed_at=at
            )
            for address in addresses
            if address != "w0-accueil/qui-lit-quoi"
        )
        if start == WELCOME:
            complete_step(cast.enrolment, "w0-accueil/qui-lit-quoi", {}, now=at)


def mail_at(cast: Cast, mailbox: Mailbox, clock: time_machine.Traveller, now: dt.datetime) -> EmailMessage:
    """The last mail of the first head, once what is due by then has left."""
    clock.move_to(now)
    deliver_network(cast.network.pk, now=now)
    return mailbox.to(HEAD)[-1]


def path_of(mail: EmailMessage, what: str) -> str:
    """The path of the link that does this: `tap/done`, `recall`, …"""
    return paths_of(mail, what)[0]


def paths_of(mail: EmailMessage, what: str) -> list[str]:
    return re.findall(rf"{SITE}(/mail/{what}/[^\s]+)", text_of(mail))
