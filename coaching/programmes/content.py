"""A step's fields as one reader sees them: one language, one sector. Pure.

Texts become plain text (templates escape them), what is not for the sector is left out, and the
roads of a scenario lead past the scenes that are not shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coaching.programmes.schema import GENERAL
from coaching.programmes.sentences import as_paragraphs

Content = dict[str, Any]

_AUTHOR_ONLY = ("only_for", "not_for", "note", "formerly")


def content_for(data: Mapping[str, Any], language: str, sector: str) -> Content:
    """A fresh copy of the data for one reader.

    {"fr", "en"} becomes the text itself; `hints` (by sector) becomes `hint` when there is one; in a
    scenario every option has a `go_to`: the key of the next scene shown, None at the end.
    """
    content: Content = _localised(data, "en" if language.startswith("en") else "fr", sector)
    if data.get("kind") == "scenario":
        _resolve_roads(content, data["scenes"], sector)
    return content


def is_shown(entry: Mapping[str, Any], sector: str) -> bool:
    """Whether an entry with only_for / not_for is for this sector."""
    only_for = entry.get("only_for", [])
    return (not only_for or sector in only_for) and sector not in entry.get("not_for", [])


def _localised(node: Any, language: str, sector: str) -> Any:
    if isinstance(node, Mapping):
        return _localised_mapping(node, language, sector)
    if isinstance(node, Sequence) and not isinstance(node, str):
        shown = (entry for entry in node if not isinstance(entry, Mapping) or is_shown(entry, sector))
        return [_localised(entry, language, sector) for entry in shown]
    return node


def _localised_mapping(node: Mapping[str, Any], language: str, sector: str) -> Any:
    if set(node) == {"fr", "en"}:
        return as_paragraphs(node[language])
    content = {
        key: _localised(value, language, sector)
        for key, value in node.items()
        if key not in _AUTHOR_ONLY and key != "hints"
    }
    hints = node.get("hints", {})
    hint = hints.get(sector) or hints.get(GENERAL)
    if hint:
        content["hint"] = _localised(hint, language, sector)
    return content


def _resolve_roads(content: Content, scenes: Sequence[Mapping[str, Any]], sector: str) -> None:
    """Every option and scene of `content` leads to a scene that this sector is shown, or to the end."""
    by_key = {scene["key"]: scene for scene in scenes}
    content["start"] = _next_shown(scenes[0]["key"], by_key, sector)
    for scene in content["scenes"]:
        scene["then"] = _next_shown(scene.get("then"), by_key, sector)
        for option in scene.get("options", []):
            target = option.get("go_to")
            option["go_to"] = _next_shown(target, by_key, sector) if target else scene["then"]


def _next_shown(key: str | None, by_key: Mapping[str, Mapping[str, Any]], sector: str) -> str | None:
    while key is not None and not is_shown(by_key[key], sector):
        key = by_key[key].get("then")
    return key
