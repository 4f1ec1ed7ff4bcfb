"""Whom a coach should contact, why, since when, and what to say. Rules of domain.md 4.4; no query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import day_month, minutes
from agencies.public_id import new_public_id
from coaching.adoption.attendance import attendance_rate, missed_in_a_row
from coaching.adoption.facts import Person
from coaching.adoption.ladder import FAR_PACE_POINTS, Risk, RiskReason, risk
from coaching.cohorts.attending import AttendanceFacts
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.programmes.outline import StepOutline

# After a noted exchange the person leaves the queue and has this many working days to pick up.
QUIET_WORKING_DAYS = 10
QUIET_AFTER_ATTEMPT = 3  # nobody answered: one tries again sooner


@dataclass(frozen=True)
class Followed:
    """A person in the coach's eyes: figures, reasons, the last exchange, the next step."""

    person: Person
    last_contact: CoachContact | None = None
    help_asked_at: dt.datetime | None = None
    next_step: StepOutline | None = None
    recent: tuple[CoachContact, ...] = ()  # the last exchanges, where a page unfolds them
    attendance: AttendanceFacts = field(default_factory=AttendanceFacts)

    @cached_property
    def form_key(self) -> str:
        """What a form of this person's row carries, so that sent twice it notes one exchange."""
        return new_public_id()

    @property
    def enrolment(self) -> Enrolment:
        return self.person.enrolment

    @cached_property
    def risk(self) -> Risk:
        """R1 to R5, each with its day; somebody who never started is not also "behind"."""
        missed, since = missed_in_a_row(self.attendance)
        facts = replace(
            self.person.risk_facts,
            asked_for_help_on=self._help_on,
            missed_sessions_in_a_row=missed,
            missed_since=since.astimezone(self.person.cohort.zone).date() if since else None,
        )
        found = risk(facts, self.person.today)
        if any(reason.code == "R1" for reason in found.reasons):
            return replace(found, reasons=tuple(each for each in found.reasons if each.code != "R3"))
        return replace(found, reasons=tuple(map(self._dated, found.reasons)))

    @property
    def attended_words(self) -> str:
        """« 2 sur 3 » sessions; "" while none was held."""
        rate = attendance_rate(self.attendance)
        (part,) = rate.parts
        if rate.value is None:
            return ""
        return _("%(attended)d sur %(held)d") % {"attended": part.value, "held": part.of}

    @property
    def _help_on(self) -> dt.date | None:
        return self.help_asked_at.astimezone(self.person.cohort.zone).date() if self.help_asked_at else None

    def _dated(self, reason: RiskReason) -> RiskReason:
        return replace(reason, since=far_since(self.person)) if reason.code == "R3" else reason

    @property
    def since(self) -> dt.date:
        """The day the oldest reason began, or the day a call was promised for."""
        days = [reason.since for reason in self.risk.reasons]
        return min([*days, self.call_due_on] if self.call_due_on else days)

    @property
    def is_quiet(self) -> bool:
        """Somebody spoke to them lately: time to let it work, unless they called since."""
        if self.last_contact is None:
            return False
        if self.help_asked_at and self.help_asked_at > self.last_contact.happened_at:
            return False
        if self.last_contact.call_back_on is not None:
            return self.person.today < self.last_contact.call_back_on
        zone = self.person.cohort.zone
        waited = self.person.working.between(
            self.last_contact.happened_at.astimezone(zone).date(), self.person.today
        )
        was_attempt = self.last_contact.kind == CoachContact.Kind.ATTEMPT
        return waited < (QUIET_AFTER_ATTEMPT if was_attempt else QUIET_WORKING_DAYS)

    @property
    def call_due_on(self) -> dt.date | None:
        """The day for which a call was promised, once it has come; the next noted exchange keeps it."""
        contact, person = self.last_contact, self.person
        if contact is None or contact.call_back_on is None or contact.call_back_on > person.today:
            return None
        return contact.call_back_on if person.is_live and person.pause is None else None

    @property
    def is_unreachable(self) -> bool:
        """Not there yet, and the address takes no mail: that is to be mended first, among the invitations."""
        return self.enrolment.membership.joined_at is None and self.enrolment.is_address_refused

    @property
    def is_to_contact(self) -> bool:
        if self.is_unreachable:
            return False
        return self.call_due_on is not None or (self.risk.is_at_risk and not self.is_quiet)

    @property
    def progress_percent(self) -> int | None:
        return percent(self.person.figures.progress.value)

    @property
    def is_content_updated(self) -> bool:
        """Whether progress stands where a change of version found it, the new sum being longer (4.8)."""
        return self.person.figures.progress.part("content_updated") is not None

    @property
    def expected_percent(self) -> int | None:
        return percent(self.person.figures.expected.value)

    @property
    def situation(self) -> tuple[str, str]:
        """The words of the tag and its kind: ok, warn, info or nothing."""
        return _situation(self)

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Each reason in three words, with the kind of its tag: what somebody asked for is no worry."""
        found = [(_tag(reason), "info" if reason.code == "R5" else "warn") for reason in self.risk.reasons]
        if self.call_due_on is not None:
            text = _("Rappel promis pour %(day)s") % {"day": day_month(self.call_due_on)}
            found.insert(0, (text, "info"))
        return found

    @property
    def advice(self) -> str:
        """Where the person stands, and one kind sentence to start with."""
        return " ".join(part for part in (_standing(self), _suggestion(self)) if part)


def percent(ratio: float | None) -> int | None:
    """A whole number for the screen; null stays null."""
    return None if ratio is None else int(100 * ratio + 0.5)


def far_since(person: Person) -> dt.date:
    """The due day that took the person more than 25 points away from what was expected."""
    zone, due = person.cohort.zone, 0
    total = person.facts.total_minutes
    for week in sorted(person.facts.weeks, key=lambda each: each.due_at):
        due += week.minutes
        if total and 100 * (person.facts.done_minutes - due) / total < FAR_PACE_POINTS:
            return min(week.due_at.astimezone(zone).date(), person.today)
    return person.today


def _tag(reason: RiskReason) -> str:
    value = abs(round(reason.value))
    if reason.code == "R1":
        return ngettext(
            "Pas commencé, %(count)s jour ouvré", "Pas commencé, %(count)s jours ouvrés", value
        ) % {"count": value}
    if reason.code == "R2":
        return ngettext("%(count)s jour ouvré sans étape", "%(count)s jours ouvrés sans étape", value) % {
            "count": value
        }
    if reason.code == "R3":
        return ngettext("%(count)s point sous le rythme", "%(count)s points sous le rythme", value) % {
            "count": value
        }
    if reason.code == "R4":
        return ngettext("%(count)s séance manquée", "%(count)s séances manquées", value) % {"count": value}
    return _("A demandé un coup de main")


def _standing(followed: Followed) -> str:
    step, sent = followed.next_step, followed.enrolment.reminders_sent
    parts = []
    if followed.enrolment.activated_at is None:
        joined = followed.enrolment.membership.joined_at is not None
        parts.append(
            _("Compte ouvert, première étape à faire.") if joined else _("Compte pas encore ouvert.")
        )
    elif step is not None:
        parts.append(_("Prochaine étape : « %(title)s ».") % {"title": title_of(step)})
    if sent:
        parts.append(ngettext("Une relance envoyée.", "%(count)s relances envoyées.", sent) % {"count": sent})
    return " ".join(parts)


def _suggestion(followed: Followed) -> str:
    step, codes = followed.next_step, [reason.code for reason in followed.risk.reasons]
    duration = {"duration": minutes(step.minutes)} if step else {}
    if "R5" in codes:
        return _("Appelez, et commencez par écouter.")
    if "R1" in codes:
        if followed.enrolment.membership.joined_at is None:
            return _("Demandez si l’invitation est bien arrivée, et proposez de l’ouvrir ensemble.")
        return _("Proposez de faire le premier pas ensemble, au téléphone.")
    if not codes and followed.risk.level != "watch":
        return ""  # on pace: nothing to suggest
    if step is None:
        return _("Prenez des nouvelles, sans parler du parcours d’abord.")
    if "R2" in codes:
        return _("Prenez des nouvelles d’abord : sa reprise tient en %(duration)s.") % duration
    return _("Proposez de choisir ensemble une seule étape pour cette semaine, %(duration)s.") % duration


def title_of(step: StepOutline) -> str:
    """A step's title in the reader's language."""
    return step.title.in_language(get_language() or "fr")


def _situation(followed: Followed) -> tuple[str, str]:
    person, status = followed.person, followed.person.status
    if person.pause is not None and not followed.help_asked_at:
        return _("En pause"), "info"
    if status not in (Enrolment.Status.INVITED, Enrolment.Status.ACTIVE) and not followed.risk.is_at_risk:
        is_done = status == Enrolment.Status.COMPLETED
        return str(Enrolment.Status(status).label), "ok" if is_done else ""
    if followed.risk.is_at_risk:
        return _("À épauler"), "warn"
    if person.facts.activated_on is None:
        return _("Invitation en attente"), ""
    if followed.risk.level == "watch":
        return _("À accompagner"), ""
    return _("Au rythme"), "ok"


def to_contact(followed: list[Followed]) -> list[Followed]:
    """The queue: whoever has waited longest comes first."""
    return sorted(
        (each for each in followed if each.is_to_contact), key=lambda each: (each.since, each.person.name)
    )


def with_next_steps(followed: list[Followed], done: Mapping[int, frozenset[str]]) -> list[Followed]:
    """The same people, each with the first step left open (`done`: enrolment id -> addresses)."""
    return [
        replace(
            each,
            next_step=each.person.cohort.outline.first_open(
                done.get(each.enrolment.pk, frozenset()), each.person.cohort.network.sector
            ),
        )
        for each in followed
    ]
