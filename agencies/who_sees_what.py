"""« Qui voit quoi ? »: one table for everybody, drawn from the permissions that the pages themselves obey."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership
from agencies.roles import Permission, has_permission

Words = str | Promise
READERS = (Membership.Role.COACH, Membership.Role.REGIONAL_MANAGER, Membership.Role.NETWORK_ADMIN)


@dataclass(frozen=True)
class Cell:
    """What one reader sees of one kind of data; the icon and the words say the same."""

    words: Words
    icon: str
    css: str = ""


@dataclass(frozen=True)
class Row:
    """One kind of data: oneself, the three readers, whoever runs the service."""

    data: Words
    note: Words
    cells: tuple[Cell, ...]


def yes(words: Words) -> Cell:
    return Cell(words, "eye", "see--y")


def part(words: Words) -> Cell:
    return Cell(words, "chart-column")


def on_request(words: Words) -> Cell:
    return Cell(words, "share-2", "see--if")


YES = yes(_("Oui"))
NEVER = Cell(_("Jamais"), "eye-off", "see--n")


def groups() -> list[tuple[Words, list[Row]]]:
    """The table, three groups of rows."""
    return [
        (_("Ce que vous pensez et écrivez"), _written()),
        (_("Ce que vous apprenez"), _learnt()),
        (_("Votre rythme"), _rhythm()),
    ]


def _row(
    data: Words,
    seen: dict[str, tuple[Permission, Cell]],
    note: Words = "",
    own: Cell | None = None,
    operator: Cell | None = None,
) -> Row:
    """`seen` tells what a role sees and by which permission; a role without it sees nothing."""
    readers = [
        seen[role][1] if role in seen and has_permission(role, seen[role][0]) else NEVER for role in READERS
    ]
    return Row(data, note, (own or YES, *readers, operator or NEVER))


def _written() -> list[Row]:
    by_copy = {
        Membership.Role.COACH.value: (Permission.SEE_COHORTS, on_request(_("Une copie, si vous la partagez")))
    }
    sent = {Membership.Role.COACH.value: (Permission.SEE_COHORTS, yes(_("Une fois terminés")))}
    return [
        _row(_("Réflexions et récits"), by_copy, _("vos textes, achevés ou non")),
        _row(_("Tri de valeurs, cercle"), {}),
        _row(_("Plans « quand… alors »"), {}),
        _row(_("Questionnaires"), sent, _("la page le dit avant la première question")),
    ]


def _learnt() -> list[Row]:
    coach, manager, admin = (role.value for role in READERS)
    steps = {
        coach: (Permission.SEE_COHORTS, YES),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("La semaine atteinte, un pourcentage"))),
        admin: (Permission.SEE_OVERVIEW, part(_("Des nombres, sans nom"))),
    }
    scores = {coach: (Permission.SEE_QUIZ_SCORES, yes(_("Score, questions manquées")))}
    in_numbers = {
        coach: (Permission.SEE_COHORTS, part(_("Des nombres et des phrases sans nom, dès cinq avis")))
    }
    return [
        _row(_("Étapes terminées"), steps, _("oui ou non")),
        _row(_("Réponses aux quiz"), scores),
        _row(_("Réponses aux questions de rappel"), {}),
        _row(_("« Utile » ou « pas clair »"), in_numbers, _("à la fin d’une leçon")),
    ]


def _rhythm() -> list[Row]:
    coach, manager, _admin = (role.value for role in READERS)
    activity = {
        coach: (Permission.SEE_ACTIVITY_DATES, yes(_("La date"))),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("Un palier sur quatre"))),
    }
    pause = {
        coach: (Permission.SEE_COHORTS, yes(_("La durée, pas le motif"))),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("« En pause »"))),
    }
    talks = {
        coach: (Permission.NOTE_CONTACTS, yes(_("La date et ses notes"))),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("Qu’il a eu lieu, à côté de « À épauler »"))),
    }
    calls = {coach: (Permission.SEE_COHORTS, yes(_("Aussitôt, et votre phrase")))}
    mails = {coach: (Permission.SEE_COHORTS, yes(_("Lesquels, quand, et si vous les avez arrêtés")))}
    return [
        _row(_("Dernière activité"), activity, own=yes(_("La date")), operator=part(_("Journal technique"))),
        _row(_("Pause"), pause),
        _row(_("« J’ai besoin d’un coup de main »"), calls, _("jusqu’à ce que vous en ayez parlé")),
        _row(_("Échanges avec votre coach"), talks, own=on_request(_("Sur demande"))),
        _row(_("Messages reçus"), mails, operator=part(_("Journal technique"))),
    ]
