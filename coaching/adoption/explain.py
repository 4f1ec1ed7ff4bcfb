"""Figures as they are shown, each with what it is made of: the page's four, the region's, an agency's."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.cairn import percent as as_percent
from coaching.adoption.facts import Person
from coaching.adoption.metrics import BANDS as BAND_FLOORS
from coaching.adoption.metrics import DEFAULT_WEIGHTS, Figure, Part
from coaching.adoption.overview import AgencyRow, Overview
from coaching.adoption.wording import BANDS, REASONS

ANCHOR = "explication"
NBSP = "\u00a0"

COMPONENTS: Mapping[str, str | Promise] = {
    "activated": gettext_lazy("Démarrage"),
    "learning": gettext_lazy("Avancement"),
    "practice": gettext_lazy("Mises en pratique"),
    "regularity": gettext_lazy("Régularité"),
}
MEANINGS: Mapping[str, str | Promise] = {
    "activated": gettext_lazy("Compte ouvert, première étape faite"),
    "learning": gettext_lazy("Minutes du parcours faites, comparées à ce qui est prévu à ce jour"),
    "practice": gettext_lazy("Pas encore commencé : compté à partir de la première échéance"),
    "regularity": gettext_lazy("Semaines actives des huit dernières ; deux semaines creuses sont offertes"),
}
WEIGHTS: Mapping[str, float] = {
    "activated": DEFAULT_WEIGHTS.activated,
    "learning": DEFAULT_WEIGHTS.learning,
    "practice": DEFAULT_WEIGHTS.practice,
    "regularity": DEFAULT_WEIGHTS.regularity,
}


def whole(value: float | None) -> int | None:
    """Rounded as people round, half up; nothing stays nothing."""
    return None if value is None else int(value + 0.5)


def percent(share: float | None) -> str:
    return "–" if share is None else as_percent(whole(100 * share))


def figures(page: Overview) -> list[dict[str, Any]]:
    """The four figures, in the words of components/figures.html. A missing one says why."""
    region, covered = page.region, page.coverage.figure
    index = Figure(None, "fewer_than_five") if page.is_withheld else region.index
    adjusted = Figure(None, "fewer_than_five") if page.is_withheld else region.adjusted
    explained = {"url": f"#{ANCHOR}", "url_label": _("Expliquer ce chiffre")} if index.is_known else {}
    return [
        {"label": _("Indice d’adoption"), **_scored(index, ""), **explained},
        {
            "label": _("Couverture"),
            "value": whole(None if covered.value is None else 100 * covered.value),
            "unit": "%",
            "note": _covered(page),
        },
        {"label": _("Indice ajusté"), **_scored(adjusted, _("indice × couverture"))},
        {"label": _("Mises en pratique"), **_practised(page)},
    ]


def _scored(figure: Figure, note: str) -> dict[str, Any]:
    text = note if figure.is_known else str(REASONS.get(figure.reason, ""))
    return {"value": whole(figure.value), "unit": "/ 100", "note": text}


def _practised(page: Overview) -> dict[str, Any]:
    """The practice rate: a count of people, never of what they handed in."""
    figure = page.practice
    part = figure.part("practising")
    if part is None or not part.of:
        return {"value": None, "note": _("pas encore commencé")}
    if page.is_withheld:
        return _scored(Figure(None, "fewer_than_five"), "") | {"unit": "%"}
    practising, of = int(part.value or 0), int(part.of)
    note = ngettext(
        "%(practising)d personne sur %(of)d : deux remises ou plus en 28 jours",
        "%(practising)d personnes sur %(of)d : deux remises ou plus en 28 jours",
        practising,
    )
    return {
        "value": whole(100 * (figure.value or 0)),
        "unit": "%",
        "note": note % {"practising": practising, "of": of},
    }


def _covered(page: Overview) -> str:
    part = page.coverage.figure.part("covered")
    if part is None or not part.of:
        return str(REASONS["no_active_agency"])
    covered, of = int(part.value or 0), int(part.of)
    sentence = ngettext(
        "%(covered)d agence inscrite sur %(of)d", "%(covered)d agences inscrites sur %(of)d", covered
    )
    return sentence % {"covered": covered, "of": of}


@dataclass(frozen=True)
class BandLine:
    """How many agencies stand in a band, `label` in words; `total` those that have a figure."""

    code: str
    name: str
    range: str
    count: int
    total: int
    label: str


def band_lines(page: Overview) -> list[BandLine]:
    """The distribution, in the order of the bands, empty where it may not be shown."""
    if not page.shows_bands:
        return []
    counts = dict(page.region.distribution)
    total = sum(counts.values())
    return [_band_line(code, counts.get(code, 0), total) for code, _floor in BAND_FLOORS]


def _band_line(code: str, count: int, total: int) -> BandLine:
    name, figures = str(BANDS[code][0]), BANDS[code][1]
    label = ngettext(
        "%(name)s : %(counter)s agence sur %(total)s", "%(name)s : %(counter)s agences sur %(total)s", count
    )
    return BandLine(
        code, name, figures, count, total, label % {"name": name, "counter": count, "total": total}
    )


@dataclass(frozen=True)
class Line:
    """One line of an explanation: what counts, what it means, the share done, the points or the weight."""

    name: str
    meaning: str
    share: str
    points: str


def explain_region(page: Overview) -> dict[str, Any]:
    """What the region's index is made of: one voice per agency, mean shares, then coverage."""
    known = [
        person.figures.adoption_index
        for row in page.enrolled
        for person in row.people
        if person.figures.adoption_index.is_known
    ]
    agencies = page.region.index.part("agencies")
    return {
        "lines": [] if page.is_withheld else [_region_line(code, known) for code in COMPONENTS],
        "agencies": int(agencies.value or 0) if agencies else 0,
        "not_started": sum(figure.note == "not_activated" for figure in known),
        "index": None if page.is_withheld else whole(page.region.index.value),
        "coverage": percent(page.coverage.figure.value),
        "adjusted": None if page.is_withheld else whole(page.region.adjusted.value),
    }


