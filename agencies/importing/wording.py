"""Reasons, columns and values as sentences in the reader's language; the only words of the package."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.importing.columns import Column
from agencies.importing.planning import HeadAction, Item, Outcome, is_other_person
from agencies.importing.problems import FileReason, FileRefusal, Notice, Reason, Refusal, Remark
from agencies.models import Membership

Words = str | Promise

COLUMNS: dict[str, Words] = {
    Column.CODE: _("Code"),
    Column.AGENCY: _("Agence"),
    Column.CITY: _("Ville"),
    Column.POSTAL_CODE: _("Code postal"),
    Column.HEAD: _("Dirigeant·e"),
    Column.FIRST_NAME: _("Prénom"),
    Column.LAST_NAME: _("Nom"),
    Column.EMAIL: _("Courriel"),
    Column.LANGUAGE: _("Langue"),
    Column.STATUS: _("Statut"),
    Column.INTERIM: _("Intérim"),
    Column.OPEN_DAYS: _("Jours d’ouverture"),
    Column.TIME_ZONE: _("Fuseau horaire"),
    Column.OPENED_ON: _("Ouverte le"),
    "": _("Ligne"),
}
FIELDS: dict[str, Words] = {
    "name": _("Nom de l’agence"),
    "city": _("Ville"),
    "postal_code": _("Code postal"),
    "open_days": _("Jours d’ouverture"),
    "time_zone": _("Fuseau horaire"),
    "holiday_subdivision": _("Jours fériés locaux"),
    "opened_on": _("Ouverte le"),
    "email": _("Courriel"),
    "written_name": _("Dirigeant·e"),
    "head": _("Direction"),
    "employment_status": _("Statut"),
    "is_interim": _("Intérim"),
}
OUTCOMES: dict[Outcome, Words] = {
    Outcome.CREATED: _("Créée"),
    Outcome.CHANGED: _("Modifiée"),
    Outcome.UNCHANGED: _("Inchangée"),
}
DAYS: tuple[Words, ...] = (
    pgettext_lazy("jour abrégé", "lun"),
    pgettext_lazy("jour abrégé", "mar"),
    pgettext_lazy("jour abrégé", "mer"),
    pgettext_lazy("jour abrégé", "jeu"),
    pgettext_lazy("jour abrégé", "ven"),
    pgettext_lazy("jour abrégé", "sam"),
    pgettext_lazy("jour abrégé", "dim"),
)
PLACES: dict[str, Words] = {
    "": _("ceux de toute la France"),
    "57": _("Moselle"),
    "6AE": _("Alsace"),
    "971": _("Guadeloupe"),
    "972": _("Martinique"),
    "973": _("Guyane"),
    "974": _("La Réunion"),
    "976": _("Mayotte"),
    "BL": _("Saint-Barthélemy"),
    "MF": _("Saint-Martin"),
    "NC": _("Nouvelle-Calédonie"),
    "PF": _("Polynésie française"),
    "PM": _("Saint-Pierre-et-Miquelon"),
    "WF": _("Wallis-et-Futuna"),
}
SEPARATORS: dict[str, Words] = {";": _("point-virgule"), ",": _("virgule"), "\t": _("tabulation")}

FILE_REASONS: dict[FileReason, Words] = {
    FileReason.EMPTY: _("Ce fichier est vide."),
    FileReason.TOO_LARGE: _("Ce fichier dépasse %(megabytes)s Mo. Ne gardez que les colonnes utiles."),
    FileReason.NUL: _(
        "Le fichier contient des octets nuls : ce n’est pas du texte. Enregistrez-le en CSV UTF-8 ou en XLSX."
    ),
    FileReason.ENCODING: _(
        "Les caractères de ce fichier sont illisibles. Enregistrez-le en CSV UTF-8 ou en XLSX."
    ),
    FileReason.BAD_QUOTES: _(
        "Un guillemet est ouvert et jamais refermé, ou mal placé, à partir de cette ligne."
    ),
    FileReason.CELL_TOO_LONG: _("La case %(cell)s dépasse %(limit)s caractères. Raccourcissez son texte."),
    FileReason.CELL_OVER_LINES: _(
        "Une case s’étend sur plusieurs lignes et devient démesurée. Un guillemet est peut-être ouvert et "
        "jamais refermé à partir de cette ligne."
    ),
    FileReason.TOO_MANY_ROWS: _("Ce fichier a plus de %(rows)s lignes. Coupez-le en plusieurs fichiers."),
    FileReason.TOO_MANY_COLUMNS: _(
        "Une ligne a plus de %(columns)s colonnes. Ne gardez que les colonnes utiles."
    ),
    FileReason.NO_ROWS: _("Le fichier a des titres de colonnes, mais aucune ligne en dessous."),
    FileReason.OLD_EXCEL: _("C’est un ancien classeur Excel (.xls). Enregistrez-le au format XLSX ou CSV."),
    FileReason.ENCRYPTED: _("Ce classeur est protégé par un mot de passe. Enregistrez-le sans protection."),
    FileReason.CORRUPT_WORKBOOK: _(
        "Ce classeur est abîmé. Ouvrez-le dans votre tableur et enregistrez-le de nouveau."
    ),
    FileReason.TOO_HEAVY: _(
        "Ce classeur est trop lourd une fois ouvert. Enregistrez la feuille utile en CSV."
    ),
    FileReason.NOT_A_TABLE: _("Ce fichier n’est ni un CSV ni un classeur XLSX."),
    FileReason.DUPLICATE_COLUMN: _(
        "Les colonnes « %(first)s » et « %(second)s » disent la même chose (%(column)s). Gardez-en une."
    ),
    FileReason.MISSING_COLUMN: _("Il manque la colonne « %(column)s »."),
}
REASONS: dict[Reason, Words] = {
    Reason.REQUIRED: _("Cette case ne peut pas rester vide."),
    Reason.TOO_LONG: _("Ce texte dépasse %(limit)s caractères."),
    Reason.FORMULA: _("Cette case contient une formule. Écrivez sa valeur."),
    Reason.EXCEL_ERROR: _("Le tableur signale une erreur dans cette case."),
    Reason.GARBLED: _("Les accents ont été abîmés par une conversion."),
    Reason.CONTROL_CHARACTER: _("Cette case contient des caractères invisibles."),
    Reason.TOO_MANY_CELLS: _("La ligne a plus de cases que de titres : une case est peut-être décalée."),
    Reason.EMAIL_NO_AT: _("Une adresse contient un seul « @ »."),
    Reason.EMAIL_SEVERAL: _("Il y a plusieurs adresses : gardez-en une."),
    Reason.EMAIL_SPACE: _("L’adresse contient un espace."),
    Reason.EMAIL_LOOKALIKE: _("Une adresse s’écrit sans accent ni caractère particulier."),
    Reason.EMAIL_ENDS_EARLY: _("L’adresse s’arrête avant le point."),
    Reason.EMAIL_TYPO: _("Cette adresse ressemble à une faute de frappe."),
    Reason.EMAIL_INVALID: _("Cette adresse n’est pas valable."),
    Reason.EMAIL_OTHER_NAME: _("Cette adresse est déjà celle de %(name)s, ligne %(line)s."),
    Reason.CODE_SCIENTIFIC: _("Le tableur a changé ce code en nombre. Mettez la colonne au format texte."),
    Reason.CODE_TWICE: _("Ce code est déjà celui de la ligne %(line)s."),
    Reason.AGENCY_TWICE: _("Cette agence est déjà à la ligne %(line)s."),
    Reason.AGENCY_AMBIGUOUS: _(
        "Aucune agence ne porte ce nom exact, ou plusieurs le portent. Une nouvelle agence demande un code."
    ),
    Reason.AGENCY_CLOSED: _("Cette agence est fermée depuis le %(day)s."),
    Reason.POSTAL_CODE: _("Un code postal a cinq chiffres."),
    Reason.LANGUAGE: _("Langues admises : français, anglais."),
    Reason.STATUS: _("Valeurs admises : salarié, indépendant, franchisé, autre."),
    Reason.YES_NO: _("Valeurs admises : oui, non."),
    Reason.DAYS: _("Écrivez les jours ainsi : lun-ven, ou mar, mer, sam."),
    Reason.TIME_ZONE: _("Écrivez le fuseau ainsi : Europe/Paris."),
    Reason.DATE: _("Écrivez la date ainsi : 31/12/2026 ou 2026-12-31."),
    Reason.DATE_SHORT_YEAR: _("L’année a quatre chiffres."),
    Reason.DATE_RANGE: _("Cette date est hors du siècle."),
    Reason.SEVERAL_HEADS: _("Cette agence a plusieurs dirigeants : on ne sait pas lequel remplacer."),
}


def file_sentence(refusal: FileRefusal) -> str:
    """Why the file is refused, with the line and, for a missing column, the heading that looks like it."""
    params = dict(refusal.params)
    if "column" in params:
        params["column"] = str(COLUMNS[str(params["column"])]).lower()
    sentence = str(FILE_REASONS[refusal.reason]) % params
    if params.get("looks_like"):
        sentence += " " + gettext("La colonne « %(name)s » lui ressemble : renommez-la.") % {
            "name": params["looks_like"]
        }
    if refusal.line is not None:
        return gettext("Ligne %(line)s : %(sentence)s") % {"line": refusal.line, "sentence": sentence}
    return sentence


def refusal_sentence(refusal: Refusal) -> str:
    """Why a cell is refused."""
    params = {key: value_words(key, value) for key, value in refusal.params.items()}
    return str(REASONS[refusal.reason]) % params


def notice_sentence(notice: Notice) -> str:
    """A remark on a file that can be imported."""
    sentence = _notice(notice)
    if notice.line is None:
        return sentence
    return gettext("Ligne %(line)s : %(sentence)s") % {"line": notice.line, "sentence": sentence}


def _notice(notice: Notice) -> str:
    params = notice.params
    if notice.remark is Remark.ZERO_RESTORED:
        text = ngettext(
            "Un code postal a retrouvé son zéro de tête.",
            "%(count)d codes postaux ont retrouvé leur zéro de tête.",
            int(str(params["count"])),
        )
    elif notice.remark is Remark.ABSENT_AGENCIES:
        text = ngettext(
            "Une agence du réseau n’est pas dans le fichier : elle reste telle quelle.",
            "%(count)d agences du réseau ne sont pas dans le fichier : elles restent telles quelles.",
            int(str(params["count"])),
        )
    elif notice.remark is Remark.TWO_AGENCIES:
        text = gettext("%(email)s dirige aussi l’agence de la ligne %(first)s.")
    elif notice.remark is Remark.NEW_HEAD:
        text = gettext("%(new)s prend la place de %(former)s à la tête de l’agence « %(agency)s ».")
    elif notice.remark is Remark.NAME_KEPT:
        text = gettext("le nom « %(kept)s » reste : la personne l’a choisi. Le fichier dit « %(written)s ».")
    elif notice.remark is Remark.SAME_NAME:
        text = gettext("le réseau a déjà une agence « %(agency)s », de code %(code)s.")
    else:
        text = gettext("l’agence « %(agency)s » n’a pas encore de direction.")
    return text % params


def value_words(name: str, value: Any) -> str:
    """A value of a row as people write it: days, dates, statuses, yes and no; "" for nothing."""
    if value is not None and name == "holiday_subdivision":
        return str(PLACES.get(value, value))
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if name in ("open_days", Column.OPEN_DAYS) and isinstance(value, list | tuple):
        return days_words(value)
    if isinstance(value, dt.date):
        return date_format(value, "j F Y")
    if name in ("employment_status", Column.STATUS):
        labels = dict(Membership.EmploymentStatus.choices)
        return str(labels.get(str(value), value))
    return str(value)


def days_words(days: list[int] | tuple[int, ...]) -> str:
    """« lun-ven » for days in a row, « lun, mer » otherwise."""
    ordered = sorted(days)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{DAYS[ordered[0] - 1]}-{DAYS[ordered[-1] - 1]}"
    return ", ".join(str(DAYS[day - 1]) for day in ordered)


def item_sentence(item: Item) -> str:
    """What a line does, beside its list of changes."""
    if item.outcome is Outcome.UNCHANGED:
        return gettext("Rien")
    if item.outcome is Outcome.CREATED:
        has_head = item.head is not HeadAction.NONE
        return (
            gettext("Agence et direction") if has_head else gettext("Agence, sans direction pour l’instant")
        )
    if item.head is HeadAction.REPLACE:
        return gettext("Nouvelle direction : le mandat précédent se termine aujourd’hui, l’historique reste.")
    if is_other_person(item.entry, item.head, item.head_changes):
        return gettext(
            "Une autre personne : elle reprend l’invitation et les inscriptions de la précédente, "
            "qui n’avait pas encore rejoint Cairn."
        )
    if item.head is HeadAction.CORRECT:
        return gettext("Adresse corrigée : personne n’avait encore rejoint Cairn avec l’ancienne.")
    return ""
