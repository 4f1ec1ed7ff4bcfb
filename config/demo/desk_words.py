"""What the coach of the demonstration writes to her people, and of her programme. All of it is invented."""

from __future__ import annotations

WELCOME = (
    "Bienvenue à bord",
    "Bonjour à toutes et à tous,\n\n"
    "Dans quelques jours nous partons ensemble. Rien à préparer : gardez seulement en tête une scène de "
    "votre semaine, de celles qu’on raconte le soir à table.\n\n"
    "Si un mardi ne s’y prête pas, le mercredi ira très bien. Et si quelque chose vous retient, "
    "répondez à ce message : il arrive chez moi, et nulle part ailleurs.\n\n"
    "À très bientôt,\nClaire",
)
NIGHT = (
    "Chez vous trois, la même porte",
    "Bonsoir,\n\n"
    "En relisant vos textes ce soir, je m’aperçois que vous parlez tous les trois de quelqu’un qui pousse "
    "la porte « juste pour dire bonjour ». Il y a là une scène : à quelle heure, et que fait-on du café ?\n\n"
    "Trois lignes suffisent. On les lit ensemble quand vous voulez.\n\nClaire",
)
NIGHT_READERS = ("Mehdi Amrani", "Nadia Cherif", "Élise Fournier")
RECALLED = (
    "Le lien de notre prochaine séance",
    "Bonsoir à tous,\n\nVoici le lien de notre prochaine séance. À très vite,\n\nClaire",
)
UNFINISHED = (
    "Deux phrases à garder",
    "Bonjour,\n\nJ’ai relu vos profils à tête reposée. Deux phrases à garder telles quelles :",
)
UNFINISHED_READERS = ("Hélène Moreau", "Thomas Le Bris")

BREAK = "Séminaire du Grand Ouest"
MORE_TIME = ("Véronique Gautier", "Yann Le Goff")
EXEMPT = (
    "Didier Rousseau",
    "la-course-aux-chiffres",
    "Anime lui-même un atelier sur ce sujet.",
)
STAND_IN = ("Claude Jolly", "Zoé Renaud", "zoe.renaud@toits.example")

SECOND_COACH = ("Malik Berthier", "malik.berthier@coach.example")
FORMER_COACH = ("Jeanne Lacaze", "jeanne.lacaze@coach.example")
AWAITED = ("Inès Caradec", "ines.caradec@coach.example")

OWN_TITLE = {
    "fr": "Présence & valeurs, côté comptoir",
    "en": "Presence & values, over the counter",
}
WHAT_CHANGED = "Deux leçons s’ouvrent sur des scènes de comptoir, racontées par des promotions passées."
OWN_TEASERS = {
    "commenter-pour-relier": {
        "fr": "Une voisine ferme plus tôt le mardi.\nTrois mots de vous, bien placés, et la rue respire.",
        "en": "A neighbour closes early on Tuesdays.\nThree words of yours, and the street breathes.",
    },
    "le-cadre-qui-protege": {
        "fr": "Ce que montre le comptoir, ce qu’on garde derrière, et comment demander en une phrase.",
        "en": "What the counter may show, what stays behind it, and how to ask in one sentence.",
    },
}
# The module whose French was written again, and not its English.
FELL_BEHIND = (
    "ma-valeur-ajoutee",
    "Ce qui finit sur la porte du frigo n’est jamais une publicité.\n"
    "Et si c’était votre prochain texte\u00a0?",
)
NEXT_COHORT = "Rive Sud, printemps"
