"""« Qui voit quoi ? »: one table for everybody, drawn from the permissions that the pages themselves obey.

What people write has a row for each kind of copy that `roles.AUDIENCES_OF` knows: the services that share
and the constraint of the database read the same table.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership
from agencies.roles import AUDIENCES_OF, Audience, Permission, Shareable, has_permission

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
    """One kind of data: oneself, coach, manager, colleagues, the office, whoever runs the service."""

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
    colleagues: Cell | None = None,
) -> Row:
    """`seen` tells what a role sees and by which permission; a role without it sees nothing."""
    readers = [
        seen[role][1] if role in seen and has_permission(role, seen[role][0]) else NEVER for role in READERS
    ]
    coach, manager, admin = readers
    return Row(data, note, (own or YES, coach, manager, colleagues or NEVER, admin, operator or NEVER))


# What each kind of copy is called here; a kind without words stops the page, so that none is forgotten.
COPIES: dict[Shareable, tuple[Words, Words]] = {
    Shareable.REFLECTION: (_("Réflexions, récits, limites"), _("vos textes, achevés ou non")),
    Shareable.PAIR_WORD: (_("Mot à votre binôme"), _("facultatif")),
    Shareable.BRAND_ACT: (_("Gestes de la marque"), _("un par valeur du réseau")),
    Shareable.CHARTER: (_("Charte de présence"), ""),
    Shareable.PRACTICE: (_("Mises en pratique"), _("textes, liens, images")),
    Shareable.DRAFT: (_("Brouillons de la salle d’essai"), ""),
}
COLLEAGUES: dict[frozenset[Audience], Cell] = {
    frozenset(): NEVER,
    frozenset({Audience.PAIR}): on_request(_("Votre binôme, si vous partagez une copie")),
    frozenset({Audience.COHORT}): on_request(_("Une copie, si vous la partagez")),
    frozenset({Audience.PAIR, Audience.COHORT}): on_request(_("Binôme ou promotion, si vous partagez")),
}
COPY = on_request(_("Une copie, si vous la partagez"))
# The coach has a practice by its submission, not by a copy; nothing else is sent that way.
SUBMITTED = frozenset({Shareable.PRACTICE})


def _written() -> list[Row]:
    sent = {Membership.Role.COACH.value: (Permission.SEE_COHORTS, yes(_("Une fois terminés")))}
    paired = {
        Membership.Role.COACH.value: (Permission.SEE_COHORTS, part(_("Qui est avec qui, pas un mot de plus")))
    }
    wall = {Membership.Role.COACH.value: (Permission.READ_WALL, yes(_("Ce que vous y offrez")))}
    return [
        *(_copies(kind, audiences) for kind, audiences in AUDIENCES_OF.items()),
        _row(_("Tri de valeurs, cercle"), {}),
        _row(_("Plans « quand… alors »"), {}),
        _row(
            _("Ce que vous confiez à votre binôme"),
            paired,
            _("vous deux, tant que dure le binôme"),
        ),
        _row(_("Le mur de la promotion"), wall, _("les personnes de votre promotion le lisent aussi")),
        _row(_("Questionnaires"), sent, _("la page le dit avant la première question")),
    ]


def _copies(kind: Shareable, audiences: tuple[Audience, ...]) -> Row:
    """A kind of text: the original is its author's, a copy goes where the table lets it go."""
    coach, manager, _admin = (role.value for role in READERS)
    seen: dict[str, tuple[Permission, Cell]] = {}
    if kind in SUBMITTED:
        seen[coach] = (Permission.SEE_COHORTS, yes(_("Une fois remises")))
    elif Audience.COACH in audiences:
        seen[coach] = (Permission.SEE_COHORTS, COPY)
    if Audience.MANAGER in audiences:
        seen[manager] = (Permission.READ_GIVEN_COPIES, COPY)
    words, note = COPIES[kind]
    colleagues = COLLEAGUES[frozenset(audiences) & {Audience.PAIR, Audience.COHORT}]
    return _row(words, seen, note, colleagues=colleagues)


def _learnt() -> list[Row]:
    coach, manager, admin = (role.value for role in READERS)
    steps = {
        coach: (Permission.SEE_COHORTS, YES),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("La semaine atteinte, un pourcentage"))),
        admin: (Permission.SEE_OVERVIEW, part(_("Des nombres, sans nom"))),
    }
    scores = {coach: (Permission.SEE_QUIZ_SCORES, yes(_("Score, questions manquées")))}
    assessed = {
        coach: (Permission.SEE_QUIZ_SCORES, yes(_("Score des essais, questions manquées"))),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("« Réussie » ou « pas encore »"))),
    }
    handed_in = {
        coach: (Permission.SEE_COHORTS, yes(_("Le texte, le lien, l’image"))),
        manager: (Permission.SEE_AGENCY_SHEET, part(_("Leur nombre"))),
        admin: (Permission.SEE_OVERVIEW, part(_("Des nombres, sans nom"))),
    }
    answered = {coach: (Permission.SEE_COHORTS, yes(_("Vos coachs, pour les relire")))}
    in_numbers = {
        coach: (Permission.SEE_COHORTS, part(_("Des nombres et des phrases sans nom, dès cinq avis")))
    }
    return [
        _row(_("Étapes terminées"), steps, _("oui ou non")),
        _row(_("Mises en pratique remises"), handed_in, _("publiées ou non ; vous pouvez les reprendre")),
        _row(_("Retours de votre coach"), answered, _("vous voyez aussi qui a ouvert ce que vous donnez")),
        _row(_("Réponses aux quiz"), scores),
        _row(_("Évaluation finale"), assessed),
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
    sessions = {coach: (Permission.SEE_COHORTS, yes(_("Présence, différé, excuse ou absence")))}
    meetings = {coach: (Permission.SEE_COHORTS, yes(_("Le jour et l’heure")))}
    dates = {coach: (Permission.SEE_COHORTS, YES)}
    return [
        _row(_("Dernière activité"), activity, own=yes(_("La date")), operator=part(_("Journal technique"))),
        _row(_("Pause"), pause),
        _row(_("Dates et dispenses à vous"), dates, _("ce que votre coach change pour vous seul·e")),
        _row(_("Séances en direct"), sessions, _("votre signature, et les corrections de votre coach")),
        _row(_("Entretiens individuels"), meetings),
        _row(_("« J’ai besoin d’un coup de main »"), calls, _("jusqu’à ce que vous en ayez parlé")),
        _row(_("Échanges avec votre coach"), talks, own=on_request(_("Sur demande"))),
        _row(_("Messages reçus"), mails, operator=part(_("Journal technique"))),
    ]
