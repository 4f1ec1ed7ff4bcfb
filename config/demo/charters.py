"""What people of the demonstration say of the brand and of their presence, and whom they let read it."""

from __future__ import annotations

from typing import Any

# A value that the region added to the samples of its sector.
OWN_VALUE: dict[str, Any] = {
    "label_fr": "Entraide",
    "label_en": "Mutual help",
    "definition_fr": "On prête une salle, un artisan, une heure à l’agence d’à côté.",
    "definition_en": "We lend a room, a tradesman or an hour to the agency next door.",
    "cards": ["entraide", "solidarite"],
}
# One act per value, in the order of the list.
ACTS = {
    "fr": (
        "En octobre, on fait le tour des toitures avec les clients qui le veulent, jumelles en main.",
        "Mehdi s’assoit du même côté que la cliente pour lire son courrier avec elle.",
        "À moins dix, on appelle pour dire qu’on ne sait pas encore, et quand on saura.",
        "Le jeudi de la tempête, deux collègues de Vannes ont tenu notre accueil.",
    ),
    "en": (
        "In October we walk round the roofs with whoever wants to, field glasses in hand.",
        "We sit on the same side of the desk as the client to read the letter together.",
        "At ten to, we ring to say that we do not know yet, and when we will.",
        "On the Thursday of the storm, two colleagues from Vannes kept our front desk open.",
    ),
}
# Who has written their charter early, and who may read a copy of it.
CHARTERS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "Sophie Guillou": (
        {
            "lead": "Je parle de l’île à ceux qui y vivent, comme au comptoir : vrai, bref, un sourire.",
            "value_1": "Fiabilité",
            "proof_1": "Je rappelle avant midi, même sans réponse.",
            "value_2": "Ancrage local",
            "proof_2": "Je sais quelle rue prend l’eau.",
            "value_3": "Humour",
            "proof_3": "Je ris de moi, jamais des clients.",
            "stand": "Dire la vérité sur les délais, même quand elle déplaît.",
            "drive": "Être celle qu’on appelle avant d’avoir peur de déranger.",
            "show": "Des gestes d’équipe, jamais des slogans.",
            "topics": "Les petites pannes de la vie. Phrases courtes, un sourire à la fin.",
            "take": "Un réflexe utile, à appliquer ce soir.",
            "come": "On sait d’avance à qui l’on parle.",
            "place": "LinkedIn d’abord, la page locale pour les fêtes du quartier.",
            "themes": "Prévenir plutôt que réparer · les coulisses de l’agence · ceux qui m’aident",
            "tone": "Voisine",
            "refusal_1": "Répondre à chaud après 20 h.",
            "refusal_2": "Raconter un client qui pourrait se reconnaître.",
            "if": "le point d’équipe du jeudi vient de finir",
            "then": "je note une scène de la semaine, en trois lignes. Un texte toutes les deux semaines.",
        },
        ("coach", "manager"),
    ),
    "Emma Clarke": (
        {
            "lead": "I write for people who put off reading their contracts, as I would explain over coffee.",
            "value_1": "Honesty",
            "proof_1": "I name what is not covered first.",
            "value_2": "Patience",
            "proof_2": "I read the letter twice with you.",
            "stand": "Nobody should feel foolish for asking.",
            "drive": "The face people make when it becomes clear.",
            "topics": "First times: first flat, first claim, first winter with a stove.",
            "come": "Because I say when I do not know.",
            "place": "LinkedIn, to meet the accountants and solicitors of Tours.",
            "refusal_1": "Use fear to sell.",
            "refusal_2": "Write on a Sunday.",
            "if": "Thursday’s team meeting ends",
            "then": "I jot down one scene. One piece a month, a comment in between.",
        },
        ("cohort",),
    ),
}
