"""Calendar objects as RFC 5545 and 5546 want them: plain events in, bytes out. No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText, vUri

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Cairn//Cairn calendar//{}"
REFRESH = dt.timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Guest:
    """The person an invitation is for."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event; instants are aware, text is in the reader's language, nothing private is in it.

    `changed_at` is when it last changed (DTSTAMP of a feed, LAST-MODIFIED).
    """

    uid: str
    sequence: int
    starts_at: dt.datetime
    minutes: int
    title: str
    text: str = ""
    url: str = ""
    is_cancelled: bool = False
    changed_at: dt.datetime | None = None

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)


def calendar_object(
    events: Iterable[CalendarEvent],
    method: Method,
    *,
    stamped_at: dt.datetime,
    organizer: Guest,
    language: str,
    guest: Guest | None = None,
    name: str = "",
) -> bytes:
    """One iCalendar stream, lines folded and ended as the RFC says.

    REQUEST and CANCEL are mailed and name their guest; a feed or a file is a PUBLISH, which never does.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(language.upper()))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    if method == "PUBLISH":
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_event(event, method, stamped_at, organizer, guest, language))
    return bytes(calendar.to_ical())


def _event(
    event: CalendarEvent,
    method: Method,
    stamped_at: dt.datetime,
    organizer: Guest,
    guest: Guest | None,
    language: str,
) -> Event:
    """Times in UTC: a clock change needs no table of time zones, and every programme reads it."""
    found = Event()
    found.add("uid", event.uid)
    found.add("sequence", event.sequence)
    found.add("dtstamp", stamped_at.astimezone(dt.UTC))
    found.add("dtstart", event.starts_at.astimezone(dt.UTC))
    found.add("dtend", event.ends_at.astimezone(dt.UTC))
    found.add("summary", event.title, parameters={"LANGUAGE": language})
    if event.text:
        found.add("description", event.text, parameters={"LANGUAGE": language})
    if event.url:
        found.add("location", event.url)
        found["url"] = vUri(event.url)
    if event.changed_at:
        found.add("last-modified", event.changed_at.astimezone(dt.UTC))
    is_cancelled = method == "CANCEL" or event.is_cancelled
    found.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    found.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    found["organizer"] = _address(organizer)
    if guest is not None and method != "PUBLISH":
        found.add("attendee", _attendee(guest), encode=False)
    return found


def _address(who: Guest) -> vCalAddress:
    address = vCalAddress(f"mailto:{who.email}")
    if who.name:
        address.params["CN"] = vText(who.name)
    return address


def _attendee(guest: Guest) -> vCalAddress:
    """No answer is asked for: nobody reads who accepts an invitation."""
    address = _address(guest)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("FALSE")
    return address
