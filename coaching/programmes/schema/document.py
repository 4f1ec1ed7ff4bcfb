"""The one JSON form of a programme: same content, same document, same checksum. No Django."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from coaching.programmes.schema.containers import ProgrammeDocument
from coaching.programmes.schema.text import SECTORS

Document = dict[str, Any]

_FIRST_KEYS = ("key", "code", "kind", "type")


def canonical_document(programme: ProgrammeDocument) -> Document:
    """The programme as plain data: defaults left out, identifying keys first, then the schema's order.

    Mappings have no meaningful order in the format and a database may lose it, so each has one here:
    modules and decks by key, modules to write as in the weeks, sectors as in the format, themes and
    sources by letter (T, Q, G; S, J) then number, cells of an example as the columns of their table.
    """
    document: Document = _in_order(programme.model_dump(mode="json", exclude_defaults=True))
    if "to_write" in document:
        document["to_write"] = _sorted_like(document["to_write"], programme.placed)
    for name in ("decks", "modules"):
        document[name] = dict(sorted(document[name].items()))
    for name in ("themes", "sources"):
        document[name] = dict(sorted(document[name].items(), key=_code_rank))
    return document


def document_checksum(document: Document) -> str:
    """SHA-256, in hexadecimal, of the document's canonical JSON; the order of keys does not count."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _code_rank(entry: tuple[str, Any]) -> tuple[int, int, str]:
    code = entry[0]
    return -ord(code[0]), int("".join(filter(str.isdigit, code))), code


def _in_order(node: Any) -> Any:
    if isinstance(node, list):
        return [_in_order(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    if "key" in node and "format" not in node:
        node = {**{key: node[key] for key in _FIRST_KEYS if key in node}, **node}
    if "columns" in node and "example" in node:
        columns = [column["key"] for column in node["columns"]]
        node = {**node, "example": [_sorted_like(row, columns) for row in node["example"]]}
    if node and set(node) <= set(SECTORS):
        node = _sorted_like(node, SECTORS)
    return {key: _in_order(value) for key, value in node.items()}


def _sorted_like(mapping: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    known = [key for key in dict.fromkeys(order) if key in mapping]
    return {key: mapping[key] for key in [*known, *(key for key in mapping if key not in known)]}
