"""Where a form of the editor stands: a step, a module's own words, a part of the programme."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coaching.programmes.authoring import fields as f
from coaching.programmes.authoring.documents import with_minutes
from coaching.programmes.authoring.faults import OF_MODULE, RECALL
from coaching.programmes.schema.containers import Week
from coaching.programmes.schema.document import Document


@dataclass(frozen=True)
class Place:
    """The fields of one form, the part of the document that they fill, and how to put it back.

    `path` is in keys; `root` is the whole step or module that the form is about.
    """

    group: f.Group
    root: Mapping[str, Any]
    path: str
    _put: Callable[[Document], Document]

    @property
    def data(self) -> Document:
        return {name: self.root[name] for name in self.group.names if name in self.root}

    @property
    def mark(self) -> str:
        """What a form says it was made from: another one, and another window wrote here meanwhile."""
        text = json.dumps(self.data, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def put(self, data: Document) -> Document:
        """The whole document with this part in it; what the form does not show stays."""
        kept = {name: value for name, value in self.root.items() if name not in self.group.names}
        return self._put({**kept, **data})


def place_of_block(document: Document, module_key: str, block: str) -> Place | None:
    """The form of a step, of what the module says of itself, or of its recall questions."""
    module = document["modules"].get(module_key)
    if module is None:
        return None
    above = f"modules/{module_key}"
    if block in (OF_MODULE, RECALL):
        group = f.module_group() if block == OF_MODULE else f.recall_group()
        return Place(group, module, above, lambda node: _with_module(document, module_key, node))
    for number, step in enumerate(module["steps"]):
        if step["key"] == block:
            return Place(
                f.step_groups()[step["kind"]],
                step,
                f"{above}/steps/{block}",
                lambda node: _with_step(document, module_key, number, node),  # noqa: B023 - returned at once
            )
    return None


def place_of_part(document: Document, part: str) -> Place | None:
    """The form of what stands outside the modules."""
    group = f.programme_parts().get(part)
    return Place(group, document, "", lambda node: node) if group else None


def place_of_week(document: Document, key: str) -> Place | None:
    """The title of a week."""
    for number, week in enumerate(document["weeks"]):
        if week["key"] == key:
            group = f.group_of(Week).only("title")
            return Place(group, week, f"weeks/{key}", lambda node: _with_week(document, number, node))  # noqa: B023
    return None


def _with_module(document: Document, key: str, module: Document) -> Document:
    return {**document, "modules": {**document["modules"], key: with_minutes(module)}}


def _with_step(document: Document, module_key: str, number: int, step: Document) -> Document:
    module = document["modules"][module_key]
    steps = [*module["steps"]]
    steps[number] = step
    return _with_module(document, module_key, {**module, "steps": steps})


def _with_week(document: Document, number: int, week: Document) -> Document:
    weeks = [*document["weeks"]]
    weeks[number] = week
    return {**document, "weeks": weeks}
