"""Why a message is, why at that hour, what became of it, why not: from what its row keeps, in sentences."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.cairn import clock, day_month
from coaching.reminders.facts import UNCAPPED
from coaching.reminders.models import Reminder, ReminderAttempt
from coaching.reminders.moves import Move, caps_of_policy, read_moves
from coaching.reminders.policy import DEFAULT_POLICY, SEVEN_DAYS
from coaching.reminders.wording import WAITS, Words, because, moment, own_because

# What each kind is for: true of those that left and of those that did not.
WHY: dict[str, Words] = {
    "invitation": gettext_lazy("Une invitation part à chaque personne quand la promotion est lancée."),
    "invitation_followup": gettext_lazy("Une nouvelle invitation part quand la première reste sans réponse."),
    "weekly_digest": gettext_lazy("Un récapitulatif part quand une semaine s’ouvre."),
    "midweek_nudge": gettext_lazy("Un petit rappel part en milieu de semaine, quand rien n’est encore fait."),
    "coach_message": gettext_lazy("Un coach l’a écrit, à une ou quelques personnes."),
    "coach_circular": gettext_lazy("Un coach l’a écrit, à plusieurs personnes."),
    "session_invite": gettext_lazy("Les rendez-vous partent pour l’agenda, une fois le compte ouvert."),
    "session_update": gettext_lazy("Un rendez-vous qui change part pour l’agenda dès que c’est décidé."),
    "session_cancel": gettext_lazy("Un rendez-vous qui n’a plus lieu est repris de l’agenda."),
    "session_soon": gettext_lazy("Un rappel part quand un rendez-vous approche."),
    "session_today": gettext_lazy("Un rappel part le jour d’un rendez-vous."),
    "practice_due": gettext_lazy("Un rappel part quand une mise en pratique arrive à sa date."),
    "comeback": gettext_lazy("Un message propose de reprendre quand rien n’a été fait depuis quelque temps."),
    "follow_up": gettext_lazy("Un message part quelques semaines après la fin du parcours."),
    "encouragement": gettext_lazy("Un encouragement de la direction régionale part quand elle le demande."),
}
ALSO: dict[str, Words] = {
    "weekly_digest": gettext_lazy("Il porte aussi le récapitulatif de la semaine, pour n’en faire qu’un."),
    "manager_notice": gettext_lazy("Il annonce aussi ce que la direction régionale verra, et quand."),
}
USUAL: dict[str, Words] = {
    "caught_up": gettext_lazy("Son heure habituelle était passée : il part dès que possible."),
    "not_open_yet": gettext_lazy("À son heure habituelle, la semaine n’était pas encore ouverte."),
    "outside_hours": gettext_lazy("On n’écrit qu’aux heures de bureau."),
}
STAGES: dict[str, Words] = {
    "accepted": gettext_lazy("la messagerie l’a pris"),
    "connect": gettext_lazy("la messagerie ne répond pas"),
    "address": gettext_lazy("la messagerie refuse l’adresse"),
    "data": gettext_lazy("la messagerie refuse le message"),
    "no_answer": gettext_lazy("aucune réponse : peut-être arrivé, peut-être pas"),
}
NOT_SENT = ("skipped", "cancelled")
SHIPPED = caps_of_policy(DEFAULT_POLICY)
A_MINUTE = dt.timedelta(minutes=1)
AN_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Explanation:
    """Sentences by question; a question without an answer is not asked."""

    why: tuple[str, ...]
    when: tuple[str, ...]
    what: tuple[str, ...]
    why_not: tuple[str, ...]


def explain(
    row: Reminder,
    tries: Sequence[ReminderAttempt],
    counted: Sequence[Reminder],
    *,
    is_own: bool = False,
) -> Explanation:
    """One message. `counted` are the person's messages of this cohort that left and count for the caps."""
    moves = read_moves(row.moves)
    refusal = moves[-1] if moves and row.state in NOT_SENT and moves[-1].because == row.reason else None
    waits = moves[:-1] if refusal else moves
    others = [each for each in counted if each.pk != row.pk]
    return Explanation(
        why=tuple(_why(row)),
        when=tuple(dict.fromkeys(_when(row, waits, others, is_own=is_own))),  # the same rule once
        what=tuple(_what(row, tries)),
        why_not=tuple(_why_not(row, refusal, others, is_own=is_own)),
    )


def explained(rows: Sequence[Reminder], *, is_own: bool = False) -> list[Explanation]:
    """The same for several, in the same order; two queries for any number of them."""
    tries: defaultdict[int, list[ReminderAttempt]] = defaultdict(list)
    tried = ReminderAttempt.objects.filter(reminder__in=[row.pk for row in rows])
    for each in tried.order_by("number", "id"):
        tries[each.reminder_id].append(each)
    counted: defaultdict[int, list[Reminder]] = defaultdict(list)
    people = {row.enrolment_id for row in rows}
    left = Reminder.objects.filter(enrolment_id__in=people, handed_over_at__isnull=False)
    for row in left.exclude(kind__in=UNCAPPED).order_by("handed_over_at", "id"):
        counted[row.enrolment_id].append(row)
    return [explain(row, tries[row.pk], counted[row.enrolment_id], is_own=is_own) for row in rows]


