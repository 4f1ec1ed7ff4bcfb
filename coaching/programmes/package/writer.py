"""Writes a document as a folder: one document, one folder, the same bytes each time. No Django."""

import re
from pathlib import Path
from typing import Any

from coaching.programmes.package.files import PackageFiles
from coaching.programmes.schema import Document

# Lists whose entries are set apart by an empty line, and texts written on a line of their own.
_SPACED_LISTS = {"steps", "items", "scenes", "criteria", "weeks", "modules", "recall", "checklist", "cards"}
_SPACED_LISTS |= {"boosters", "sessions", "agenda"}
_BLOCK_TEXTS = {"fr", "en", "note", "citation"}

_PLAIN_PROSE = re.compile(r"[\w«“][^:#\n]{0,89}")
_PLAIN_WORD = re.compile(r"\w[\w./@ -]*")
_LOOKS_LIKE_A_VALUE = re.compile(r"true|false|yes|no|on|off|null|y|n|[-+.\d]+", re.IGNORECASE)


def files_of_document(document: Document) -> PackageFiles:
    """The files of the package that holds this document, name -> bytes."""
    texts: dict[str, str] = {}
    data: dict[str, Any] = {
        "programme.yaml": {
            key: value
            for key, value in document.items()
            if key not in ("themes", "sources", "decks", "modules")
        },
        "themes.yaml": document["themes"],
        "sources.yaml": document["sources"],
    }
    data |= {f"decks/{key}.yaml": deck for key, deck in document["decks"].items()}
    for key, module in document["modules"].items():
        steps = [_without_body(f"modules/{key}/", step, texts) for step in module["steps"]]
        data[f"modules/{key}/module.yaml"] = {**module, "steps": steps}
    texts |= {name: "\n".join(_yaml_lines(value)) for name, value in data.items()}
    return {name: f"{text}\n".encode() for name, text in sorted(texts.items())}


def write_folder(document: Document, root: Path) -> list[str]:
    """Writes the package below `root` and returns the names of the files that changed."""
    return write_files(files_of_document(document), root)


def write_files(files: PackageFiles, root: Path) -> list[str]:
    """Writes the files that differ from those below `root`; returns their names."""
    changed = []
    for name, content in files.items():
        path = root / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        changed.append(name)
    return changed


def _without_body(folder: str, step: Document, texts: dict[str, str]) -> Document:
    stem = f"{folder}{step['key']}"
    for language, text in step.get("body", {}).items():
        texts[f"{stem}.{language}.md"] = text
    for sector, variant in step.get("body_variants", {}).items():
        for language, text in variant.items():
            texts[f"{stem}@{sector}.{language}.md"] = text
    if "figure" in step:
        texts[f"{stem}.svg"] = step["figure"]
    return {key: value for key, value in step.items() if key not in ("body", "body_variants", "figure")}


def _yaml_lines(node: Any, indent: int = 0, name: str = "") -> list[str]:
    if isinstance(node, dict):
        return [line for key, value in node.items() for line in _entry_lines(key, value, indent)]
    lines: list[str] = []
    for position, value in enumerate(node):
        if position and name in _SPACED_LISTS and isinstance(value, dict):
            lines.append("")
        lines.extend(_item_lines(value, indent))
    return lines


def _entry_lines(key: str, value: Any, indent: int) -> list[str]:
    """The lines of one `key: value`."""
    start = "  " * indent + f"{key}:"
    if isinstance(value, str) and key in _BLOCK_TEXTS:
        return _text_lines(start, value, indent)
    if not isinstance(value, dict | list):
        return [f"{start} {_scalar(value)}"]
    if not value:
        return [f"{start} {'{}' if isinstance(value, dict) else '[]'}"]
    if isinstance(value, list) and not isinstance(value[0], dict | list) and key != "modules":
        return [f"{start} [{', '.join(map(_scalar, value))}]"]
    return [start, *_yaml_lines(value, indent + 1, key)]


def _text_lines(start: str, text: str, indent: int) -> list[str]:
    if _PLAIN_PROSE.fullmatch(text) and not _LOOKS_LIKE_A_VALUE.fullmatch(text):
        return [f"{start} {text}"]
    pad = "  " * (indent + 1)
    return [f"{start} |-", *(f"{pad}{line}" if line else "" for line in text.split("\n"))]


def _item_lines(value: Any, indent: int) -> list[str]:
    pad = "  " * indent
    if not isinstance(value, dict | list):
        return [f"{pad}- {_scalar(value)}"]
    first, *others = _yaml_lines(value, indent + 1)
    return [f"{pad}- {first.lstrip()}", *others]


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN_WORD.fullmatch(text) and not _LOOKS_LIKE_A_VALUE.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"
