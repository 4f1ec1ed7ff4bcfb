"""Turns raw data into a programme, and what pydantic refuses into reasons and places. No Django."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coaching.programmes.problems import Finding, KeyPath, Params, Places, Reason
from coaching.programmes.schema import ProgrammeDocument
from coaching.programmes.schema.containers import MONTH_PATTERN, VERSION_PATTERN
from coaching.programmes.schema.text import CODE_PATTERN, KEY_PATTERN, STEP_PATH_PATTERN

_TWIN = {"en": "fr", "fr": "en"}
_MAX_FINDINGS = 200
_MAX_EXCERPT = 60  # a wrong value can be a whole page


def parse_programme(raw: Any, places: Places) -> tuple[ProgrammeDocument | None, list[Finding]]:
    """The programme, or None and why not. `places` tells where the twin of a missing text stands."""
    try:
        return ProgrammeDocument.model_validate(raw), []
    except ValidationError as error:
        details = error.errors(include_url=False)[:_MAX_FINDINGS]
    except RecursionError:
        return None, [Finding((), Reason.TOO_DEEP)]
    return None, [_finding(raw, detail, places) for detail in details]


def _finding(raw: Any, detail: ErrorDetails, places: Places) -> Finding:
    path = _document_path(raw, detail)
    if detail["type"] == "missing" and path and path[-1] in _TWIN:
        twin = places.exact((*path[:-1], _TWIN[str(path[-1])]))
        if twin:
            params = {"language": path[-1], "twin": f"{twin.file}:{twin.line}"}
            return Finding(path, Reason.MISSING_TEXT, params)
    return Finding(path, *_reason(detail, path))


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
    if detail["type"].startswith("union_tag"):
        path.append(detail["ctx"]["discriminator"].strip("'"))
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


_REASONS = {
    "missing": Reason.MISSING,
    "extra_forbidden": Reason.UNKNOWN_KEY,
    "string_type": Reason.TEXT_EXPECTED,
    "int_type": Reason.NUMBER_EXPECTED,
    "bool_type": Reason.BOOLEAN_EXPECTED,
    "list_type": Reason.LIST_EXPECTED,
    "dict_type": Reason.KEYS_EXPECTED,
    "model_type": Reason.KEYS_EXPECTED,
    "model_attributes_type": Reason.KEYS_EXPECTED,
    "string_unicode": Reason.BAD_CHARACTERS,
    "string_too_short": Reason.TEXT_EMPTY,  # the format asks for one character, never for more
}
_BOUNDS = {
    "greater_than_equal": (Reason.NUMBER_TOO_SMALL, "ge"),
    "less_than_equal": (Reason.NUMBER_TOO_LARGE, "le"),
    "string_too_long": (Reason.TEXT_TOO_LONG, "max_length"),
    "too_short": (Reason.TOO_FEW_ENTRIES, "min_length"),
    "too_long": (Reason.TOO_MANY_ENTRIES, "max_length"),
}
EXAMPLES = {  # a pattern says nothing to an author, an example does
    KEY_PATTERN: "mes-valeurs-2",
    CODE_PATTERN: "T1",
    STEP_PATH_PATTERN: "tri-des-cartes/top-3",
    MONTH_PATTERN: "2027-03",
    VERSION_PATTERN: "1.0",
}


def _reason(detail: ErrorDetails, path: KeyPath) -> tuple[Reason, Params]:
    """Why pydantic refuses a value; what is not foreseen here still names the key and the value."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _REASONS:
        return _REASONS[kind], {}
    if kind in _BOUNDS:
        reason, bound = _BOUNDS[kind]
        return reason, {"limit": context[bound], "actual": context.get("actual_length")}
    if kind == "literal_error":
        return Reason.ONE_OF, {"expected": _listed(context["expected"])}
    if kind == "union_tag_invalid":
        tags = _listed(context["expected_tags"])
        return Reason.UNKNOWN_VALUE, {"value": _short(context["tag"]), "expected": tags}
    if kind == "union_tag_not_found":
        return Reason.MISSING, {}
    if kind == "string_pattern_mismatch" and context["pattern"] in EXAMPLES:
        return Reason.BAD_FORM, {"example": EXAMPLES[context["pattern"]]}
    if kind in frozenset(Reason):  # a refusal of the schema itself
        return Reason(kind), context
    return Reason.INVALID, {"key": _short(path[-1] if path else ""), "value": _short(detail["input"])}


def _listed(expected: str) -> str:
    """Pydantic's "'a', 'b' or 'c'" as plain words."""
    return expected.replace(" or ", ", ").replace("'", "")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _MAX_EXCERPT else text[:_MAX_EXCERPT] + "…"
