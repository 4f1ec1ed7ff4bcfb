"""What was found about the installation's mail, in a sentence each: the page and the command say the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.reminders.health import BEAT_LASTS, BROKER_BEATS, Facts, Finding

OK: dict[str, str | Promise] = {
    "database": gettext_lazy("La base de données répond."),
    "migrations": gettext_lazy("La base de données a la forme de cette version."),
    "heartbeat": gettext_lazy("L’horloge et le travailleur du courrier donnent signe de vie."),
    "held": gettext_lazy("Cette installation a le droit d’envoyer."),
    "gate": gettext_lazy("Le serveur de messagerie, ou le prestataire, se laisse joindre."),
    "capped": gettext_lazy("Aucun réseau n’a atteint ce qu’il peut envoyer en un jour."),
    "due": gettext_lazy("Aucun message n’attend qu’on le prenne depuis plus d’un quart d’heure."),
    "planning": gettext_lazy("Le calendrier de chaque personne est relu à son heure."),
    "uncertain": gettext_lazy("Aucune remise n’est incertaine depuis plus d’un jour."),
    "silence": gettext_lazy("Aucun silence suspect : ce qui devait partir part."),
}
PARTS: dict[str, str | Promise] = {
    "tick": gettext_lazy("Horloge"),
    "mail": gettext_lazy("Travailleur du courrier"),
    "provider_webhook": gettext_lazy("Réponses du prestataire"),
    "sweep": gettext_lazy("Balayage"),
}
HELD: dict[str, str | Promise] = {
    "other_instance": gettext_lazy(
        "Rien ne part : cette base de données appartient à une autre installation. Si c’est bien la vôtre, "
        "donnez-lui son INSTANCE_ID."
    ),
    "restored": gettext_lazy(
        "Rien ne part : cette base de données a été restaurée. Lancez « manage.py post_restore »."
    ),
    "disabled": gettext_lazy("Rien ne part : l’envoi a été arrêté par l’exploitant."),
}


@dataclass(frozen=True, slots=True)
class Beat:
    """One part of the machine, and when it last gave a sign of life."""

    name: str
    age: str
    is_late: bool

    @property
    def part(self) -> str:
        return str(PARTS.get(self.name, self.name))


def sentence(found: Finding, now: dt.datetime | None) -> str:
    """`now` is the instant of the facts, None when there are none."""
    if found.is_ok:
        if found.code == "brokerless":
            return _("Les messages partent par balayage, sans courtier.")
        return str(OK[found.name])
    since = age_words(now - found.since) if now and found.since else ""
    match found.name:
        case "database":
            return _("La base de données ne répond pas.")
        case "migrations":
            return _("La base de données n’a pas la forme de cette version : lancez « manage.py migrate ».")
        case "heartbeat":
            return _silent_parts(found.code, since)
        case "held":
            return str(HELD.get(found.code, found.code))
        case "gate":
            return _("Personne ne répond : %(gates)s. Un travailleur essaie chaque minute.") % {
                "gates": found.code.replace(",", ", ")
            }
        case "capped":
            text = ngettext(
                "%(count)s message attend : son réseau a atteint ce qu’il peut envoyer en un jour.",
                "%(count)s messages attendent : leur réseau a atteint ce qu’il peut envoyer en un jour.",
                found.count,
            )
        case "due":
            text = ngettext(
                "%(count)s message attend qu’on le prenne, depuis %(since)s.",
                "%(count)s messages attendent qu’on les prenne, le premier depuis %(since)s.",
                found.count,
            )
        case "planning":
            text = ngettext(
                "Le calendrier de %(count)s personne aurait dû être relu il y a %(since)s.",
                "Le calendrier de %(count)s personnes aurait dû être relu, le premier il y a %(since)s.",
                found.count,
            )
        case "uncertain":
            text = ngettext(
                "%(count)s remise est incertaine depuis plus d’un jour : un coach doit décider.",
                "%(count)s remises sont incertaines depuis plus d’un jour : un coach doit décider.",
                found.count,
            )
        case _silence:
            return _silence_words(found.count, since)
    return text % {"count": found.count, "since": since}


def _silent_parts(code: str, since: str) -> str:
    parts = {"parts": code.replace(",", " + "), "since": since}
    if not since:
        return _("Aucun signe de vie (%(parts)s) : le courtier et les travailleurs tournent-ils ?") % parts
    text = _(
        "Aucun signe de vie (%(parts)s) depuis %(since)s : le courtier et les travailleurs tournent-ils ?"
    )
    return text % parts


def _silence_words(count: int, since: str) -> str:
    if not since:
        text = ngettext(
            "Aucun message n’est jamais parti alors que %(count)s était attendu.",
            "Aucun message n’est jamais parti alors que %(count)s étaient attendus.",
            count,
        )
    else:
        text = ngettext(
            "Aucun message n’est parti depuis %(since)s alors que %(count)s était attendu.",
            "Aucun message n’est parti depuis %(since)s alors que %(count)s étaient attendus.",
            count,
        )
    return text % {"count": count, "since": since}


def beats_of(facts: Facts) -> list[Beat]:
    """Signs of life, those of the broker first; one that never came says so."""
    names = [*BROKER_BEATS, *sorted(set(facts.beats) - set(BROKER_BEATS))]
    return [_beat(name, facts) for name in names]


def _beat(name: str, facts: Facts) -> Beat:
    at = facts.beats.get(name)
    if at is None:
        return Beat(name, _("jamais"), is_late=True)
    age = facts.now - at
    return Beat(name, age_words(age), is_late=name in BROKER_BEATS and age > BEAT_LASTS)


def age_words(age: dt.timedelta) -> str:
    """« 40 s », « 12 min », « 5 h », « 3 j »."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 120:
        return _("%(count)s s") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)s min") % {"count": seconds // 60}
    if seconds < 172_800:
        return _("%(count)s h") % {"count": seconds // 3600}
    return _("%(count)s j") % {"count": seconds // 86_400}