def _region_line(code: str, known: list[Figure]) -> Line:
    parts = [part for part in (figure.part(code) for figure in known) if part and part.value is not None]
    share = statistics.fmean(part.value or 0.0 for part in parts) if parts else None
    meaning = MEANINGS[code]
    if code == "practice" and parts:
        meaning = _("Points des 28 derniers jours, sur six visés ; publier ou simuler compte autant")
    return Line(str(COMPONENTS[code]), str(meaning), percent(share), str(whole(100 * WEIGHTS[code])))


@dataclass(frozen=True)
class Explanation:
    """One person's index, line by line; `counted` is what the applicable weights add up to."""

    person: Person
    index: int | None
    reason: str
    band: str
    lines: list[Line]
    points: int
    counted: int


def explain_agency(row: AgencyRow | None) -> list[Explanation]:
    return [explain_person(person) for person in row.people] if row else []


def explain_person(person: Person) -> Explanation:
    """The arithmetic of domain.md 4.5 with this person's shares; counts of weeks, never a date."""
    figure = person.figures.adoption_index
    parts = {part.code: part for part in figure.parts}
    applicable = [part for part in parts.values() if part.value is not None]
    return Explanation(
        person=person,
        index=whole(figure.value),
        reason=str(REASONS.get(figure.reason, "")),
        band=person.figures.band or "",
        lines=[_line(code, parts[code], person) for code in COMPONENTS if code in parts],
        points=whole(sum(100 * (part.weight or 0) * (part.value or 0) for part in applicable)) or 0,
        counted=whole(sum(100 * (part.weight or 0) for part in applicable)) or 0,
    )


def _line(code: str, part: Part, person: Person) -> Line:
    weight = 100 * (part.weight or 0)
    if part.value is None:
        return Line(str(COMPONENTS[code]), str(MEANINGS[code]), "–", "–")
    share = (_("oui") if part.value else _("non")) if code == "activated" else percent(part.value)
    points = f"{whole(weight * part.value)}{NBSP}/{NBSP}{whole(weight)}"
    return Line(str(COMPONENTS[code]), _meaning(code, person), share, points)


def _meaning(code: str, person: Person) -> str:
    figures_ = person.figures
    if code == "learning":
        shares = {"done": percent(figures_.progress.value), "due": percent(figures_.expected.value)}
        return _("%(done)s du parcours, %(due)s prévus à ce jour") % shares
    if code == "practice" and figures_.is_practice_due:
        sentence = ngettext(
            "%(n)d remise en 28 jours, publiée ou non",
            "%(n)d remises en 28 jours, publiées ou non",
            figures_.practice_count,
        )
        return sentence % {"n": figures_.practice_count}
    weeks = figures_.regularity.figure.part("active_weeks")
    if code == "regularity" and weeks is not None and weeks.of:
        active, of = int(weeks.value or 0), int(weeks.of)
        sentence = ngettext(
            "%(active)d semaine active sur %(of)d", "%(active)d semaines actives sur %(of)d", active
        )
        return sentence % {"active": active, "of": of}
    return str(MEANINGS[code])