def _why(row: Reminder) -> Iterator[str]:
    yield str(WHY[row.kind])
    yield from (str(ALSO[reason]) for reason in row.reasons[1:] if reason in ALSO)


def _when(
    row: Reminder, waits: Sequence[Move], counted: Sequence[Reminder], *, is_own: bool
) -> Iterator[str]:
    wished = dt.datetime.fromisoformat(row.local_due)
    yield _("Prévu le %(day)s à %(time)s, heure de l’agence ; inscrit %(made)s.") % {
        "day": day_month(wished.date()),
        "time": clock(wished.time()),
        "made": moment(row.created_at),
    }
    spread = abs(row.due_at - wished.replace(tzinfo=ZoneInfo(row.time_zone)))
    if A_MINUTE < spread < AN_HOUR:
        yield _("Les messages se répartissent autour de l’heure : celui-ci était prêt %(at)s.") % {
            "at": moment(row.due_at)
        }
    for each in waits:
        yield _wait(each, is_own=is_own)
        yield from _cap(each, row, counted)
    if row.state == Reminder.State.DUE and row.next_try_at > row.due_at:
        yield _("Prochain essai %(at)s.") % {"at": moment(row.next_try_at)}


def _wait(each: Move, *, is_own: bool) -> str:
    words = WAITS.get(each.because) or _because(each.because, is_own=is_own)
    if each.at is None or each.until is None:
        usual = USUAL.get(each.because)
        return str(usual) if usual else _("Pas à son heure habituelle : %(why)s.") % {"why": words}
    return _("%(at)s, remis à %(until)s : %(why)s.") % {
        "at": _capital(moment(each.at)),
        "until": moment(each.until),
        "why": words,
    }


def _because(code: str, *, is_own: bool) -> str:
    return own_because(code) if is_own else because(code)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cap(each: Move, row: Reminder, counted: Sequence[Reminder]) -> Iterator[str]:
    """The caps that held, and the messages of this cohort that counted; of others nothing is told."""
    if not each.is_cap:
        return
    if each.messages:
        is_shipped = (each.messages, each.hours) == SHIPPED
        yield _(
            "La règle : au plus %(messages)s messages en 7 jours et %(hours)s heures entre deux ; %(origin)s."
        ) % {
            "messages": each.messages,
            "hours": each.hours,
            "origin": _("c’est la valeur livrée avec Cairn")
            if is_shipped
            else _("c’est une valeur réglée depuis"),
        }
    at = each.at or row.due_at
    named = [
        _("%(kind)s, %(at)s") % {"kind": other.get_kind_display(), "at": moment(other.handed_over_at)}
        for other in counted
        if other.handed_over_at and abs(at - other.handed_over_at) < SEVEN_DAYS
    ]
    if named:
        yield _("De cette promotion comptait : %(messages)s.") % {"messages": _(" ; ").join(named)}


def _what(row: Reminder, tries: Sequence[ReminderAttempt]) -> Iterator[str]:
    for each in tries:
        yield _("Essai %(number)s, %(at)s : %(what)s%(code)s.") % {
            "number": each.number,
            "at": moment(each.started_at),
            "what": STAGES.get(each.stage, STAGES["connect"]),
            "code": _(" (réponse %(code)s)") % {"code": each.smtp_code} if each.smtp_code else "",
        }
    if row.delivered_at:
        yield _("Arrivé dans la boîte %(at)s.") % {"at": moment(row.delivered_at)}
    match row.state:
        case "sent":
            yield _("Décidé une dernière fois juste avant de partir : rien ne s’y opposait.")
        case "bounced":
            yield _("Il est revenu après son départ : l’adresse ne reçoit pas de courriel.")
        case "dead":
            yield _("Il n’est pas arrivé, et n’est plus essayé.")
        case "uncertain":
            yield _("Rien n’est renvoyé sans qu’une personne en décide.")
        case "due" if row.attempts:
            yield ngettext("%(n)s essai jusqu’ici.", "%(n)s essais jusqu’ici.", row.attempts) % {
                "n": row.attempts
            }


def _why_not(
    row: Reminder, refusal: Move | None, counted: Sequence[Reminder], *, is_own: bool
) -> Iterator[str]:
    if row.state not in NOT_SENT:
        return
    yield _("%(at)s, au moment de décider : %(why)s.") % {
        "at": _capital(moment(row.finished_at)),
        "why": _because(row.reason, is_own=is_own),
    }
    if refusal:
        yield from _cap(refusal, row, counted)
    if row.reason == "expired":
        yield _("Il pouvait partir jusqu’au %(at)s.") % {"at": moment(row.expires_at)}
