"""The drawing of a reading: one SVG for both languages, read strictly and written anew. No Django.

Nothing of the author's file reaches a page as it stands: it is parsed, whatever is not on the lists
below is a fault, and the HTML is written from what was understood. Colours come from classes, so a
drawing follows light and dark; no style, script, link, image or id can be said here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple
from xml.parsers import expat

from coaching.programmes.problems import Params, Reason
from coaching.programmes.schema.text import LANGUAGES, Language

FIGURE_SLOT = "[[figure]]"

_NUMBER = re.compile(r"-?\d{1,4}(?:\.\d{1,3})?")
_NUMBERS = re.compile(r"-?\d{1,4}(?:\.\d{1,3})?(?:[ ,]+-?\d{1,4}(?:\.\d{1,3})?)*")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 ,.-]+")
_TRANSFORM = re.compile(r"(?:(?:translate|rotate|scale)\([-0-9., ]+\) ?)+")
_ANCHOR = re.compile(r"start|middle|end")
_LANGUAGE = re.compile("|".join(LANGUAGES))
# Declarations, entities, comments and instructions: refused before the parser reads any of them.
_DECLARATION = re.compile(r"<[!?][\w-]*")
# Shapes: what static/css/learning.css fills and strokes. Texts: app.css, under .fig.
CLASSES = frozenset(
    (
        "water sheet stone-1 stone-2 stone-3 stone-4 stone-5 line thin dots ripple mark t-d t-out t-soft"
    ).split()
)
_CLASSES = re.compile(rf"(?:{'|'.join(sorted(CLASSES))})(?: (?:{'|'.join(sorted(CLASSES))}))*")

_EVERYWHERE = {"class": _CLASSES, "transform": _TRANSFORM}
_TEXT = {"x": _NUMBER, "y": _NUMBER, "font-size": _NUMBER, "text-anchor": _ANCHOR, **_EVERYWHERE}


def _numeric(*names: str) -> dict[str, re.Pattern[str]]:
    return {**dict.fromkeys(names, _NUMBER), **_EVERYWHERE}


ALLOWED: dict[str, dict[str, re.Pattern[str]]] = {
    "svg": {"viewBox": _NUMBERS, "xmlns": re.compile(r"http://www\.w3\.org/2000/svg")},
    "title": {"lang": _LANGUAGE},
    "desc": {"lang": _LANGUAGE},
    "g": _EVERYWHERE,
    "path": {"d": _PATH, **_EVERYWHERE},
    "rect": _numeric("x", "y", "width", "height", "rx"),
    "circle": _numeric("cx", "cy", "r"),
    "ellipse": _numeric("cx", "cy", "rx", "ry"),
    "line": _numeric("x1", "y1", "x2", "y2"),
    "text": {"lang": _LANGUAGE, **_TEXT},
}
_WITH_WORDS = ("title", "desc", "text")  # these hold words, in the one language they name
_MAX_DEPTH = 20  # groups within groups; whoever walks a drawing needs as many frames


@dataclass
class Element:
    """One element of a drawing; `line` counts from 0."""

    name: str
    attributes: dict[str, str]
    line: int
    words: str = ""
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()


class Fault(NamedTuple):
    """Why a drawing is refused, and how many lines stand above."""

    reason: Reason
    params: Params
    line: int


def read_figure(svg: str) -> tuple[Element | None, list[Fault]]:
    """The drawing and every fault in it; no drawing where the file is no XML."""
    if hidden := _DECLARATION.search(svg):
        line = svg.count("\n", 0, hidden.start())
        return None, [Fault(Reason.FIGURE_NOT_ALLOWED, {"what": hidden.group()}, line)]
    reading = _Reading()
    try:
        reading.parser.Parse(svg, True)
    except expat.ExpatError as error:
        return None, [Fault(Reason.FIGURE_NOT_XML, {}, max(error.lineno - 1, 0))]
    root = reading.root
    if root is None or root.name != "svg" or "viewBox" not in root.attributes:
        return root, [*reading.faults, Fault(Reason.FIGURE_NO_VIEW_BOX, {}, 0)]
    return root, [*reading.faults, *_language_faults(root)]


def words_of_figure(svg: str) -> Iterator[tuple[int, Language, str]]:
    """Every text of a drawing: the lines above it, its language, its words."""
    root, _ = read_figure(svg)
    for element in root.walk() if root else ():
        for language in LANGUAGES:
            if element.name in _WITH_WORDS and element.attributes.get("lang") == language:
                yield element.line, language, element.words


def figure_html(svg: str, language: Language) -> str:
    """The drawing in one language, written anew; empty when it has a fault."""
    root, faults = read_figure(svg)
    if root is None or faults:
        return ""
    return f'<figure class="fig">{"".join(_written(root, language))}</figure>'


class _Reading:
    """Turns the events of the XML parser into elements."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.faults: list[Fault] = []
        self._open: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        holder = self._open[-1].name if self._open else None
        is_misplaced = (name == "svg") != (holder is None) or holder in _WITH_WORDS
        if name not in ALLOWED or is_misplaced or len(self._open) == _MAX_DEPTH:
            self._refuse(name)
        for attribute, value in attributes.items():
            form = ALLOWED.get(name, {}).get(attribute)
            if form is None or not form.fullmatch(value):
                self._refuse(f"{name} {attribute}")
        element = Element(name, attributes, self.parser.CurrentLineNumber - 1)
        if self._open:
            if len(self._open) < _MAX_DEPTH:
                self._open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, words: str) -> None:
        if self._open and self._open[-1].name in _WITH_WORDS:
            self._open[-1].words += words
        elif words.strip():
            self._refuse(words.strip()[:20])

    def _refuse(self, what: str) -> None:
        line = self.parser.CurrentLineNumber - 1
        self.faults.append(Fault(Reason.FIGURE_NOT_ALLOWED, {"what": what[:60]}, line))


def _language_faults(root: Element) -> Iterator[Fault]:
    """A title and a description in each language, and as many texts in one as in the other."""
    counts: Counter[tuple[str, str]] = Counter()
    for element in root.walk():
        if element.name not in _WITH_WORDS:
            continue
        if "lang" not in element.attributes or not element.words.strip():
            yield Fault(Reason.FIGURE_NO_LANGUAGE, {"what": element.name}, element.line)
        else:
            counts[element.name, element.attributes["lang"]] += 1
    for name in _WITH_WORDS:
        french, english = (counts[name, language] for language in LANGUAGES)
        if french != english or (name != "text" and french != 1):
            params = {"what": name, "french": french, "english": english}
            yield Fault(Reason.FIGURE_TWINS, params, root.line)


def _written(element: Element, language: Language) -> Iterator[str]:
    if element.attributes.get("lang", language) != language:
        return
    attributes = {name: value for name, value in element.attributes.items() if name not in ("lang", "xmlns")}
    if element.name == "svg":
        attributes |= {"role": "img", "aria-labelledby": "figure-title figure-desc"}
    if element.name in ("title", "desc"):
        attributes["id"] = f"figure-{element.name}"
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    yield f"<{element.name}{written}>{escape(element.words, quote=False)}"
    for child in element.children:
        yield from _written(child, language)
    yield f"</{element.name}>"
