"""Rewrites a package in its canonical form: typography, sentence lines, order of keys. No Django."""

from pathlib import Path
from typing import Any

from coaching.programmes.package.files import files_of_folder
from coaching.programmes.package.reader import read_raw
from coaching.programmes.package.writer import write_folder
from coaching.programmes.problems import Problem, has_errors
from coaching.programmes.schema import canonical_document
from coaching.programmes.sentences import tidy_text
from coaching.programmes.validation import parse_programme


def tidied(node: Any, name: str = "") -> Any:
    """The same data with every French and English text in its typography, one sentence per line."""
    if isinstance(node, dict):
        return {key: tidied(value, key) for key, value in node.items()}
    if isinstance(node, list):
        return [tidied(value, name) for value in node]
    if isinstance(node, str) and name in ("fr", "en"):
        return tidy_text("fr" if name == "fr" else "en", node)
    return node


def tidy_folder(root: Path) -> tuple[list[str], list[Problem]]:
    """Rewrites the folder; returns the files that changed, or the problems that left it untouched."""
    problems: list[Problem] = []
    raw, places = read_raw(files_of_folder(root, problems), problems)
    if has_errors(problems):
        return [], problems
    programme, findings = parse_programme(tidied(raw), places)
    if programme is None:
        return [], [places.problem(raw, finding) for finding in findings]
    return write_folder(canonical_document(programme), root), []
