"""An editorial line, one idea per page: what one talks about, the value behind it, the tone.

A column is filled in words of one's own, with one of one's first cards, with a social platform, or with one
of its choices. Stored: `row-<n>-<column>` and the revision of each row. A card is stored under its key, a
card of one's own under its words: it stays readable when the cards are sorted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from coaching.learning.room.platforms import PLATFORMS
from coaching.learning.steps.base import Content, Task
from coaching.learning.steps.written import Blank, WrittenForm, text_of

CARD_MAX = 60
NETWORKS = {place.key: place.name for place in PLATFORMS.values()}
Column = Mapping[str, Any]


class EditorialTable(WrittenForm):
    kind = "editorial_table"
    template = "coaching/learning/steps/editorial_table.html"

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        columns: Sequence[Column] = task.fields["columns"]
        return [[_blank(column, row) for column in columns] for row in range(1, task.fields["rows"] + 1)]

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        columns = task.fields["columns"]
        cells = [
            blank.shown(content, fill=column.get("fill", "text"))
            for column, blank in zip(columns, self.parts(task)[number - 1], strict=True)
        ]
        for cell in cells:
            if cell["fill"] == "card":
                cell["groups"] = _cards(task, cell["value"])
        return {
            "cells": cells,
            "columns": columns,
            "lines": _lines(task, content),
            "example": _example(task, number),
        }

    def reading(self, task: Task, content: Content) -> dict[str, Any]:
        return {"columns": task.fields["columns"], "lines": _lines(task, content)}


def _blank(column: Column, row: int) -> Blank:
    fill = column.get("fill", "text")
    missing = _("Écrivez quelques mots.") if fill == "text" else _("Choisissez une réponse.")
    named = f"{column['label']} – {missing}"
    limit = CARD_MAX if fill == "card" else 300
    return Blank(f"row-{row}-{column['key']}", column["label"], named, limit, _choices(column))


def _choices(column: Column) -> dict[str, str] | None:
    match column.get("fill", "text"):
        case "network":
            return NETWORKS
        case "choice":
            return {choice["key"]: choice["label"] for choice in column.get("choices", [])}
    return None


def _cards(task: Task, chosen: str) -> list[dict[str, Any]]:
    """The cards to choose among, in groups, with the one that was chosen."""
    groups = _offered(task)
    known = {value for _label, cards in groups for value, _words in cards}
    if chosen and chosen not in known:  # chosen before the cards were sorted anew
        groups.append(("", [(chosen, _card_words(task, chosen))]))
    return [
        {
            "label": label,
            "cards": [
                {"value": value, "label": words, "is_chosen": value == chosen} for value, words in cards
            ],
        }
        for label, cards in groups
    ]


def _offered(task: Task) -> list[tuple[str, list[tuple[str, str]]]]:
    """One's own first cards, or the whole deck by family: (family, [(value, words)])."""
    if task.cards:
        return [("", [(_value(task, card.key, card.label), card.label) for card in task.cards])]
    if task.deck is None:
        return []
    cards, language = task.deck.cards, task.language
    return [
        (
            family.label.in_language(language),
            [(card.key, card.label.in_language(language)) for card in cards if card.family_key == family.key],
        )
        for family in task.deck.families
    ]


def _value(task: Task, key: str, label: str) -> str:
    return key if _is_in_deck(task, key) else label[:CARD_MAX]


def _is_in_deck(task: Task, key: str) -> bool:
    return task.deck is not None and any(card.key == key for card in task.deck.cards)


def _card_words(task: Task, value: str) -> str:
    if task.deck is not None and _is_in_deck(task, value):
        return task.deck.card(value).label.in_language(task.language)
    return value


def _lines(task: Task, content: Content) -> list[dict[str, Any]]:
    """Every row in words, written or not."""
    columns: Sequence[Column] = task.fields["columns"]
    lines = []
    for row in range(1, task.fields["rows"] + 1):
        cells = [{"label": column["label"], "text": _words(task, column, row, content)} for column in columns]
        lines.append({"number": row, "cells": cells, "is_begun": any(cell["text"] for cell in cells)})
    return lines


def _words(task: Task, column: Column, row: int, content: Content) -> str:
    blank = _blank(column, row)
    text = text_of(content, blank.name).strip()
    return _card_words(task, text) if column.get("fill") == "card" else blank.words(text)


def _example(task: Task, number: int) -> list[dict[str, str]]:
    """One line of the example, another on each page."""
    examples: Sequence[Mapping[str, str]] = task.fields.get("example") or []
    if not examples:
        return []
    example = examples[(number - 1) % len(examples)]
    return [
        {"label": column["label"], "text": example[column["key"]]}
        for column in task.fields["columns"]
        if column["key"] in example
    ]
