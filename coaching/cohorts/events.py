"""Sessions and talks as events of somebody's calendar, in their language; from rows, no query."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import typo
from agencies.models import Network
from coaching.cohorts.ical import CalendarEvent, Guest
from coaching.cohorts.models import Appointment, Cohort, Enrolment, LiveSession
from coaching.cohorts.own_sessions import OwnSession, event_uid


def session_uid(enrolment: Enrolment, key: str) -> str:
    """One event per person and session, whichever slot they come to."""
    return event_uid("enrolment", enrolment.public_id, key)


def site_address() -> str:
    """The address that mails come from, which is no person's."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def organizer_of(network: Network) -> Guest:
    """Whom an event comes from: the network by name, at the site's own address."""
    return Guest(network.name, site_address())


def session_event(enrolment: Enrolment, own: OwnSession, network: Network, cohort: Cohort) -> CalendarEvent:
    """A head's event of one session."""
    return _event(
        session_uid(enrolment, own.session.key),
        own.sequence,
        own.session,
        own.session.title,
        _("Séance en direct de votre promotion « %(cohort)s ».") % {"cohort": cohort.name},
        reverse("learning:together_session", args=[network.slug, own.session.public_id]),
    )


def talk_event(enrolment: Enrolment, talk: Appointment, network: Network) -> CalendarEvent:
    """A head's event of their one-to-one."""
    return _event(
        session_uid(enrolment, talk.key),
        talk.sequence,
        talk,
        _("Entretien individuel"),
        _("%(minutes)d minutes avec votre coach.") % {"minutes": talk.minutes},
        reverse("learning:together", args=[network.slug]),
    )


def coach_session_event(session: LiveSession, network: Network, cohort: Cohort) -> CalendarEvent:
    """A coach's event of one slot."""
    return _event(
        event_uid("slot", session.public_id),
        session.sequence,
        session,
        f"{network.name} · {session.title}",
        _("Promotion « %(cohort)s ».") % {"cohort": cohort.name},
        reverse("cohorts:session", args=[network.slug, cohort.public_id, session.public_id]),
    )


def coach_talk_event(talk: Appointment, network: Network, cohort: Cohort) -> CalendarEvent:
    """A coach's event of one talk: they see whose it is, or that it is still free."""
    who = talk.enrolment.membership.shown_name if talk.enrolment else _("créneau libre")
    return _event(
        event_uid("talk", talk.public_id),
        talk.sequence,
        talk,
        _("%(network)s · Entretien : %(who)s") % {"network": network.name, "who": who},
        _("Promotion « %(cohort)s ».") % {"cohort": cohort.name},
        reverse("cohorts:talks", args=[network.slug, cohort.public_id]),
    )


def _event(
    uid: str, sequence: int, row: LiveSession | Appointment, title: str, text: str, path: str
) -> CalendarEvent:
    return CalendarEvent(
        uid=uid,
        sequence=sequence,
        starts_at=row.starts_at,
        minutes=row.minutes,
        title=str(typo(title)),
        text="\n".join(_lines(str(typo(text)), row.join_url, settings.BASE_URL + path)),
        url=row.join_url,
        is_cancelled=row.cancelled_at is not None,
    )


def _lines(text: str, join_url: str, page_url: str) -> Iterable[str]:
    yield text
    if join_url:
        yield str(typo(_("Rejoindre : %(url)s") % {"url": join_url}))
    yield str(typo(_("Dans Cairn : %(url)s") % {"url": page_url}))
