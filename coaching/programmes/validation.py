"""Turns raw data into a programme, and what pydantic refuses into words an author understands. No Django."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coaching.programmes.problems import Finding, KeyPath, Places
from coaching.programmes.schema import ProgrammeDocument

_TWIN = {"en": "fr", "fr": "en"}
_LANGUAGE_NAME = {"en": "English", "fr": "French"}
_MAX_FINDINGS = 200


def parse_programme(raw: Any, places: Places) -> tuple[ProgrammeDocument | None, list[Finding]]:
    """The programme, or None and why not. `places` tells where the twin of a missing text stands."""
    try:
        return ProgrammeDocument.model_validate(raw), []
    except ValidationError as error:
        details = error.errors(include_url=False)[:_MAX_FINDINGS]
    except RecursionError:
        return None, [Finding((), "too many levels one inside the other")]
    return None, [_finding(raw, detail, places) for detail in details]


def _finding(raw: Any, detail: ErrorDetails, places: Places) -> Finding:
    path = _document_path(raw, detail)
    if detail["type"] == "missing" and path and path[-1] in _TWIN:
        twin = places.exact((*path[:-1], _TWIN[str(path[-1])]))
        if twin:
            name = _LANGUAGE_NAME[str(path[-1])]
            return Finding(path, f"the {name} text is missing; its twin is at {twin.file}:{twin.line}")
    return Finding(path, _message(detail))


def _document_path(raw: Any, detail: ErrorDetails) -> KeyPath:
    """Pydantic's location without the names it adds: union tags after a list entry, '[key]' at the end."""
    path: list[str | int] = []
    node = raw
    location = detail["loc"]
    for position, part in enumerate(location):
        names_a_key = position == len(location) - 1 and detail["type"] in ("missing", "extra_forbidden")
        follows_entry = position > 1 and isinstance(location[position - 1], int)
        if part == "[key]":
            break
        if follows_entry and not names_a_key and _is_union_tag(path[-2], node, part):
            continue
        path.append(part)
        node = _child(node, part)
    return tuple(path)


def _is_union_tag(list_name: str | int, node: Any, part: str | int) -> bool:
    if not isinstance(node, Mapping) or list_name not in ("steps", "items", "recall"):
        return False
    return bool(part == node.get("kind" if list_name == "steps" else "type"))


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


_MESSAGES = {
    "missing": "missing",
    "extra_forbidden": "unknown key here (a typing slip, or one level too far left or right?)",
    "string_type": "text is expected here",
    "int_type": "a whole number is expected here, without quotes",
    "bool_type": "true or false is expected here, without quotes",
    "list_type": "a list is expected here: one line per entry, starting with a hyphen",
    "dict_type": "keys followed by a colon are expected here",
    "model_type": "keys followed by a colon are expected here",
    "model_attributes_type": "keys followed by a colon are expected here",
    "string_unicode": "this text has characters that cannot be written in UTF-8",
}


def _message(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    if kind == "literal_error":
        return f"one of these is expected: {context['expected']}"
    if kind == "union_tag_invalid":
        return f"'{str(context['tag'])[:60]}' is not known here; one of: {context['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"missing: {context['discriminator'].strip(chr(39))}"
    if kind == "string_pattern_mismatch":
        return f"this does not have the expected form {context['pattern']}"
    if kind == "too_long" or kind == "too_short":
        return _length_message(kind, context)
    return detail["msg"].removeprefix("Value error, ")


def _length_message(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "too_long":
        return f"at most {context['max_length']} entries, {context['actual_length']} are here"
    return f"at least {context['min_length']} entries, {context['actual_length']} are here"
