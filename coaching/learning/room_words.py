"""The marks of `room.rereading` in words: gentle, short, never an order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.learning.room.platforms import Platform
from coaching.learning.room.rereading import Mark

NAMES: dict[str, Promise] = {
    "one_idea": gettext_lazy("Une seule idée"),
    "scene": gettext_lazy("Une scène : un moment, quelqu’un qui fait ou dit"),
    "value": gettext_lazy("La valeur se devine sans être nommée"),
    "client_data": gettext_lazy("Aucune donnée de client"),
    "sector": gettext_lazy("Le cadre de votre métier"),
    "length": gettext_lazy("La longueur"),
}
# (code, why) -> what one might do about it; a mark that is fine says nothing more.
ADVICE: dict[tuple[str, str], Promise] = {
    ("one_idea", "second_idea"): gettext_lazy("Une autre idée commence ici : elle ferait un second post."),
    ("one_idea", "many_tags"): gettext_lazy("Trois mots-dièse suffisent."),
    ("one_idea", "many_questions"): gettext_lazy(
        "Plusieurs questions à la fois : gardez celle qui vous intrigue."
    ),
    ("scene", "no_moment"): gettext_lazy("On ne voit pas encore quand : une heure, un jour, une saison."),
    ("scene", "nothing_happens"): gettext_lazy("On voit le moment, pas encore ce qui s’y passe."),
    ("value", "named"): gettext_lazy("Elle est écrite en toutes lettres : un geste la dirait mieux."),
    ("value", "no_values"): gettext_lazy("Rien à comparer : vos valeurs viendront après le tri des cartes."),
    ("client_data", "seen"): gettext_lazy(
        "Ceci ressemble à un nom, un numéro ou une adresse : à changer ou à retirer."
    ),
    ("sector", "insurance"): gettext_lazy(
        "Dès qu’un produit est cité, le post se lit comme une publicité : propos équilibré, mentions, "
        "avis de votre conformité."
    ),
    ("sector", "bank"): gettext_lazy(
        "Dès qu’un produit est cité, le post se lit comme une publicité : propos équilibré, mentions, "
        "avis de votre conformité."
    ),
    ("sector", "real-estate"): gettext_lazy(
        "Cela ressemble à une annonce : elle a son outil et ses mentions, ce post a votre histoire."
    ),
    ("sector", "staffing"): gettext_lazy(
        "Décrivez le travail, pas la personne idéale : aucun mot n’écarte quelqu’un."
    ),
    ("sector", "travel"): gettext_lazy(
        "Un prix ou un séjour appelle l’immatriculation et les mentions des voyages à forfait."
    ),
    ("sector", "general"): gettext_lazy(
        "Un prix ou une offre appelle ses mentions : vérifiez-les avant de publier."
    ),
    ("length", "short"): gettext_lazy("Très court : un détail de plus, et la scène se voit."),
    ("length", "long"): gettext_lazy("Long pour un téléphone : le début peut souvent partir."),
}


def mark_lines(marks: Iterable[Mark], place: Platform) -> list[dict[str, Any]]:
    """What the page shows of each mark: its name, whether it is fine, a sentence, what was seen."""
    return [
        {
            "name": NAMES[mark.code],
            "is_fine": mark.is_fine,
            "advice": _advice(mark, place),
            "found": [] if mark.is_fine else mark.found,
        }
        for mark in marks
    ]


def _advice(mark: Mark, place: Platform) -> str:
    if mark.why == "over_limit":
        return _("%(name)s s’arrête à %(limit)d signes.") % {"name": place.name, "limit": place.limit}
    if mark.is_fine and mark.why != "no_values":
        return ""
    return str(ADVICE.get((mark.code, mark.why), ""))
