"""A scene, choices that have consequences, another scene; one may always go back and try another road.

Stored: `path`, the keys of the options taken from the first scene on, and `ended`, once an end was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from coaching.learning.steps.base import (
    Accepted,
    Content,
    Form,
    InvalidAnswer,
    Outcome,
    Refused,
    StepKind,
    Task,
    typed_number,
)

Scene = Mapping[str, Any]
LETTERS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a path leads: the choices made, the scenes to show now, and the choice they ask for."""

    taken: tuple[Mapping[str, Any], ...]
    scenes: tuple[Scene, ...]
    options: Sequence[Mapping[str, Any]]

    @property
    def is_over(self) -> bool:
        return not self.options


class Scenario(StepKind):
    kind = "scenario"
    template = "coaching/learning/steps/scenario.html"

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        path = stored_path(task, previous)
        at = min(typed_number(form.get("at"), len(path)), len(path))
        if "back" in form:
            return Accepted({**previous, "path": path[: max(at - 1, 0)]}, stay={})
        option = form.get("choice")
        if option not in [entry["key"] for entry in walk(task, path[:at]).options]:
            return Refused({"choice": _("Choisissez un des chemins proposés.")}, previous)
        path = [*path[:at], option]
        # Seeing an end is enough: the last consequence is read on this step's own page.
        ended = bool(previous.get("ended")) or walk(task, path).is_over
        return Accepted({"path": path, "ended": ended}, stay={})

    def clean(self, task: Task, content: Content) -> Content:
        path = content.get("path")
        if not isinstance(path, list) or stored_path(task, content) != path:
            raise InvalidAnswer("path does not follow the scenes")
        if not walk(task, path).is_over:
            raise InvalidAnswer("path stops before an end")
        return {"path": path, "ended": True}

    def is_complete(self, task: Task, content: Content) -> bool:
        return bool(content.get("ended")) or walk(task, []).is_over

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        path = stored_path(task, content)
        here = walk(task, path)
        last = here.taken[-1] if here.taken else None
        return {
            "intro": task.fields.get("intro") if not path else None,
            "at": len(path),
            "last": last,
            "letter": LETTERS[_index(task, path)] if path else "",
            "effect": effect_words(last.get("effect")) if last else None,
            "scenes": here.scenes,
            "options": [{**option, "letter": LETTERS[n]} for n, option in enumerate(here.options)],
            "is_over": here.is_over,
            "fork": fork(len(path), len(here.options)),
        }


def walk(task: Task, path: Sequence[str]) -> Walk:
    """Follow the options of `path` from the first scene; a choice that leads nowhere known ends there."""
    by_key = {scene["key"]: scene for scene in task.fields["scenes"]}
    scenes, options = _until_choice(by_key, task.fields.get("start"))
    taken: list[Mapping[str, Any]] = []
    for key in path:
        option = next((entry for entry in options if entry["key"] == key), None)
        if option is None:
            break
        taken.append(option)
        scenes, options = _until_choice(by_key, option.get("go_to"))
    return Walk(tuple(taken), scenes, options)


def _until_choice(
    by_key: Mapping[str, Scene], key: str | None
) -> tuple[tuple[Scene, ...], Sequence[Mapping[str, Any]]]:
    """Scenes without a choice run on to the next one."""
    scenes: list[Scene] = []
    while key is not None and key in by_key and by_key[key] not in scenes:
        scenes.append(by_key[key])
        if options := by_key[key].get("options"):
            return tuple(scenes), options
        key = by_key[key].get("then")
    return tuple(scenes), ()


def stored_path(task: Task, content: Content) -> list[str]:
    """The stored path as far as the scenes still know it."""
    stored = content.get("path")
    path = [key for key in stored if isinstance(key, str)] if isinstance(stored, list) else []
    return path[: len(walk(task, path).taken)]


def _index(task: Task, path: Sequence[str]) -> int:
    before = walk(task, path[:-1]).options
    return next((n for n, option in enumerate(before) if option["key"] == path[-1]), 0)


def effect_words(effect: str | None) -> dict[str, str] | None:
    """An effect in words and with an icon; it is never a score."""
    if effect == "opens":
        return {"text": _("La conversation s’ouvre"), "icon": "message-circle", "css": "fb--ok"}
    if effect == "mixed":
        return {"text": _("Un peu des deux"), "icon": "git-branch", "css": ""}
    if effect == "closes":
        return {"text": _("La conversation se ferme"), "icon": "message-circle", "css": ""}
    return None


def fork(depth: int, roads: int) -> dict[str, Any]:
    """Where the small map, 340 by 92, draws its stones: those behind, the one stood on, the roads ahead."""
    gap = min(66, 200 // max(depth, 1))
    width = gap * depth + (84 if roads else 0)
    start = (340 - width) // 2
    now = start + gap * depth
    heights = {1: [46], 2: [22, 70], 3: [16, 46, 76]}
    spread = heights.get(roads) or [12 + 68 * n // max(roads - 1, 1) for n in range(roads)]
    return {
        "past": [{"x": start + gap * n} for n in range(depth)],
        "now": now,
        "mid": now + 42,
        "ahead": [{"x": now + 84, "y": y} for y in spread],
    }
