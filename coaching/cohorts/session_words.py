"""What to tell somebody when a change to a session, an attendance or a talk is refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from coaching.cohorts.services import CohortProblem

PROBLEMS: dict[str, Any] = {
    "not_live": _("Cette promotion est terminée : ses séances ne changent plus."),
    "left": _("Cette inscription est terminée : plus rien n’y change."),
    "session_cancelled": _("Cette séance est annulée."),
    "session_begun": _("Cette séance a commencé : sa date ne change plus."),
    "session_changed": _(
        "Cette séance a changé dans une autre fenêtre depuis que vous l’avez ouverte : son jour et son heure "
        "d’à présent sont en haut de la page. Vérifiez vos champs, puis enregistrez."
    ),
    "in_the_past": _("Choisissez un moment à venir."),
    "two_slots": _("Cette séance a déjà ses deux créneaux."),
    "too_many_sessions": _("Vingt séances ajoutées, c’est assez pour une promotion."),
    "already_recorded": _("Votre présence est déjà notée pour cette séance."),
    "not_begun": _("L’émargement s’ouvre vingt-quatre heures avant la séance."),
    "window_closed": _(
        "L’émargement de cette séance s’est refermé vingt-quatre heures après la fin. "
        "Votre coach peut le corriger."
    ),
    "reason_needed": _("L’émargement est refermé : dites en quelques mots pourquoi vous le corrigez."),
    "bad_state": _("Choisissez présence, excuse ou absence."),
    "too_many_tries": _(
        "Plusieurs codes ne correspondaient pas. Réessayez dans un quart d’heure, ou dites-le à votre coach."
    ),
    "wrong_code": _("Ce code n’est celui d’aucune séance ouverte en ce moment. Vérifiez ses six chiffres."),
    "marked_otherwise": _(
        "Votre coach a noté autre chose pour cette séance. Dites-le-lui : c’est vite corrigé."
    ),
    "not_marked": _("Entrez le code de la séance, ou demandez à votre coach de noter votre présence."),
    "not_over": _("Les questions s’ouvrent à la fin de la séance."),
    "slot_gone": _("Ce créneau vient d’être pris ou retiré. Choisissez-en un autre."),
    "talk_held": _("Cet entretien a déjà eu lieu."),
    "talk_changed": _("Ce créneau a changé de mains entre-temps : le voici tel qu’il est maintenant."),
    "has_a_talk": _("Cette personne vient de choisir un autre créneau : rien n’a changé."),
    "coach_busy": _("Vous avez déjà un entretien à ce moment."),
    "too_many_slots": _("Soixante créneaux libres, c’est assez : laissez-les se prendre."),
}


def session_problem(problem: CohortProblem | str) -> Any:
    """The sentence for a refused change."""
    code = problem if isinstance(problem, str) else problem.code
    return PROBLEMS.get(code, _("Ce n’est plus possible. Rechargez la page pour voir où en est la séance."))
