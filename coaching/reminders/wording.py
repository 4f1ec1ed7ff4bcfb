"""A row of the ledger in plain words: what it is, where it stands, why it was not sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.cairn import clock, day_month
from coaching.cohorts.models import Cohort
from coaching.reminders.coach_mail import Outlook
from coaching.reminders.models import Reminder
from coaching.reminders.querysets import DRAWERS
from coaching.reminders.reading_over import Mail

Words = str | Promise

# One sentence for all three: which of them holds may be the doing of a network the reader does not know of.
ENOUGH = gettext_lazy("la personne a reçu assez de messages ces jours-ci")

BECAUSE: dict[str, Words] = {
    "completed": gettext_lazy("le parcours est terminé"),
    "ended_incomplete": gettext_lazy("la promotion est terminée"),
    "cohort_ended": gettext_lazy("la promotion est terminée"),
    "withdrawn": gettext_lazy("la personne est partie"),
    "replaced": gettext_lazy("la personne a été remplacée"),
    "cancelled": gettext_lazy("l’inscription a été annulée"),
    "paused": gettext_lazy("la personne est en pause"),
    "pause": gettext_lazy("la personne est en pause"),
    "unsubscribed": gettext_lazy("la personne ne veut plus de messages"),
    "bounced": gettext_lazy("l’adresse ne reçoit pas de courriel"),
    "complaint": gettext_lazy("la personne a signalé un message comme indésirable"),
    "muted": gettext_lazy("la personne a choisi de ne rien recevoir"),
    "digest_only": gettext_lazy("la personne a choisi le récapitulatif seul"),
    "switched_off": gettext_lazy("les réglages des relances s’en passent"),
    "softened": gettext_lazy("seul le récapitulatif part pour l’instant dans ce réseau"),
    "activated": gettext_lazy("la personne a déjà commencé"),
    "invited_again": gettext_lazy("une nouvelle invitation l’a remplacé"),
    "not_activated": gettext_lazy("la personne n’a pas encore commencé"),
    "joined_later": gettext_lazy("la personne est arrivée après"),
    "active_this_week": gettext_lazy("la personne a déjà avancé cette semaine"),
    "next_week": gettext_lazy("la personne a préféré la semaine suivante"),
    "nothing_left": gettext_lazy("tout est déjà fait"),
    "session_changed": gettext_lazy("le rendez-vous a changé"),
    "handed_in": gettext_lazy("la mise en pratique est remise, ou sa date a changé"),
    "active_again": gettext_lazy("la personne a repris"),
    "handled": gettext_lazy("son coach s’en est occupé"),
    "not_ended": gettext_lazy("le parcours est encore en cours"),
    "bundled": gettext_lazy("un autre message du même jour le disait déjà"),
    "gap": ENOUGH,
    "day": ENOUGH,
    "cap": ENOUGH,
    "expired": gettext_lazy("il n’avait plus de sens à cette date"),
    "no_slot": gettext_lazy("aucun créneau ouvert ne restait"),
    "week_moved": gettext_lazy("la semaine a changé de date"),
    "already_sent": gettext_lazy("il était déjà parti"),
    "closed_day": gettext_lazy("l’agence est fermée"),
    "public_holiday": gettext_lazy("c’est un jour férié"),
    "blackout": gettext_lazy("la promotion est en congé"),
    "weekend": gettext_lazy("c’est le week-end"),
    "outside_hours": gettext_lazy("l’heure est passée"),
    "archived": gettext_lazy("la promotion est archivée"),
    "recalled": gettext_lazy("son coach l’a annulé"),
    "coach_left": gettext_lazy("son coach n’anime plus cette promotion"),
    "closed": gettext_lazy("un coach l’a classé"),
}
# The same, told to the person themself, where the words differ.
OWN_BECAUSE: dict[str, Words] = {
    "withdrawn": gettext_lazy("vous avez quitté la promotion"),
    "replaced": gettext_lazy("quelqu’un d’autre a repris votre place"),
    "cancelled": gettext_lazy("votre inscription a été annulée"),
    "paused": gettext_lazy("vous étiez en pause"),
    "pause": gettext_lazy("vous étiez en pause"),
    "unsubscribed": gettext_lazy("vous ne vouliez plus de messages"),
    "bounced": gettext_lazy("votre adresse ne reçoit pas de courriel"),
    "complaint": gettext_lazy("vous avez signalé un message comme indésirable"),
    "muted": gettext_lazy("vous avez choisi de ne rien recevoir"),
    "digest_only": gettext_lazy("vous avez choisi le récapitulatif seul"),
    "activated": gettext_lazy("vous aviez déjà commencé"),
    "not_activated": gettext_lazy("vous n’aviez pas encore commencé"),
    "joined_later": gettext_lazy("vous êtes arrivé·e après"),
    "active_this_week": gettext_lazy("vous aviez déjà avancé cette semaine-là"),
    "gap": gettext_lazy("vous aviez reçu assez de messages ces jours-là"),
    "day": gettext_lazy("vous aviez reçu assez de messages ces jours-là"),
    "cap": gettext_lazy("vous aviez reçu assez de messages ces jours-là"),
    "closed_day": gettext_lazy("votre agence est fermée ce jour-là"),
    "recalled": gettext_lazy("votre coach l’a annulé"),
    "coach_left": gettext_lazy("votre coach n’anime plus cette promotion"),
}
# Of a message that waits, where the reason of one that is not sent would read wrongly.
WAITS: dict[str, Words] = {
    "outside_hours": gettext_lazy("on n’écrit qu’aux heures de bureau"),
    "no_slot": gettext_lazy("c’est le prochain créneau ouvert"),
}
TROUBLE: dict[str, Words] = {
    "no_connect": gettext_lazy("la messagerie ne répond pas"),
    "lease_expired": gettext_lazy("l’envoi a été interrompu avant de commencer"),
    "not_written": gettext_lazy("le message n’a pas pu être écrit"),
    "network_cap": gettext_lazy("le réseau a envoyé tout ce qu’il peut en un jour"),
}
TAGS: dict[str, str] = {
    "sent": "ok",
    "uncertain": "warn",
    "dead": "danger",
    "bounced": "danger",
    "due": "info",
}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of a list of messages; `cohort`, with its network, where a coach may read what is to leave."""

    reminder: Reminder
    cohort: Cohort | None = None

    @property
    def person(self) -> str:
        return self.reminder.enrolment.membership.shown_name

    @property
    def place(self) -> str:
        agency = self.reminder.enrolment.membership.agency
        return agency.name if agency else ""

    @property
    def kind(self) -> str:
        return str(self.reminder.get_kind_display())

    @property
    def letter_url(self) -> str:
        """Where it is read before it leaves, for a coach; "" once it has."""
        row, cohort = self.reminder, self.cohort
        if cohort is None or row.state != Reminder.State.DUE:
            return ""
        return reverse("reminders:letter", args=[cohort.network.slug, cohort.public_id, row.public_id])

    @property
    def decide_url(self) -> str:
        """Where a coach decides about one that waits for them; "" for any other."""
        row, cohort = self.reminder, self.cohort
        if cohort is None or row.state not in DRAWERS["to_see"]:
            return ""
        return reverse("reminders:decide", args=[cohort.network.slug, cohort.public_id, row.public_id])

    @property
    def why_url(self) -> str:
        """Where it is explained to a coach; "" on a person's own page, which tells it in place."""
        if self.cohort is None:
            return ""
        where = [self.cohort.network.slug, self.cohort.public_id, self.reminder.public_id]
        return reverse("reminders:explanation", args=where)

    @property
    def tag(self) -> str:
        return str(self.reminder.get_state_display())

    @property
    def tag_kind(self) -> str:
        return TAGS.get(self.reminder.state, "")

    @property
    def sentence(self) -> str:
        """What happened or will happen, with its day, hour and reason."""
        row = self.reminder
        match row.state:
            case "due" if row.reason == "again":
                return _("Renvoi demandé : prévu %(when)s.") % {"when": moment(row.next_try_at)}
            case "due" if row.attempts or row.reason:
                return _("Nouvel essai %(when)s : %(why)s.") % {
                    "when": moment(row.next_try_at),
                    "why": trouble(row.reason),
                }
            case "due":
                return _("Prévu %(when)s.") % {"when": moment(row.next_try_at)}
            case "leased" | "handing":
                return _("En train de partir.")
            case "sent" if row.reason == "received":
                return _("Considéré comme reçu par un coach, %(when)s.") % {"when": moment(row.finished_at)}
            case "sent" if row.delivered_at:
                return _("Remis à sa messagerie %(when)s.") % {"when": moment(row.delivered_at)}
            case "sent":
                return _("Parti %(when)s.") % {"when": moment(row.handed_over_at or row.finished_at)}
            case "uncertain" if row.reason == "restored":
                return _(
                    "Peut-être parti %(when)s : la plateforme a été restaurée depuis, et n’en sait plus "
                    "rien. Rien n’est renvoyé sans vous."
                ) % {"when": moment(row.handed_over_at)}
            case "skipped" if row.reason == "uncertain":
                return _(
                    "Remis %(when)s sans réponse de la messagerie, puis classé : "
                    "les pages disent la même chose."
                ) % {"when": moment(row.handed_over_at)}
            case "uncertain":
                return _(
                    "Remis %(when)s sans réponse de la messagerie : peut-être arrivé, peut-être pas. "
                    "Rien n’est renvoyé sans vous."
                ) % {"when": moment(row.handed_over_at)}
            case "bounced":
                return _("Revenu : la messagerie l’avait pris, puis l’a rendu.")
            case "dead" if row.reason.startswith("smtp_"):
                return _("Refusé par la messagerie : %(why)s.") % {"why": trouble(row.reason)}
            case "dead":
                return _("Abandonné après plusieurs essais : %(why)s.") % {"why": trouble(row.reason)}
        return _("Non envoyé parce que %(why)s.") % {"why": because(row.reason)}


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """One person of a message that is read over: when it leaves, or why not, and the mail itself."""

    outlook: Outlook
    mail: Mail

    @property
    def person(self) -> str:
        return self.outlook.enrolment.membership.shown_name

    @property
    def place(self) -> str:
        agency = self.outlook.enrolment.membership.agency
        return agency.name if agency else ""

    @property
    def is_going(self) -> bool:
        return self.outlook.leaves_at is not None

    @property
    def sentence(self) -> str:
        at, why = self.outlook.leaves_at, self.outlook.because
        if at is None:
            return _("Ne part pas parce que %(why)s.") % {"why": because(why)}
        if not why:
            return _("Part dès que vous l’envoyez.")
        return _("Part %(when)s : %(why)s.") % {"when": moment(at), "why": WAITS.get(why) or because(why)}


def moment(instant: object) -> str:
    """« mardi 24 novembre à 8 h 45 », on the reader's clock."""
    return _("%(day)s à %(time)s") % {"day": day_month(instant), "time": clock(instant)}  # type: ignore[arg-type]


def because(code: str) -> str:
    return str(BECAUSE.get(code, gettext_lazy("la règle a changé")))


def own_because(code: str) -> str:
    return str(OWN_BECAUSE.get(code, "")) or because(code)


def trouble(code: str) -> str:
    """An SMTP answer, or what went wrong before it."""
    if code.startswith("smtp_"):
        return _("réponse %(code)s") % {"code": code.removeprefix("smtp_")}
    return str(TROUBLE.get(code, gettext_lazy("la messagerie ne répond pas")))
