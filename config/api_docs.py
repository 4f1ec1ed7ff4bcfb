"""From an OpenAPI description to the few lists that the documentation page draws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EXAMPLE_TEXT = "…"
EXAMPLES = {
    "date-time": "2027-01-12T05:00:00Z",
    "date": "2027-01-12",
    "uri": "https://cairn.example/api/v1/…",
    "email": "vous@exemple.fr",
}


@dataclass(frozen=True)
class Field:
    """One property of an answer. `name` is dotted inside an object; `choices` are its possible values."""

    name: str
    kind: str
    is_nullable: bool
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    is_required: bool
    help: str


@dataclass(frozen=True)
class Operation:
    """One address with what it takes and gives, and an example of its JSON."""

    key: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]
    example: str


def describe(schema: Mapping[str, Any]) -> list[Operation]:
    """Every GET of the schema, the short addresses first."""
    return [
        _operation(schema, path, methods["get"])
        for path, methods in sorted(
            schema["paths"].items(), key=lambda entry: (entry[0].count("/"), entry[0])
        )
        if "get" in methods
    ]


def _operation(schema: Mapping[str, Any], path: str, get: Mapping[str, Any]) -> Operation:
    content = get["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        key=get["operationId"],
        path=path,
        summary=str(get.get("summary", "")),
        parameters=tuple(_parameter(each) for each in get.get("parameters", [])),
        fields=tuple(_fields(schema, _item(schema, content))),
        example=json.dumps(_example(schema, content), ensure_ascii=False, indent=2),
    )


def _parameter(node: Mapping[str, Any]) -> Parameter:
    return Parameter(node["name"], node["in"], node.get("required", False), str(node.get("description", "")))


def _resolve(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references; what stands beside one (help, nullable) wins over what it points to."""
    for reference in [node, *node.get("allOf", []), *node.get("oneOf", [])[:1]]:
        if "$ref" in reference:
            target = schema["components"]["schemas"][reference["$ref"].rsplit("/", 1)[-1]]
            return {**_resolve(schema, target), **{k: v for k, v in node.items() if k != "$ref"}}
    return node


def _item(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that an answer is, or holds a page or a list of."""
    node = _resolve(schema, node)
    if node.get("type") == "array":
        return _item(schema, node["items"])
    results = node.get("properties", {}).get("results")
    return _item(schema, results) if results else node


def _fields(schema: Mapping[str, Any], node: Mapping[str, Any], prefix: str = "") -> list[Field]:
    found: list[Field] = []
    for name, raw in node.get("properties", {}).items():
        value = _resolve(schema, raw)
        inner = _resolve(schema, value["items"]) if value.get("type") == "array" else value
        kind = f"{inner.get('type', 'object')}[]" if inner is not value else value.get("type", "object")
        choices = tuple(str(each) for each in inner.get("enum", []) if each is not None)
        found.append(Field(prefix + name, kind, value.get("nullable", False), _help(raw, value), choices))
        found += _fields(schema, inner, f"{prefix}{name}.")
    return found


def _help(raw: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """The field's own words; the library appends the list of choices, which has its own column."""
    text = str(raw.get("description") or value.get("description") or "")
    return "" if text.startswith("* `") else text.split("\n\n* `")[0]


def _example(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Any:
    node = _resolve(schema, node)
    if node.get("type") == "array":
        return [_example(schema, node["items"])]
    if "properties" in node:
        return {name: _example(schema, value) for name, value in node["properties"].items()}
    if node.get("enum"):
        return node["enum"][0]
    numbers: dict[str, Any] = {"integer": 1, "number": 0.5, "boolean": False}
    kind = str(node.get("type", ""))
    return numbers.get(kind, EXAMPLES.get(str(node.get("format", "")), EXAMPLE_TEXT))
