"""A change of a cohort in words: its title, what it asks, why it is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.cairn import day_month
from coaching.cohorts.models import CohortChange

Kind = CohortChange.Kind


@dataclass(frozen=True)
class Asked:
    """The page of one kind of change."""

    slug: str
    icon: str
    title: Any
    lead: Any
    confirm: Any


ASKED = {
    each.slug: each
    for each in (
        Asked(
            "close-days",
            "calendar-plus",
            gettext_lazy("Une pause pour tout le monde"),
            gettext_lazy("Pendant ces jours, rien ne s’ouvre, rien ne se termine et aucun message ne part."),
            gettext_lazy("Donner cette pause"),
        ),
        Asked(
            "shift",
            "calendar-days",
            gettext_lazy("Décaler la suite"),
            gettext_lazy("Tout ce qui est à venir recule d’autant de semaines ; ce qui est passé reste."),
            gettext_lazy("Décaler"),
        ),
        Asked(
            "extend",
            "clock",
            gettext_lazy("Plus de temps pour tout le monde"),
            gettext_lazy("Les ouvertures et les séances restent ; chaque date à venir gagne des jours."),
            gettext_lazy("Donner ce temps"),
        ),
        Asked(
            "pause-people",
            "pause",
            gettext_lazy("Une pause pour quelques personnes"),
            gettext_lazy("Aucun message pendant ce temps, leurs dates se décalent, tout leur reste ouvert."),
            gettext_lazy("Donner cette pause"),
        ),
        Asked(
            "extend-people",
            "clock",
            gettext_lazy("Plus de temps pour quelques personnes"),
            gettext_lazy("Leurs dates à venir gagnent des jours ; celles des autres ne changent pas."),
            gettext_lazy("Donner ce temps"),
        ),
        Asked(
            "exempt",
            "circle-check",
            gettext_lazy("Une dispense"),
            gettext_lazy("L’étape compte comme faite et le dit. On peut toujours la faire."),
            gettext_lazy("Dispenser"),
        ),
        Asked(
            "archive",
            "inbox",
            gettext_lazy("Archiver la promotion"),
            gettext_lazy("Elle quitte l’accueil et les tableaux ; on peut la lire, rien ne part plus."),
            gettext_lazy("Archiver"),
        ),
        Asked(
            "bring-back",
            "undo-2",
            gettext_lazy("Sortir de l’archive"),
            gettext_lazy("La promotion reprend comme elle était : ses dates n’ont pas bougé."),
            gettext_lazy("Sortir de l’archive"),
        ),
    )
}

PROBLEMS = {
    "not_live": gettext_lazy("Cette promotion n’est pas en cours : rien n’a changé."),
    "changed_meanwhile": gettext_lazy("Quelque chose a changé entre-temps : voici l’aperçu à jour."),
    "nothing_moves": gettext_lazy("Rien ne changerait : il n’y a rien à faire."),
    "no_free_week": gettext_lazy("Ces pauses ne laissent aucune semaine libre : raccourcissez-en une."),
    "no_open_day": gettext_lazy("Ces pauses ne laissent aucun jour ouvert : raccourcissez-en une."),
    "later_change": gettext_lazy("Un changement plus récent touche les mêmes dates : annulez-le d’abord."),
    "changed_since": gettext_lazy("Depuis, quelqu’un a changé quelque chose : cela ne s’annule plus."),
    "too_late": gettext_lazy("Une des dates d’origine est déjà passée : cela ne s’annule plus."),
}

REFUSED = {
    "not_live": gettext_lazy("Ne suit plus cette promotion, ou l’a terminée"),
    "already_paused": gettext_lazy("Déjà en pause"),
}


HANDED_OVER = {
    "kept": gettext_lazy("Continue pour son autre agence, au même endroit du parcours"),
    "former": gettext_lazy("Son parcours s’arrête là ; tout ce qui est écrit reste à cette personne"),
    "successor": gettext_lazy("Commence au début, à ses propres dates"),
}


def title_of_change(kind: str, report: dict[str, Any], names: str = "") -> str:
    """« Pause pour tout le monde, du lundi 22 février au vendredi 5 mars »: one line."""
    people = len(set(report.get("people", [])) - set(report.get("refused", {})))
    weeks, days = report.get("weeks", 0), report.get("days", 0)
    words: dict[str, Any] = {"n": weeks or days, "people": _people(people), "names": names}
    match kind:
        case Kind.CLOSE_DAYS:
            first, last = (day_month(dt.date.fromisoformat(day)) for day in report["period"])
            return _("Pause pour tout le monde, du %(first)s au %(last)s") % {"first": first, "last": last}
        case Kind.SHIFT:
            return ngettext(
                "La suite décalée de %(n)d semaine", "La suite décalée de %(n)d semaines", weeks
            ) % {"n": weeks}
        case Kind.EXTEND:
            return ngettext(
                "%(n)d jour de plus pour tout le monde", "%(n)d jours de plus pour tout le monde", days
            ) % {"n": days}
        case Kind.PAUSE_PEOPLE:
            text = ngettext(
                "Pause de %(n)d semaine, %(people)s", "Pause de %(n)d semaines, %(people)s", weeks
            )
            return text % words
        case Kind.EXTEND_PEOPLE:
            return ngettext("%(n)d jour de plus, %(people)s", "%(n)d jours de plus, %(people)s", days) % words
        case Kind.EXEMPT:
            steps = len(report.get("addresses", []))
            text = ngettext(
                "Dispense de %(n)d étape, %(people)s", "Dispense de %(n)d étapes, %(people)s", steps
            )
            return text % (words | {"n": steps})
        case Kind.JOIN:
            return _("Arrivée de %(names)s") % words
        case Kind.REPLACE if report.get("interim"):
            return _("%(names)s assure l’intérim à la tête de l’agence") % words
        case Kind.REPLACE:
            return _("%(names)s prend la suite à la tête de l’agence") % words
    return str(Kind(kind).label)


def _people(number: int) -> str:
    return ngettext("%(n)d personne", "%(n)d personnes", number) % {"n": number}
