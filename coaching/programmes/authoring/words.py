"""The words of the editor: kinds, fields, values, hints. The only place that names a field to an author."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise


class KindWords(NamedTuple):
    """A kind of step: its name, its symbol, what it is in a few words."""

    label: Words
    icon: str
    about: Words


KINDS: dict[str, KindWords] = {
    "reading": KindWords(_("Texte"), "type", _("un texte à lire")),
    "quiz": KindWords(_("Questions"), "list-checks", _("un retour à chaque réponse")),
    "scenario": KindWords(_("Situation"), "git-branch", _("des croisements, aucun score")),
    "reflection": KindWords(_("Réflexion"), "pen-line", _("privée, toujours")),
    "practice": KindWords(_("Pratique"), "clipboard-check", _("essai ou publication")),
    "if_then": KindWords(_("Si… alors"), "route", _("une intention en deux moitiés")),
    "pair_dialogue": KindWords(_("Dialogue"), "messages-square", _("une copie confiée ou gardée")),
    "card_sort": KindWords(_("Tri de cartes"), "layers", _("un jeu, des piles, un haut de liste")),
    "bullseye": KindWords(_("Cercles"), "target", _("des domaines, plus ou moins près du centre")),
    "brand_values": KindWords(_("Valeurs de la marque"), "flag", _("celles que le réseau a écrites")),
    "goals": KindWords(_("Objectifs"), "mountain", _("quelques thèmes à choisir")),
    "editorial_table": KindWords(_("Tableau d’idées"), "file-spreadsheet", _("une idée par ligne")),
    "ecosystem_map": KindWords(_("Carte des relations"), "users", _("des noms, puis un premier geste")),
    "survey": KindWords(_("Enquête"), "message-square-text", _("des avis, aucun score")),
    "assessment": KindWords(_("Évaluation"), "circle-check", _("un seuil et des essais")),
}
COMMON_KINDS = ("reading", "quiz", "scenario", "reflection", "practice")

MODULE_KINDS: dict[str, Words] = {
    "lesson": _("Leçon"),
    "values": _("Module de valeurs"),
    "practice": pgettext_lazy("sorte de module", "Pratique"),
    "onboarding": _("Accueil"),
    "assessment": pgettext_lazy("sorte de module", "Évaluation"),
    "survey": pgettext_lazy("sorte de module", "Enquête"),
    "booster": _("Rappel après la fin"),
}
PARTS: dict[str, Words] = {
    "settings": _("Le parcours"),
    "sessions": _("Séances"),
    "boosters": _("Après la fin"),
    "themes": _("Thèmes"),
    "sources": _("Sources"),
    "decks": _("Jeux de cartes"),
}

# By « Model.field » where a field says another thing there, else by « field ».
LABELS: dict[str, Words] = {
    "act": _("Le geste à noter"),
    "address": _("Adresse ou référence"),
    "after_weeks": _("Semaines après la fin"),
    "agenda": _("Déroulé"),
    "angle": _("Angle sur le cercle, en degrés"),
    "attempts": _("Nombre d’essais"),
    "attendance_percent": _("Séances à suivre (sur cent)"),
    "audience": _("Pour qui"),
    "body": _("Texte"),
    "body_variants": _("Passage par secteur"),
    "boosters": _("Ce qui revient après la fin"),
    "boundaries": _("Ce que l’on ne fera pas"),
    "card": _("Carte citée"),
    "cards": _("Cartes"),
    "caution": _("Précaution"),
    "checklist": _("Points à vérifier"),
    "check": _("Questions après la séance"),
    "choices": _("Réponses proposées"),
    "citation": _("Référence complète"),
    "coach_comments": _("Commentaires tout prêts"),
    "code": _("Code"),
    "columns": _("Colonnes"),
    "correct": _("Bonne réponse"),
    "criteria": _("Critères"),
    "deck": _("Jeu de cartes"),
    "definition": _("Définition"),
    "domains": _("Domaines"),
    "effect": _("Ce que ce choix change"),
    "evidence": _("Ce que l’on peut remettre"),
    "example": _("Lignes d’exemple"),
    "examples": _("Exemples"),
    "families": _("Familles"),
    "family": _("Famille"),
    "far": _("Loin du centre"),
    "feedback": _("Retour"),
    "figure": _("Dessin (SVG)"),
    "fill": _("Ce que l’on y met"),
    "for_each": _("Répéter pour chaque carte de"),
    "go_to": _("Mène à"),
    "goals": _("Thèmes proposés"),
    "groups": _("Cercles"),
    "help": _("Aide"),
    "high": _("En haut de l’échelle"),
    "hints": _("Piste par secteur"),
    "if_prompt": _("Si…"),
    "intro": _("Introduction"),
    "items": _("Questions"),
    "keep": _("Combien en garder"),
    "keep_max": _("Cartes gardées, au plus"),
    "keep_min": _("Cartes gardées, au moins"),
    "key": _("Clé"),
    "kind": _("Sorte de module"),
    "label": _("Nom"),
    "left": _("À gauche"),
    "levels": _("Niveaux"),
    "licence": _("Licence"),
    "low": _("En bas de l’échelle"),
    "materials": _("Matériel"),
    "max": _("Combien au plus"),
    "minutes": _("Minutes"),
    "modules": _("Modules (clés)"),
    "moment": _("Moment"),
    "must_reach": _("Points à atteindre"),
    "near": _("Près du centre"),
    "next_act": _("Un geste"),
    "not_for": _("Sauf pour"),
    "note": _("Note entre auteurs"),
    "objective": _("Objectif"),
    "obstacle": _("Un obstacle"),
    "offer": _("Partir des mots de"),
    "only_for": _("Seulement pour"),
    "optional": _("Facultative : ne compte pas dans les minutes"),
    "options": _("Réponses"),
    "own": _("On peut ajouter sa propre ligne"),
    "own_cards": _("Cartes à soi, au plus"),
    "own_cards_warning": _("Avant d’écrire une carte à soi"),
    "pairs": _("Paires"),
    "pass_percent": _("Seuil de réussite (sur cent)"),
    "peer_question": _("Question pour un regard de collègue"),
    "piles": _("Piles"),
    "plan": _("Plan de séance"),
    "points": _("Points"),
    "practice_percent": _("Mises en pratique à valider (sur cent)"),
    "prerequisites": _("À commencer avant (clés de modules)"),
    "prompt": _("Invitation"),
    "prompts": _("Questions"),
    "question": _("Question"),
    "rank": _("Cartes classées"),
    "recall": _("Questions de rappel"),
    "recall_days": _("Jours des rappels"),
    "reliability": _("Fiabilité"),
    "review_by": _("À revoir avant (année-mois)"),
    "right": _("À droite"),
    "ring": _("Anneau"),
    "rounds": _("Tours"),
    "routes": _("Routes"),
    "rows": _("Nombre de lignes"),
    "rubric": _("Grille"),
    "scenes": _("Scènes"),
    "sectors": _("Secteurs"),
    "sessions": _("Séances et entretiens"),
    "sources": _("Sources (codes)"),
    "stages": _("Phases"),
    "starter": _("Début de phrase"),
    "summary": _("Résumé après la séance"),
    "supports": _("Ce qu’elle appuie"),
    "tags": _("Étiquettes"),
    "teaser": _("Accroche"),
    "text": pgettext_lazy("champ", "Texte"),
    "then": _("Ensuite"),
    "then_prompt": _("Alors…"),
    "themes": _("Thèmes (codes)"),
    "title": _("Titre"),
    "type": _("Type de réponse"),
    "validated_from": _("Validée à partir de"),
    "week": _("Semaine"),
    "words": _("Nombre de mots, de… à…"),
    "ProgrammeDocument.sources": _("Sources"),
    "ProgrammeDocument.themes": _("Thèmes"),
    "ProgrammeDocument.decks": _("Jeux de cartes"),
    "PracticeStep.points": _("Points de pratique"),
}
HINTS: dict[str, Words] = {
    "body": _(
        "Une ligne vide sépare les paragraphes. **gras**, *italique*, [^S1] pour une source, "
        "[[figure]] pour le dessin, [[variant]] pour le passage du secteur."
    ),
    "figure": _("Placé là où le texte a une ligne [[figure]]. Ses mots existent dans les deux langues."),
    "for_each": _("étape/haut de liste, par exemple tri-des-cartes/top-3"),
    "offer": _("étape/question, par exemple une-scene/laquelle"),
    "attendance_percent": _("De celles qui ont eu lieu. Suivre le différé compte."),
    "practice_percent": _("Arrondi vers le haut : 75 demande 3 mises en pratique sur 4."),
    "ProgrammeDocument.pass_percent": _("Pour chaque quiz, refait autant de fois qu’on veut."),
    "themes": _("T1, T2… séparés par des virgules"),
    "sources": _("S1, S2… séparés par des virgules"),
    "recall_days": _("par exemple 2, 7, 21"),
    "words": _("par exemple 120, 200"),
    "correct": "",
    "note": _("Jamais montrée aux lecteurs."),
    "ProgrammeDocument.sources": "",
    "ProgrammeDocument.themes": "",
}
VALUES: dict[str, Words] = {
    "single": _("Une seule bonne réponse"),
    "multiple": _("Plusieurs bonnes réponses"),
    "ordering": _("À remettre dans l’ordre"),
    "matching": _("À relier deux par deux"),
    "scale": _("Une échelle"),
    "choice": _("Un choix"),
    "text": _("Des mots"),
    "card": _("Une carte de son tri"),
    "network": _("Un réseau social"),
    "opens": _("Ouvre"),
    "mixed": _("Ouvre et ferme"),
    "closes": _("Ferme"),
    "link": _("Un lien"),
    "screenshot": _("Une image"),
    "positioning": _("Au départ"),
    "pulse": _("En chemin"),
    "hot": _("À la fin"),
    "cold": _("Quelques semaines après"),
    "inner": _("Intérieur"),
    "outer": _("Extérieur"),
    "remember": _("Se souvenir"),
    "understand": _("Comprendre"),
    "apply": _("Appliquer"),
    "analyse": _("Analyser"),
    "evaluate": _("Évaluer"),
    "create": _("Créer"),
    "A": _("A, solide"),
    "B": _("B, bonne"),
    "C": _("C, à prendre avec prudence"),
    "insurance": _("Assurance"),
    "bank": _("Banque"),
    "real-estate": _("Immobilier"),
    "staffing": _("Travail temporaire"),
    "travel": _("Voyage"),
    "general": _("Autre secteur"),
}
# « Add » under a list, by the name of the list.
ADD: dict[str, Words] = {
    "items": _("Ajouter une question"),
    "check": _("Ajouter une question"),
    "recall": _("Ajouter une question"),
    "prompts": _("Ajouter une question"),
    "options": _("Ajouter une réponse"),
    "choices": _("Ajouter une réponse"),
    "pairs": _("Ajouter une paire"),
    "scenes": _("Ajouter une scène"),
    "examples": _("Ajouter un exemple"),
    "criteria": _("Ajouter un critère"),
    "stages": _("Ajouter une phase"),
    "checklist": _("Ajouter un point"),
    "columns": _("Ajouter une colonne"),
    "cards": _("Ajouter une carte"),
    "sessions": _("Ajouter une séance"),
    "themes": _("Ajouter un thème"),
    "sources": _("Ajouter une source"),
    "decks": _("Ajouter un jeu"),
    "rubric": _("Ajouter une grille"),
    "plan": _("Écrire le plan"),
}


def label_of(owner: str, name: str) -> Words:
    return LABELS.get(f"{owner}.{name}") or LABELS.get(name) or name


def hint_of(owner: str, name: str) -> Words:
    return HINTS.get(f"{owner}.{name}", HINTS.get(name, ""))


def value_words(name: str, value: object) -> Words:
    """How a value of a list is said; numbers and unknown words say themselves."""
    if name == "kind":
        return MODULE_KINDS.get(str(value), str(value))
    return VALUES.get(str(value), str(value))


def add_words(name: str) -> Words:
    return ADD.get(name) or _("Ajouter une ligne")
