"""All the checks of a programme, in the order an author reads them. No Django."""

from collections.abc import Iterator
from typing import Any

from coaching.programmes.checks.modules import check_module
from coaching.programmes.checks.texts import check_texts
from coaching.programmes.checks.walk import walk
from coaching.programmes.problems import Finding, KeyPath, Reason
from coaching.programmes.schema import ONE_TO_ONE_MAX_MINUTES, Document, ProgrammeDocument, canonical_document


def check_programme(programme: ProgrammeDocument) -> Iterator[Finding]:
    """Every finding beyond the shape, errors and warnings."""
    document = canonical_document(programme)
    yield from _check_keys(document)
    yield from _check_codes(programme, document)
    yield from _check_weeks(programme)
    for key, module in programme.modules.items():
        yield from check_module(programme, key, module, document["modules"][key])
    yield from _check_decks(programme)
    yield from check_texts(document)


def _check_keys(document: Document) -> Iterator[Finding]:
    """Keys, and the former ones, are unique among siblings: progress and answers hang on them."""
    for path, node in walk(document):
        if _is_keyed_list(node):
            places = [(*path, index) for index in range(len(node))]
            yield from _check_siblings(list(zip(places, node, strict=True)), set())
    modules = document["modules"]
    to_write = {key for key in document.get("to_write", {}) if key not in modules}
    siblings: list[tuple[KeyPath, Document]] = [
        # by its folder: a module whose own key differs has that told elsewhere
        (("modules", key), {**module, "key": key})
        for key, module in modules.items()
    ]
    yield from _check_siblings(siblings, to_write)


def _check_siblings(entries: list[tuple[KeyPath, Document]], taken: set[str]) -> Iterator[Finding]:
    seen = set(taken)
    for place, entry in entries:
        if entry["key"] in seen:
            yield Finding((*place, "key"), Reason.KEY_OF_NEIGHBOUR, {"key": entry["key"]})
        seen.add(entry["key"])
    for place, entry in entries:
        for name in entry.get("formerly", []):
            if name in seen:
                yield Finding((*place, "formerly"), Reason.KEY_OF_NEIGHBOUR, {"key": name})
            seen.add(name)


def _is_keyed_list(node: Any) -> bool:
    if not isinstance(node, list) or not node:
        return False
    return all(isinstance(entry, dict) and isinstance(entry.get("key"), str) for entry in node)


def _check_codes(programme: ProgrammeDocument, document: Document) -> Iterator[Finding]:
    for path, node in walk(document):
        if not path or not isinstance(node, list):
            continue
        if path[-1] in ("themes", "goals"):
            for code in _codes(node):
                if code not in programme.themes:
                    yield Finding(path, Reason.UNKNOWN_THEME, {"code": code})
        if path[-1] == "sources":
            for code in _codes(node):
                if code not in programme.sources:
                    yield Finding(path, Reason.UNKNOWN_SOURCE, {"code": code})


def _codes(node: list[Any]) -> list[str]:
    return [entry for entry in node if isinstance(entry, str)]


def _check_weeks(programme: ProgrammeDocument) -> Iterator[Finding]:
    for index, week in enumerate(programme.weeks):
        yield from _check_modules_of(programme, week.modules, ("weeks", index, "modules"))
    for index, booster in enumerate(programme.boosters):
        yield from _check_modules_of(programme, booster.modules, ("boosters", index, "modules"))
    for key in programme.to_write:
        if key not in programme.placed:
            yield Finding(("to_write", key), Reason.MODULE_IN_NO_WEEK)
    yield from _check_one_to_one(programme)
    known = {week.key for week in programme.weeks}
    for index, session in enumerate(programme.sessions):
        if session.week not in known:
            yield Finding(("sessions", index, "week"), Reason.UNKNOWN_WEEK, {"week": session.week})
        total = sum(stage.minutes for stage in session.plan.agenda) if session.plan else session.minutes
        if total != session.minutes:
            sums = {"written": session.minutes, "total": total}
            yield Finding(("sessions", index, "minutes"), Reason.STAGE_MINUTES, sums)


def _check_one_to_one(programme: ProgrammeDocument) -> Iterator[Finding]:
    """Calendar and booking know one one-to-one: a second would be seen by nobody."""
    short = [
        (index, each)
        for index, each in enumerate(programme.sessions)
        if each.minutes <= ONE_TO_ONE_MAX_MINUTES
    ]
    for index, _session in short[1:]:
        params = {"limit": ONE_TO_ONE_MAX_MINUTES, "session": short[0][1].title.fr}
        yield Finding(("sessions", index, "minutes"), Reason.ONE_TO_ONE_TWICE, params)


def _check_modules_of(programme: ProgrammeDocument, keys: list[str], path: KeyPath) -> Iterator[Finding]:
    for key in keys:
        if key not in programme.modules and key not in programme.to_write:
            yield Finding(path, Reason.MODULE_NOT_WRITTEN, {"module": key})
        if programme.placed.count(key) > 1:
            yield Finding(path, Reason.MODULE_TWICE, {"module": key})


def _check_decks(programme: ProgrammeDocument) -> Iterator[Finding]:
    for key, deck in programme.decks.items():
        if deck.key != key:
            yield Finding(("decks", key, "key"), Reason.KEY_OF_FILE, {"name": key})
        families = {family.key for family in deck.families}
        for index, card in enumerate(deck.cards):
            if card.family not in families:
                path = ("decks", key, "cards", index, "family")
                yield Finding(path, Reason.UNKNOWN_FAMILY, {"family": card.family})
