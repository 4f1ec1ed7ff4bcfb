"""Reads a package: files in, programme or problems out, never an exception. No Django."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from coaching.programmes.examination import STAND_IN, examine
from coaching.programmes.package.files import PART, PackageFiles, files_of_folder, files_of_zip, unreadable
from coaching.programmes.package.json_text import read_json
from coaching.programmes.package.yaml_text import MISSING, read_yaml
from coaching.programmes.problems import KeyPath, Place, Places, Problem, Reason, has_errors
from coaching.programmes.schema import LANGUAGES, SECTORS, Document, ProgrammeDocument, canonical_document

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u0084\u0086-\u009f]")
_KINDS_WITH_BODY = ("reading", "practice")
_OWN_FILES = ("themes", "sources", "decks", "modules")
# After these nobody knows what else the package holds: the rest of it would seem to be missing.
_STOPS = frozenset(
    {
        Reason.NO_FOLDER,
        Reason.NOT_ZIP,
        Reason.ZIP_UNSUPPORTED,
        Reason.TOO_MANY_FILES,
        Reason.PACKAGE_TOO_LARGE,
    }
)


@dataclass
class Package:
    """What was read. `programme` and `document` are there unless an error stands in the way of the shape."""

    programme: ProgrammeDocument | None = None
    document: Document | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.is_error]


def read_folder(root: Path) -> Package:
    """The package in a folder, checked."""
    problems: list[Problem] = []
    return read_files(files_of_folder(root, problems), problems)


def read_zip(stream: BinaryIO, *, name: str = "package.zip") -> Package:
    """The package in a ZIP, checked; see `files_of_zip` for the limits."""
    problems: list[Problem] = []
    return read_files(files_of_zip(stream, problems, name=name), problems)


def read_package(path: Path) -> Package:
    """The package at this path, checked: a folder, a .zip, or a .json document."""
    if path.suffix not in (".zip", ".json"):
        return read_folder(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        return Package(problems=[unreadable(str(path), error)])
    if path.suffix == ".zip":
        return read_zip(BytesIO(content), name=path.name)
    return read_json_text(content, name=path.name)


def read_json_text(content: bytes, *, name: str = "programme.json") -> Package:
    """The package in one JSON document, checked."""
    problems: list[Problem] = []
    raw = read_json(content, file=name, problems=problems)
    return _checked(raw, Places(name), problems)


def read_files(files: PackageFiles, problems: list[Problem] | None = None) -> Package:
    """The package in these files, checked."""
    problems = [] if problems is None else problems
    if any(problem.reason in _STOPS for problem in problems):
        return Package(problems=problems)
    reading = _Reading(files, problems)
    return _checked(reading.document(), reading.places, reading.problems, reading.lost)


def read_raw(files: PackageFiles, problems: list[Problem]) -> tuple[Document, Places]:
    """The data of the files put together as one document, and its places; `problems` grows."""
    reading = _Reading(files, problems)
    return reading.document(), reading.places


def _checked(
    raw: Document | None, places: Places, problems: list[Problem], lost: Collection[KeyPath] = ()
) -> Package:
    if raw is None:
        return Package(problems=problems)
    was_read = not has_errors(problems)
    programme, findings = examine(raw, places, lost)
    problems.extend(places.problem(raw, finding) for finding in findings)
    problems.sort(key=lambda problem: (not problem.is_error, problem.file, problem.line))
    if programme is None or not was_read:
        return Package(problems=problems)
    return Package(programme, canonical_document(programme), problems)


class _Reading:
    """Puts the files together and remembers where everything stood, and what could not be read."""

    def __init__(self, files: Mapping[str, bytes], problems: list[Problem]) -> None:
        self.places = Places("programme.yaml")
        self.problems = problems
        self.lost: set[KeyPath] = set()
        # None for a file that is there and cannot be read: refused when gathered, or not text
        self._texts: dict[str, str | None] = {
            problem.file: None for problem in problems if PART.fullmatch(problem.file)
        }
        self._texts |= {name: self._decoded(name, content) for name, content in sorted(files.items())}

    def document(self) -> Document:
        """The raw document; a part whose file cannot be read is `lost` and stands empty."""
        raw = self._block("programme.yaml", ())
        if raw is None:
            raw = dict(STAND_IN)
            self.lost |= {(name,) for name in STAND_IN if name not in _OWN_FILES}
        else:
            for part in _OWN_FILES:
                if part in raw:
                    self._find((part,), Reason.HAS_OWN_FILES)
        raw["themes"] = self._block("themes.yaml", ("themes",)) or {}
        raw["sources"] = self._block("sources.yaml", ("sources",)) or {}
        return raw | {"decks": self._decks(), "modules": self._modules()}

    def _decks(self) -> Document:
        keys = [name.split("/")[1].removesuffix(".yaml") for name in self._texts if name.startswith("decks/")]
        decks = {key: self._block(f"decks/{key}.yaml", ("decks", key)) for key in keys}
        return {key: deck for key, deck in decks.items() if deck is not None}

    def _modules(self) -> Document:
        modules: Document = {}
        for key in sorted({name.split("/")[1] for name in self._texts if name.startswith("modules/")}):
            module = self._block(f"modules/{key}/module.yaml", ("modules", key))
            if module is not None:
                modules[key] = module
                self._attach_bodies(key, module)
        return modules

    def _attach_bodies(self, module_key: str, module: Document) -> None:
        folder = f"modules/{module_key}/"
        used = {f"{folder}module.yaml"}
        steps = module.get("steps")
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, dict) and step.get("kind") in _KINDS_WITH_BODY:
                used |= self._attach_body(folder, step, ("modules", module_key, "steps", index))
        for name in self._texts:
            if name.startswith(folder) and name not in used:
                self._add(name, 1, Reason.STRAY_TEXT)

    def _attach_body(self, folder: str, step: Document, path: KeyPath) -> set[str]:
        key = str(step.get("key"))
        for foreign in ("body", "body_variants", "figure"):
            if foreign in step:
                self._find((*path, foreign), Reason.HAS_OWN_FILES)
                del step[foreign]
        used, body = self._body(f"{folder}{key}", (*path, "body"))
        if body:
            step["body"] = body
        variants = {}
        for sector in SECTORS:
            names, text = self._body(f"{folder}{key}@{sector}", (*path, "body_variants", sector))
            used |= names
            if text:
                variants[sector] = text
        if variants:
            step["body_variants"] = variants
        figure = f"{folder}{key}.svg"
        if figure in self._texts and step.get("kind") == "reading":
            used.add(figure)
            step["figure"] = self._long_text(figure, (*path, "figure"))
            self.places.remember((*path, "figure"), Place(figure, 1))
        return used

    def _body(self, stem: str, path: KeyPath) -> tuple[set[str], dict[str, str]]:
        used: set[str] = set()
        body: dict[str, str] = {}
        for language in LANGUAGES:
            name = f"{stem}.{language}.md"
            if name in self._texts:
                used.add(name)
                body[language] = self._long_text(name, path)
                self.places.remember((*path, language), Place(name, 1))
                self.places.remember(path, Place(name, 1))
        return used, body

    def _long_text(self, name: str, path: KeyPath) -> str:
        text = self._texts[name]
        if text is None:
            self.lost.add(path[:2])
            return "…"
        return text.rstrip("\n")

    def _block(self, name: str, path: KeyPath) -> Document | None:
        """The keys of one YAML file; None, and the part is lost, after a problem was added."""
        data = self._data(name, path)
        if data is None and path:
            self.lost.add(path)
        return data

    def _data(self, name: str, path: KeyPath) -> Document | None:
        if name not in self._texts:
            self._add(name, 1, Reason.MISSING_FILE)
            return None
        text = self._texts[name]
        if text is None:
            return None
        data: Any = read_yaml(text, file=name, path=path, places=self.places, problems=self.problems)
        if data is MISSING:
            return None
        if not isinstance(data, dict):
            self._add(name, 1, Reason.KEYS_EXPECTED)
            return None
        return data

    def _decoded(self, name: str, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            ahead = content[: error.start]
            column = len(ahead[ahead.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
            self._add(name, ahead.count(b"\n") + 1, Reason.NOT_UTF8, column)
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if control := _CONTROL.search(text):
            line = text.count("\n", 0, control.start()) + 1
            column = control.start() - text.rfind("\n", 0, control.start())
            self._add(name, line, Reason.CONTROL_CHARACTER, column, code=f"U+{ord(control.group()):04X}")
            return None
        return text

    def _add(self, file: str, line: int, reason: Reason, column: int | None = None, **params: object) -> None:
        self.problems.append(Problem(file, line, "", reason, params, column))

    def _find(self, path: KeyPath, reason: Reason) -> None:
        place = self.places.nearest(path)
        words = " > ".join(map(str, path[2:] or path))
        self.problems.append(Problem(place.file, place.line, words, reason, column=place.column))
