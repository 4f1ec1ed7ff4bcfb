"""Which column is what: French or English headings, synonyms, and those that are left aside. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from agencies.importing.problems import FileReason, FileRefusal
from agencies.importing.reading import Row, Table

TITLE_LINES = 10


class Column(StrEnum):
    """What a file may say about an agency and its head."""

    CODE = "code"
    AGENCY = "agency"
    CITY = "city"
    POSTAL_CODE = "postal_code"
    HEAD = "head"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    LANGUAGE = "language"
    STATUS = "status"
    INTERIM = "interim"
    OPEN_DAYS = "open_days"
    TIME_ZONE = "time_zone"
    OPENED_ON = "opened_on"


REQUIRED = (Column.AGENCY, Column.EMAIL)

SYNONYMS: dict[Column, str] = {
    Column.CODE: """
        code, code agence, code de l agence, numero agence, no agence, n agence, numero, reference, ref,
        reference agence, matricule agence, identifiant, identifiant agence, id agence, agency code, branch
        code, agency id, agency number, code point de vente
    """,
    Column.AGENCY: """
        agence, nom agence, nom de l agence, nom d agence, libelle agence, point de vente, boutique, bureau,
        agency, agency name, branch, branch name, office, agences
    """,
    Column.CITY: "ville, commune, localite, city, town, ville agence, ville de l agence",
    Column.POSTAL_CODE: """
        code postal, cp, c p, postal code, postcode, post code, zip, zip code, code postal agence
    """,
    Column.HEAD: """
        dirigeant, dirigeante, dirigeant e, dirigeant d agence, dirigeant e d agence, responsable,
        responsable d agence, responsable agence, directeur, directrice, directeur d agence, directeur
        agence, nom complet, prenom et nom, nom et prenom, prenom nom, nom prenom, nom du dirigeant, nom
        dirigeant, personne, head, agency head, manager, branch manager, full name, head name, name, person,
        contact
    """,
    Column.FIRST_NAME: """
        prenom, prenom dirigeant, prenom du dirigeant, first name, firstname, given name, forename
    """,
    Column.LAST_NAME: "nom, nom de famille, last name, lastname, surname, family name",
    Column.EMAIL: """
        courriel, email, e mail, mail, mel, adresse mail, adresse e mail, adresse email, adresse de
        courriel, adresse courriel, adresse electronique, courrier electronique, courriel dirigeant,
        courriel du dirigeant, email dirigeant, email address, e mail address, courriel professionnel, email
        professionnel, head email, work email
    """,
    Column.LANGUAGE: "langue, language, lang, langue du dirigeant, preferred language, locale",
    Column.STATUS: """
        statut, statut du dirigeant, statut dirigeant, statut professionnel, situation, status, employment
        status, employment
    """,
    Column.INTERIM: "interim, interimaire, par interim, est interimaire, is interim, acting, interim head",
    Column.OPEN_DAYS: """
        jours d ouverture, jours ouverture, jours ouvres, jours ouverts, jours, ouverture, open days,
        opening days, days open, business days, working days
    """,
    Column.TIME_ZONE: "fuseau, fuseau horaire, time zone, timezone, tz",
    Column.OPENED_ON: """
        ouverte le, ouvert le, date d ouverture, date ouverture, ouverte depuis, opened on, opening date,
        opened, date opened, open since
    """,
}

# Data about a person that Cairn has no use for: announced by name, never stored (domain.md 5.1).
PERSONAL_WORDS = frozenset(
    """
    naissance birth birthday birthdate age anniversaire telephone tel portable mobile phone gsm fax
    sante health medical handicap disability maladie commentaire commentaires comment comments remarque
    remarques note notes observation observations salaire salary remuneration iban rib bank secu
    securite nir ssn nationalite nationality civilite genre sexe gender sex religion syndicat union
    photo picture domicile rue adresse address home conjoint enfants children linkedin facebook
    instagram evaluation permis passeport passport
    """.split()
)


@dataclass(frozen=True)
class Ignored:
    """A heading that is left aside; `is_personal` when it holds personal data that Cairn does not need."""

    name: str
    is_personal: bool
    looks_like: str = ""


@dataclass(frozen=True)
class Columns:
    """Where each known column stands, what is left aside, and the lines under the headings."""

    positions: dict[Column, int]
    headings: dict[Column, str]
    ignored: tuple[Ignored, ...]
    rows: tuple[Row, ...]
    width: int


def fold(text: str) -> str:
    """Lower case, no accents, single spaces: « Prénom (usuel) » gives « prenom usuel »."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", bare.lower().replace("œ", "oe").replace("æ", "ae")).strip()


