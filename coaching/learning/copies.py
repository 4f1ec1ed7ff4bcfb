"""Shared copies in words: what they are, who reads them. No query."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agencies.roles import Audience, Shareable
from coaching.learning.models import SharedItem
from coaching.programmes.outline import ProgrammeOutline

Words = str | Promise
# Who reads a copy, as the chip beside the original and the list of all copies say it.
READERS: dict[str, Words] = {
    Audience.COACH: gettext_lazy("Votre coach"),
    Audience.PAIR: gettext_lazy("Votre binôme"),
    Audience.COHORT: gettext_lazy("Votre promotion"),
    Audience.MANAGER: gettext_lazy("Votre responsable"),
}
GIVEN: dict[str, Words] = {
    Audience.COACH: gettext_lazy("Une copie donnée à votre coach"),
    Audience.PAIR: gettext_lazy("Une copie donnée à votre binôme"),
    Audience.COHORT: gettext_lazy("Une copie donnée à votre promotion"),
    Audience.MANAGER: gettext_lazy("Une copie donnée à votre responsable"),
}
SHARED: dict[str, Words] = {
    Audience.COACH: gettext_lazy("La copie est partagée avec votre coach. Votre texte reste à vous."),
    Audience.PAIR: gettext_lazy("La copie est partagée avec votre binôme. Votre texte reste à vous."),
    Audience.COHORT: gettext_lazy("La copie est partagée avec votre promotion. Votre texte reste à vous."),
    Audience.MANAGER: gettext_lazy("La copie est donnée à votre responsable. Votre texte reste à vous."),
}
KINDS: dict[str, Words] = {
    Shareable.REFLECTION: gettext_lazy("Réflexion"),
    Shareable.PAIR_WORD: gettext_lazy("Mot à votre binôme"),
    Shareable.BRAND_ACT: gettext_lazy("Geste de la marque"),
    Shareable.CHARTER: gettext_lazy("Charte de présence"),
    Shareable.PRACTICE: gettext_lazy("Mise en pratique"),
    Shareable.DRAFT: gettext_lazy("Brouillon de la salle d’essai"),
}


def kind_words(copy: SharedItem) -> Words:
    return KINDS[copy.kind]


def title_of(copy: SharedItem, outline: ProgrammeOutline, language: str) -> str:
    """The step that the original answers, or what the copy is, for an original with a page of its own."""
    step = outline.step(copy.address)
    return step.title.in_language(language) if step else str(KINDS[copy.kind])
