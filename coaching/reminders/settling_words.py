"""Messages that wait for a coach, in plain words: what happened, what may have arrived, what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.cohorts.models import Cohort
from coaching.reminders.models import Reminder, Settlement
from coaching.reminders.settling import Action, is_undoable, may
from coaching.reminders.wording import MessageRow, moment

DECISIONS_SHOWN = 10
DECISIONS_READ = 100


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One message that waits; the cohort comes with its network, the message with its person."""

    reminder: Reminder
    cohort: Cohort
    now: dt.datetime
    was_in_doubt: bool = False  # sent again while nobody knew whether it had arrived

    @property
    def told(self) -> MessageRow:
        return MessageRow(self.reminder, self.cohort)

    @property
    def state(self) -> str:
        return str(self.reminder.get_state_display())

    @property
    def planned(self) -> str:
        return moment(self.reminder.due_at)

    def may(self, action: str) -> bool:
        return may(action, self.reminder, self.now)

    @property
    def may_again(self) -> bool:
        return self.may(Action.AGAIN)

    @property
    def may_received(self) -> bool:
        return self.may(Action.RECEIVED)

    @property
    def may_closed(self) -> bool:
        return self.may(Action.CLOSED)

    @property
    def may_double(self) -> bool:
        return self.was_in_doubt or self.reminder.state == Reminder.State.UNCERTAIN

    @property
    def received(self) -> str:
        """What the person may have got."""
        match self.reminder.state:
            case "uncertain":
                return _("La personne l’a peut-être reçu. Renvoyé, il peut arriver deux fois.")
            case "dead" if self.was_in_doubt:
                return _("La personne l’a peut-être reçu la première fois ; le renvoi n’est pas parti.")
            case "bounced":
                return _("La personne ne l’a pas reçu.")
            case "dead":
                return _("La personne n’a rien reçu de ce message.")
        return ""

    @property
    def advice(self) -> str:
        """What to do about it, or ""."""
        row = self.reminder
        if self.is_address_refused:
            return _("Son adresse ne prend pas de courriel : corrigez-la d’abord.")
        if row.state == "bounced":
            return _("Vérifiez son adresse avec elle, puis classez ce message.")
        if row.state in ("uncertain", "dead") and not self.may_again:
            return _("Sa date est passée : il ne se renvoie plus.")
        if row.state == "uncertain":
            return _("Le plus sûr est de lui demander.")
        return ""

    @property
    def is_address_refused(self) -> bool:
        enrolment = self.reminder.enrolment
        enrolment.network = self.cohort.network
        return enrolment.is_address_refused

    @property
    def fix_url(self) -> str:
        """Where the address is mended; "" when it is not what is wrong."""
        if not self.is_address_refused and self.reminder.state != Reminder.State.BOUNCED:
            return ""
        ids = [self.cohort.network.slug, self.cohort.public_id, self.reminder.enrolment.public_id]
        return reverse("cohorts:correct_address", args=ids)

    @property
    def url(self) -> str:
        """Its own page."""
        ids = [self.cohort.network.slug, self.cohort.public_id, self.reminder.public_id]
        return reverse("reminders:decide", args=ids)


@dataclass(slots=True)
class Decision:
    """What one coach decided at one instant, about one message or several."""

    first: Settlement
    count: int = 0
    is_undoable: bool = False

    @property
    def key(self) -> str:
        return self.first.public_id

    @property
    def sentence(self) -> str:
        return done_words(self.first.action, self.count)

    @property
    def whom(self) -> str:
        """The person, when it is one message."""
        return self.first.reminder.enrolment.membership.shown_name if self.count == 1 else ""

    @property
    def by(self) -> str:
        return _("%(coach)s, %(when)s") % {
            "coach": self.first.coach.shown_name,
            "when": moment(self.first.settled_at),
        }


def sent_again_in_doubt(rows: Sequence[Reminder]) -> set[int]:
    """Ids of those that a coach had sent again while they were uncertain; one query, needs the scope."""
    again = Settlement.objects.filter(
        reminder__in=[row.pk for row in rows], action=Action.AGAIN, from_state=Reminder.State.UNCERTAIN
    )
    return set(again.values_list("reminder_id", flat=True))


def recent_decisions(cohort: Cohort) -> list[Decision]:
    """The last decisions about a cohort's messages, the latest first; one query, needs the scope."""
    rows = Settlement.objects.of_cohort(cohort).with_message().order_by("-pk")[:DECISIONS_READ]
    found: list[Decision] = []
    seen: set[int] = set()
    for row in rows:
        if not found or not found[-1].first.belongs_with(row):
            found.append(Decision(row))
        found[-1].count += 1
        # The first one met is the message's last: an earlier decision is taken back no more.
        found[-1].is_undoable |= row.reminder_id not in seen and is_undoable(row)
        seen.add(row.reminder_id)
    return found[:DECISIONS_SHOWN]


def done_words(action: str, count: int) -> str:
    match action:
        case Action.AGAIN:
            text = ngettext(
                "%(count)s message renvoyé : il part à la prochaine heure ouverte, s’il a encore sa raison.",
                "%(count)s messages renvoyés : ils partent à la prochaine heure ouverte, s’ils ont encore "
                "leur raison.",
                count,
            )
        case Action.RECEIVED:
            text = ngettext(
                "%(count)s message considéré comme reçu.",
                "%(count)s messages considérés comme reçus.",
                count,
            )
        case Action.CLOSED:
            text = ngettext("%(count)s message classé.", "%(count)s messages classés.", count)
        case _other:
            text = ngettext(
                "%(count)s message attend de nouveau.", "%(count)s messages attendent de nouveau.", count
            )
    return text % {"count": count}