KNOWN: dict[str, Column] = {
    fold(word): column for column, words in SYNONYMS.items() for word in words.split(",")
}


def recognise(table: Table) -> Columns | FileRefusal:
    """Find the line of headings (a title may stand above it) and tell the columns apart."""
    if not table.rows:
        return FileRefusal(FileReason.EMPTY)
    index = _heading_index(table.rows)
    heading = table.rows[index]
    keys = _keys(heading.cells)
    twice = _duplicate(heading, keys)
    if twice:
        return twice
    positions = {key: position for position, key in enumerate(keys) if key}
    missing = [column for column in REQUIRED if column not in positions]
    if missing:
        return _missing(missing[0], heading)
    if len(table.rows) == index + 1:
        return FileRefusal(FileReason.NO_ROWS)
    return Columns(
        positions=positions,
        headings={key: heading.cells[position] for key, position in positions.items()},
        ignored=tuple(
            _ignored(name) for name, key in zip(heading.cells, keys, strict=True) if name and not key
        ),
        rows=table.rows[index + 1 :],
        width=len(heading.cells),
    )


def _heading_index(rows: Sequence[Row]) -> int:
    """Among the first lines, the one with most known headings; the first when none has any."""
    scores = [sum(1 for key in _keys(row.cells) if key) for row in rows[:TITLE_LINES]]
    return scores.index(max(scores))


def _keys(cells: Sequence[str]) -> list[Column | None]:
    """The column each heading names; « nom » depends on its neighbours."""
    keys = [KNOWN.get(fold(cell)) for cell in cells]
    if Column.LAST_NAME in keys and Column.FIRST_NAME not in keys and Column.HEAD not in keys:
        keys[keys.index(Column.LAST_NAME)] = Column.HEAD if Column.AGENCY in keys else Column.AGENCY
    return keys


def _duplicate(heading: Row, keys: Sequence[Column | None]) -> FileRefusal | None:
    seen: dict[Column, str] = {}
    for name, key in zip(heading.cells, keys, strict=True):
        if key and key in seen:
            return FileRefusal(
                FileReason.DUPLICATE_COLUMN, heading.line, {"column": key, "first": seen[key], "second": name}
            )
        if key:
            seen[key] = name
    if Column.HEAD in seen and (Column.FIRST_NAME in seen or Column.LAST_NAME in seen):
        other = seen.get(Column.LAST_NAME) or seen[Column.FIRST_NAME]
        params: dict[str, object] = {"column": Column.HEAD, "first": seen[Column.HEAD], "second": other}
        return FileRefusal(FileReason.DUPLICATE_COLUMN, heading.line, params)
    return None


def _missing(column: Column, heading: Row) -> FileRefusal:
    """Say which column is missing, and the heading that may be a slip of the pen for it."""
    words = [word for word, key in KNOWN.items() if key is column]
    close = next((name for name in heading.cells if get_close_matches(fold(name), words, 1, 0.8)), "")
    return FileRefusal(FileReason.MISSING_COLUMN, heading.line, {"column": column, "looks_like": close})


def _ignored(name: str) -> Ignored:
    words = fold(name)
    if PERSONAL_WORDS & set(words.split()):
        return Ignored(name[:80], is_personal=True)
    close = get_close_matches(words, list(KNOWN), 1, 0.85)
    return Ignored(name[:80], is_personal=False, looks_like=KNOWN[close[0]] if close else "")
