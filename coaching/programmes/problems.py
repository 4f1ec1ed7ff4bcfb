"""What is wrong with a package, and where: file, line, keys, reason. No Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

KeyPath = tuple[str | int, ...]
Severity = Literal["error", "warning"]

_MAX_WORD = 60  # a key of a broken file can be a whole page


@dataclass(frozen=True)
class Problem:
    """One fault an author can go and mend. `path` is for people: `steps > the-step > title > fr`."""

    file: str
    line: int
    path: str
    message: str
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.path}\n    {self.message}"


@dataclass(frozen=True)
class Finding:
    """A fault at a place of the document, before anyone knows in which file that place stands.

    `lines_below` counts the lines of a long text above the fault.
    """

    path: KeyPath
    message: str
    severity: Severity = "error"
    lines_below: int = 0


@dataclass(frozen=True)
class Place:
    """Where a key of the document was read. A block text (|-) starts on the line after its key."""

    file: str
    line: int
    is_block: bool = False


@dataclass
class Places:
    """Remembers where every part of a document was read."""

    default_file: str
    _by_path: dict[KeyPath, Place] = field(default_factory=dict)

    def remember(self, path: KeyPath, place: Place) -> None:
        self._by_path[path] = place

    def exact(self, path: KeyPath) -> Place | None:
        return self._by_path.get(path)

    def nearest(self, path: KeyPath) -> Place:
        """The place of this path, or of the closest part that holds it."""
        for length in range(len(path), -1, -1):
            if place := self._by_path.get(path[:length]):
                return place if length == len(path) else Place(place.file, place.line)
        return Place(self.default_file, 1)

    def problem(self, document: Any, finding: Finding) -> Problem:
        """The finding, with its file, its line and its keys in words."""
        place = self.nearest(finding.path)
        return Problem(
            file=place.file,
            line=place.line + finding.lines_below + place.is_block,
            path=path_in_words(document, finding.path),
            message=finding.message,
            severity=finding.severity,
        )


def path_in_words(document: Any, path: KeyPath) -> str:
    """`steps > quelle-valeur > title`: list entries by their key, modules by their file alone."""
    words = []
    node = document
    for part in path:
        node = _child(node, part)
        is_entry = isinstance(part, int) and isinstance(node, Mapping)
        words.append(str(node.get("key", part) if is_entry else part)[:_MAX_WORD])
    if words[:1] == ["modules"] and len(words) > 2:
        words = words[2:]
    return " > ".join(words)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.is_error for problem in problems)


def _child(node: Any, part: str | int) -> Any:
    if isinstance(part, int):
        is_list = isinstance(node, Sequence) and not isinstance(node, str)
        return node[part] if is_list and -len(node) <= part < len(node) else None
    return node.get(part) if isinstance(node, Mapping) else None
