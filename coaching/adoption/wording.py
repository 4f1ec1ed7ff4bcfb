"""The overview in sentences: a finding as title, numbers in words, reasons and one kind suggestion each."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.cairn import spelled
from coaching.adoption.facts import Person
from coaching.adoption.overview import Overview

BUCKETS: Mapping[str, str | Promise] = {
    "this_week": gettext_lazy("Cette semaine"),
    "one_to_three_weeks": gettext_lazy("1 à 3 semaines"),
    "over_three_weeks": gettext_lazy("Plus de 3 semaines"),
    "not_started": gettext_lazy("Pas commencé"),
}
BANDS: Mapping[str, tuple[str | Promise, str]] = {
    "to_start": (gettext_lazy("À démarrer"), "0–24"),
    "on_the_way": (gettext_lazy("En route"), "25–49"),
    "settled": (gettext_lazy("Installée"), "50–74"),
    "rooted": (gettext_lazy("Ancrée"), "75–100"),
}
STATES: Mapping[str, str | Promise] = {
    "done": gettext_lazy("faite"),
    "doing": gettext_lazy("en cours"),
    "todo": gettext_lazy("à venir"),
    "unwritten": gettext_lazy("à paraître"),
}
MARKS: Mapping[str, str | Promise] = {
    "vacant": gettext_lazy("Direction vacante"),
    "new": gettext_lazy("Nouvelle"),
    "without": gettext_lazy("Sans inscription"),
    "elsewhere": gettext_lazy("Autre promotion"),
    "succession": gettext_lazy("Direction reprise"),
    "shared": gettext_lazy("Deux agences"),
    "interim": gettext_lazy("Intérim"),
}
REASONS: Mapping[str, str | Promise] = {
    "no_figure_yet": gettext_lazy("trop tôt pour un chiffre"),
    "too_early": gettext_lazy("trop tôt pour un chiffre"),
    "no_active_agency": gettext_lazy("aucune agence ouverte depuis dix jours"),
    "fewer_than_five": gettext_lazy("moins de cinq agences : rien n’est affiché, et c’est voulu"),
}


def title(overview: Overview) -> str:
    """The finding of the day, in one sentence that its figures support."""
    total, good = len(overview.enrolled), overview.on_track
    if not total:
        return _("Personne n’est encore inscrit dans cette promotion.")
    if not overview.has_begun:
        return _("Tout est prêt, le parcours ouvre bientôt.")
    if not overview.is_anything_due:
        return _("Le parcours commence : rien n’est encore attendu.")
    if overview.is_withheld:
        return _("Le parcours avance, chacun à son rythme.")
    if good == total:
        sentence = ngettext(
            "L’agence inscrite avance au bon rythme.", "Les %(total)s agences avancent au bon rythme.", total
        )
    elif not good:
        return _("Les agences prennent leur temps : votre mot peut aider.")
    else:
        sentence = ngettext(
            "%(good)s agence sur %(total)s avance au bon rythme.",
            "%(good)s agences sur %(total)s avancent au bon rythme.",
            good,
        )
    return capfirst(sentence % {"good": spelled(good), "total": spelled(total)})


def subtitle(overview: Overview) -> str:
    """What is asked of the manager, or that nothing is."""
    count = len({person.enrolment.pk for _row, person in overview.support})
    if count:
        sentence = ngettext(
            "Une personne apprécierait un mot de vous. Son coach l’a déjà contactée, elle le sait.",
            "%(count)s personnes apprécieraient un mot de vous. Leur coach les a déjà contactées, "
            "elles le savent.",
            count,
        )
        return capfirst(sentence % {"count": spelled(count)})
    if not overview.enrolled:
        return _("Le coach choisit les personnes ; vous verrez ici l’avancement des agences.")
    if not overview.rows:
        return _("Votre réseau a choisi de ne montrer que des ensembles, sans nom.")
    return _("Personne n’attend un mot de vous aujourd’hui. Le coach accompagne chacun.")


def reason(person: Person) -> str:
    """Why this person is on the list, and one suggestion: never a reproach, never a date."""
    if person.figures.recency_bucket == "not_started":
        return _(
            "L’invitation n’a pas encore été ouverte. "
            "Un appel peut suffire, pour dire à quoi sert le parcours."
        )
    return _(
        "Plus de trois semaines sans étape. Un passage en agence, sans parler du parcours, suffit souvent."
    )


def suggestion(person: Person, agency_name: str) -> str:
    """One sentence to say before a visit; it offers a coffee and asks for nothing."""
    names = {"first": person.name.split(" ")[0], "agency": agency_name}
    if person.is_paused:
        return _("Bonjour %(first)s, je passe à %(agency)s. Un café, et des nouvelles de l’agence ?") % names
    if person.figures.recency_bucket == "not_started":
        return (
            _(
                "Bonjour %(first)s, je passe à %(agency)s. Un café, et si vous le voulez, "
                "j’ouvre la première étape avec vous : elle prend quelques minutes."
            )
            % names
        )
    if person.visibility.is_visible or person.figures.pace_band in ("behind", "far"):
        return (
            _(
                "Bonjour %(first)s, je passe à %(agency)s. Un café, et si vous le voulez, dix minutes "
                "ensemble sur la leçon en cours ? Sinon, juste le café."
            )
            % names
        )
    return (
        _(
            "Bonjour %(first)s, je passe à %(agency)s. J’aimerais entendre ce que le parcours vous apporte, "
            "autour d’un café."
        )
        % names
    )
