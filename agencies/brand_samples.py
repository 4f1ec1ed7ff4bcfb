"""Brand values to start from, by sector (domain.md 7): said by acts, and made to be rewritten. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Sample = Mapping[str, Any]


def _sample(label: tuple[str, str], definition: tuple[str, str], *cards: str) -> Sample:
    return {
        "label_fr": label[0],
        "label_en": label[1],
        "definition_fr": definition[0],
        "definition_en": definition[1],
        "cards": list(cards),
    }


SAMPLES: Mapping[str, tuple[Sample, ...]] = {
    "insurance": (
        _sample(
            ("Prévoyance", "Foresight"),
            (
                "On relit un contrat avec la personne avant l’hiver, pas après le sinistre.",
                "We read a contract over with the person before winter, not after the damage.",
            ),
            "prevoyance",
        ),
        _sample(
            ("Proximité", "Closeness"),
            (
                "On s’assoit du même côté du comptoir, et on sait où est la rue dont on parle.",
                "We sit on the same side of the counter, and we know the street people talk about.",
            ),
            "ancrage-local",
        ),
        _sample(
            ("Fiabilité", "Reliability"),
            (
                "On rappelle à l’heure dite, même pour dire qu’on n’a pas encore la réponse.",
                "We call back when we said we would, even to say there is no answer yet.",
            ),
            "fiabilite",
        ),
    ),
    "bank": (
        _sample(
            ("Confiance", "Trust"),
            (
                "On explique une décision avec les mots de la personne, et on lui laisse le temps de relire.",
                "We explain a decision in the person’s own words, and leave time to read it again.",
            ),
            "confiance",
        ),
        _sample(
            ("Discrétion", "Discretion"),
            (
                "On ferme la porte avant de parler d’argent, et on baisse la voix au guichet.",
                "We close the door before talking about money, and lower our voice at the desk.",
            ),
            "discretion",
        ),
        _sample(
            ("Progrès", "Progress"),
            (
                "On change chaque mois un geste de l’agence, et on demande à un client ce que cela a changé.",
                "Each month we change one thing we do, and ask a client what difference it made.",
            ),
            "progres",
        ),
    ),
    "real-estate": (
        _sample(
            ("Écoute", "Listening"),
            (
                "On visite la vie des gens avant de leur faire visiter un bien.",
                "We look around people’s lives before showing them around a home.",
            ),
            "ecoute",
        ),
        _sample(
            ("Honnêteté", "Honesty"),
            (
                "On montre aussi la fissure, et on dit ce qu’elle coûte à réparer.",
                "We show the crack too, and say what it costs to mend.",
            ),
            "honnetete",
        ),
        _sample(
            ("Ancrage local", "Local roots"),
            (
                "On connaît l’école, le marché et le bruit du samedi soir.",
                "We know the school, the market and what Saturday nights sound like.",
            ),
            "ancrage-local",
        ),
    ),
    "staffing": (
        _sample(
            ("Équité", "Fairness"),
            (
                "On pose les mêmes questions à tout le monde, et on dit non avec une raison.",
                "We ask everyone the same questions, and when we say no we give a reason.",
            ),
            "equite",
        ),
        _sample(
            ("Réactivité", "Responsiveness"),
            (
                "On répond avant midi à qui a écrit le matin, même d’une ligne.",
                "We answer by noon whoever wrote in the morning, if only in one line.",
            ),
            "agilite",
        ),
        _sample(
            ("Entraide", "Mutual help"),
            (
                "On prend des nouvelles de la personne à la fin de son premier jour.",
                "We ask how the person is doing at the end of their first day.",
            ),
            "entraide",
        ),
    ),
    "travel": (
        _sample(
            ("Rencontre", "Encounter"),
            (
                "On présente quelqu’un qui vit sur place, pas seulement un lieu.",
                "We introduce someone who lives there, not only a place.",
            ),
            "rencontre",
        ),
        _sample(
            ("Plaisir", "Enjoyment"),
            (
                "On raconte l’odeur du marché avant le prix de la chambre.",
                "We tell of the smell of the market before the price of the room.",
            ),
            "plaisir",
        ),
        _sample(
            ("Sécurité", "Safety"),
            (
                "On dit ce qui peut mal tourner, et qui décroche la nuit.",
                "We say what can go wrong, and who picks up at night.",
            ),
            "securite",
        ),
    ),
}
