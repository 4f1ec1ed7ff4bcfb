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
    shows_words = False

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        path = stored_path(task, previous)
        at = typed_number(form.get("at"), len(path))
        if "back" in form:  # from that crossing: sent twice, it goes back once
            return Accepted({**previous, "path": path[: max(at - 1, 0)]}, stay={})
        option = form.get("choice")
        if option in path[at : at + 1]:
            return Accepted(previous, stay={})  # sent twice: one may have gone on since
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
            "intro": task.fields.get("intro"),
            "story": story(task, path),
            # A scene may end with the very question that the page would ask.
            "is_asked": bool(here.scenes) and here.scenes[-1]["text"].rstrip().endswith("?"),
            "at": len(path),
            "last": last,
            "letter": LETTERS[_index(task, path)] if path else "",
            "effect": effect_words(last.get("effect")) if last else None,
            "scenes": here.scenes,
            "options": [{**option, "letter": LETTERS[n]} for n, option in enumerate(here.options)],
            "is_over": here.is_over,
            "fork": fork(task, path),
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


def story(task: Task, path: Sequence[str]) -> list[dict[str, Any]]:
    """The scenes already left, each with the choice made there; the last choice is shown by the page."""
    left = []
    for depth, key in enumerate(path):
        here = walk(task, path[:depth])
        option = next(entry for entry in here.options if entry["key"] == key)
        left.append({"scenes": here.scenes, "choice": option["text"] if depth < len(path) - 1 else ""})
    return left


MAP_WIDTH, MAP_MIDDLE = 340, 46
# Heights of so many stones on one column, and of those beside the stone that was chosen.
HEIGHTS = {1: [46], 2: [22, 70], 3: [16, 46, 76]}
BESIDE = {1: [76], 2: [16, 76]}


def fork(task: Task, path: Sequence[str]) -> dict[str, Any]:
    """Where the small map, 340 by 92, draws its stones.

    `past` are those one stood on, with the roads not taken; `now` is the one stood on; `ahead` the roads
    that open from it, each with the stones one would choose among after it.
    """
    crossings = [walk(task, path[:depth]).options for depth in range(len(path) + 1)]
    roads = crossings[-1]
    after = [len(walk(task, [*path, option["key"]]).options) for option in roads]
    columns = len(path) + bool(roads) + any(after)
    gap = min(84, 280 // max(columns, 1))
    start = (MAP_WIDTH - gap * columns) // 2
    now = start + gap * len(path)
    return {
        "past": [
            {"x": start + gap * n, "next": start + gap * (n + 1), "beside": _beside(len(options) - 1)}
            for n, options in enumerate(crossings[:-1])
        ],
        "now": now,
        "ahead": [
            {
                "x": now + gap,
                "y": y,
                "far": now + 2 * gap,
                "then": [y + 9 * k - 9 * (n - 1) // 2 for k in range(n)],
            }
            for y, n in zip(_heights(len(roads)), after, strict=True)
        ],
    }


def _heights(count: int) -> list[int]:
    return HEIGHTS.get(count) or [12 + 68 * n // max(count - 1, 1) for n in range(count)]


def _beside(count: int) -> list[int]:
    return BESIDE.get(count) or [y for y in _heights(count) if y != MAP_MIDDLE]
