"""A message as it goes out: subject, text, HTML and headers, in the reader's language and zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.utils import formataddr, parseaddr
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import utf8_charset_qp
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.cairn import clock, day_month, typo
from coaching.reminders.facts import HUMAN, OCCASIONS
from coaching.reminders.letters import Letter

_EMPTY_LINES = re.compile(r"\n{3,}")
_TEMPLATES = {
    "invitation": "emails/invitation",
    "invitation_followup": "emails/invitation",
    "weekly_digest": "emails/weekly_digest",
    "midweek_nudge": "emails/midweek_nudge",
    "coach_message": "emails/coach_message",
    "coach_circular": "emails/coach_message",
    "session_invite": "emails/meetings",
    "session_update": "emails/meetings",
    "session_cancel": "emails/meetings",
    "session_soon": "emails/occasion",
    "session_today": "emails/occasion",
    "practice_due": "emails/occasion",
    "comeback": "emails/occasion",
    "follow_up": "emails/follow_up",
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the transport needs; it lives in memory only, between the claim and the hand-over.

    `key` is the message's identity, the same at every try: its Message-ID, and what a provider knows it by.
    """

    sender: str
    recipient: str
    content: bytes
    key: str


def render(letter: Letter, dedupe_key: str) -> Envelope:
    """The finished mail; its Message-ID is the message's identity, the same at every try."""
    with translation.override(letter.language), timezone.override(ZoneInfo(letter.time_zone)):
        subject = _one_line(typo(_subject(letter)))
        context = {"letter": letter, "subject": subject}
        name = _TEMPLATES[letter.kind]
        mail = EmailMultiAlternatives(
            subject=subject,
            body=_spaced(render_to_string(f"{name}.txt", context)),
            from_email=_from(letter),
            to=[letter.person.email],
            reply_to=[letter.reply_to] if letter.reply_to else None,
            headers=_headers(letter, dedupe_key),
        )
        mail.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
        if letter.calendar_method:
            mail.attach_alternative(letter.calendar, f"text/calendar; method={letter.calendar_method}")
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Envelope(sender, letter.person.email, _bytes(mail), dedupe_key)


def _bytes(mail: EmailMultiAlternatives) -> bytes:
    """Quoted-printable, so that any relay takes it, and no header folded but those that must be.

    A folded Message-ID or List-Unsubscribe is legal, and misread often enough to matter.
    """
    mail.encoding = utf8_charset_qp
    message: Any = mail.message()
    content = BytesIO()
    unfolded = message.policy.clone(max_line_length=None)
    BytesGenerator(content, mangle_from_=False, policy=unfolded).flatten(message, linesep="\r\n")
    return content.getvalue()


def message_id(dedupe_key: str) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{dedupe_key}@{domain}>"


def _from(letter: Letter) -> str:
    """A coach's own message bears their name, on the address of the site: theirs would fail DMARC."""
    if letter.kind not in HUMAN:
        return settings.DEFAULT_FROM_EMAIL
    name = _one_line(f"{letter.coach} ({letter.network.name})")
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _headers(letter: Letter, dedupe_key: str) -> dict[str, str]:
    # RFC 3834: a person wrote it, and an absence may be answered.
    automatic = {} if letter.kind in HUMAN else {"Auto-Submitted": "auto-generated"}
    return automatic | {
        "Message-ID": message_id(dedupe_key),
        "X-Reminder-Key": dedupe_key,
        "Content-Language": letter.language,
        # RFC 8058: one click in the mail programme, no page, no sign-in.
        "List-Unsubscribe": f"<{letter.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _spaced(text: str) -> str:
    """One empty line between two parts, whichever parts are there."""
    return _EMPTY_LINES.sub("\n\n", text).strip() + "\n"


def _one_line(text: str) -> str:
    """Titles come from packages and names from files: no line break may reach a header."""
    return " ".join(text.split("\n")).replace("\r", " ").strip()


def _subject(letter: Letter) -> str:
    if letter.kind in HUMAN:
        return letter.subject
    if letter.kind == "invitation" and letter.has_joined:
        return _("Une nouvelle promotion vous attend")
    if letter.kind == "invitation":
        return _("%(network)s vous ouvre une place") % {"network": letter.network.name}
    if letter.kind == "invitation_followup":
        if letter.is_last_invitation:
            return _("Votre place reste ouverte")
        return _("Votre place vous attend")
    if letter.calendar_method:
        return _meetings_subject(letter)
    if letter.kind == "weekly_digest":
        number = letter.week_row.number if letter.week_row else 0
        return _("Votre semaine %(number)d : %(title)s") % {"number": number, "title": letter.week_title}
    if letter.kind in OCCASIONS:
        return _occasion_subject(letter)
    minutes = letter.resume.minutes if letter.resume else 0
    if not minutes:
        return _("Votre semaine est ouverte")
    return ngettext(
        "%(minutes)d minute, quand vous voulez", "%(minutes)d minutes, quand vous voulez", minutes
    ) % {"minutes": minutes}


def _occasion_subject(letter: Letter) -> str:
    """The first thing it says, in a few words."""
    if letter.kind in ("session_soon", "session_today") and letter.said.near:
        event = letter.said.near[0].event
        if letter.kind == "session_today":
            when = {"time": clock(event.starts_at), "title": event.title}
            return _("Aujourd’hui à %(time)s : %(title)s") % when
        return _("%(day)s : %(title)s") % {"day": capfirst(day_month(event.starts_at)), "title": event.title}
    if letter.kind == "practice_due" and letter.said.practices:
        first = letter.said.practices[0]
        return _("D’ici %(day)s : %(title)s") % {"day": day_month(first.due_at), "title": first.title}
    if letter.kind == "follow_up" and letter.said.reopenings:
        weeks, title = letter.said.weeks_after, letter.said.reopenings[0].title
        words = ngettext("%(n)d semaine après : %(title)s", "%(n)d semaines après : %(title)s", weeks)
        return words % {"n": weeks, "title": title}
    if letter.said.offers_a_hand:
        return _("Un coup de main pour reprendre ?")
    minutes = letter.said.next_step.minutes if letter.said.next_step else 0
    if not minutes:
        return _("On reprend quand vous voulez")
    return ngettext("%(minutes)d minute pour reprendre", "%(minutes)d minutes pour reprendre", minutes) % {
        "minutes": minutes
    }


def _meetings_subject(letter: Letter) -> str:
    """One event by its title, several by their number."""
    count = len(letter.meetings)
    title = {"title": letter.meetings[0].event.title} if count == 1 else {"n": count}
    if letter.kind == "session_cancel":
        one, many = _("Annulé : %(title)s"), _("%(n)s rendez-vous annulés")
    elif letter.kind == "session_update":
        one, many = _("Du nouveau : %(title)s"), _("%(n)s rendez-vous ont changé")
    else:
        one, many = _("Dans votre agenda : %(title)s"), _("Vos %(n)s rendez-vous, pour votre agenda")
    return (one if count == 1 else many) % title
