"""A list copied from a mail or a spreadsheet, without headings: which words are name, address, agency. Pure.

It becomes the same table as a file, with the same line numbers as the text one sees; what the words mean is
guessed over all lines, and checked by the same dry run as a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from agencies.importing.columns import KNOWN, Column, fold
from agencies.importing.problems import FileReason, FileStop
from agencies.importing.reading import (
    BLANKS,
    LIST_MARK,
    MAX_ROWS,
    SEPARATORS,
    Row,
    Table,
    make_row,
    split_rows,
)

# Each begins where a word does, and goes over it once: a picture pasted as one endless word costs no more.
ADDRESS = re.compile(r"<[^<>\n]*>|(?<![^\s,;|<>()\"@])[^\s,;|<>()\"@]+@[^\s,;|<>()\"]+")
BROKEN_ADDRESS = re.compile(
    r"(?<![^\s,;|<>])[^\s,;|<>]+?(?: ?@ ?|\s*[\[({]\s*(?:at|arobase)\s*[\])}]\s*)[^\s,;|<>]+"
    r"|(?<!\S)[^\s@]*@\S*",
    re.IGNORECASE,
)
# A comma for the dot of a domain: where fields are parted by something else, or before a usual ending.
COMMA_FOR_DOT = re.compile(
    r"(?<![^\s,;|<>()\"@])[^\s,;|<>()\"@]+@[^\s,;|<>()\".@]+,"
    r"(?:[a-z]{2,10}(?=\s*[;|\t])|(?:fr|com|net|org|eu)\b)"
)
ANGLED = re.compile(r"<[^<>\n@]*@[^<>\n]*>")
BULLET = re.compile(r"^(?:[-*•–—▪◦]\s+|\d{1,3}\s*[.)]\s+)")
CUTS = (re.compile(r"\t"), re.compile(";"), re.compile(r"\|"), re.compile(","), re.compile(r"\s[-–—:]\s"))
POSTAL_CODE = re.compile(r"^(?:F-)?\d{5}$")
AGENCY_WORD = re.compile(r"^agences?\b", re.IGNORECASE)
USELESS = re.compile(r"^(?:mme|mlle|m|mr|mrs|ms|madame|monsieur)\.?$|^\+?[\d .()/-]{9,}$", re.IGNORECASE)
# What surrounds a list in a mail, folded; such a line holds no address.
COURTESIES = (
    "bonjour bonsoir cordialement merci voici hello hi regards dear cher chere salut bien best thanks".split()
)
EDGES = BLANKS + ",;|:\"'«»-–—()"
HEADINGS = {
    Column.HEAD: "Dirigeant",
    Column.EMAIL: "Courriel",
    Column.AGENCY: "Agence",
    Column.CITY: "Ville",
    Column.POSTAL_CODE: "Code postal",
}


@dataclass(frozen=True)
class Line:
    """One line taken apart: its address as written ("" for none), and the other words in their order."""

    number: int
    address: str
    words: tuple[str, ...]


def tidied(text: str) -> str:
    """The list with one person per line: a row of « Name <address> » as in a mail's heading is cut up."""
    lines: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text.replace("\x00", "")):
        lines += _one_person_each(line)
    return "\n".join(lines).strip("\n")


def packed(text: str) -> bytes:
    """What is stored in the place of a file; `unpacked` gives the text back."""
    return LIST_MARK + tidied(text).encode()


def unpacked(content: bytes) -> str | None:
    """The text of a pasted list, None for a file."""
    return content.removeprefix(LIST_MARK).decode() if content.startswith(LIST_MARK) else None


def read_list(text: str) -> Table:
    """The table of a pasted list; raises FileStop, as a file is refused."""
    if not text.strip(BLANKS + ",;|"):
        raise FileStop(FileReason.EMPTY)
    with_headings = _with_headings(text)
    if with_headings:
        return Table(with_headings, is_list=True)
    apart = (_take_apart(number, line) for number, line in enumerate(text.split("\n"), 1))
    lines = _without_at([line for line in apart if line])
    if not lines:
        raise FileStop(FileReason.EMPTY)
    if len(lines) > MAX_ROWS:
        raise FileStop(FileReason.TOO_MANY_ROWS, rows=MAX_ROWS)
    rows = [make_row(line.number, _cells(line, roles)) for line, roles in _with_roles(lines)]
    return Table((Row(0, tuple(HEADINGS.values())), *(row for row in rows if row)), is_list=True)


def _one_person_each(line: str) -> Iterable[str]:
    """Several « Name <address> » on a line, or several bare addresses and nothing else, one by one."""
    if len(ANGLED.findall(line)) > 1:
        return [piece.strip(BLANKS + ",;") for piece in re.split(r"(?<=>)[ \t]*[,;]", line)]
    bare = re.split(r"[\s,;]+", line.strip(BLANKS + ",;"))
    if len(bare) > 1 and all("@" in piece for piece in bare):
        return bare
    return [line]


def _with_headings(text: str) -> tuple[Row, ...]:
    """The rows of a list whose first line names its columns; nothing when it does not."""
    first = next(line for line in text.split("\n") if line.strip(BLANKS))
    for separator in sorted(SEPARATORS, key=first.count, reverse=True):
        known = {KNOWN.get(fold(cell)) for cell in first.split(separator)}
        if Column.EMAIL in known and len(known) > 1:
            heading, *rows = split_rows(text, separator)
            if Column.AGENCY not in known:
                heading = Row(heading.line, (*heading.cells, HEADINGS[Column.AGENCY]))
            return (heading, *rows)
    return ()


def _take_apart(number: int, line: str) -> Line | None:
    """Address and words; None for an empty line and for what surrounds a list in a mail."""
    bare = BULLET.sub("", line.strip(BLANKS))
    found = COMMA_FOR_DOT.search(bare) or ADDRESS.search(bare) or BROKEN_ADDRESS.search(bare)
    if not found:
        words = _words(bare)
        is_courtesy = bool(words) and (fold(bare).split() or [""])[0] in COURTESIES
        return Line(number, "", tuple(words)) if words and not is_courtesy else None
    before, after = bare[: found.start()], bare[found.end() :]
    cut = next((cut for cut in CUTS if cut.search(before + after)), None)
    words = [*_words(before, cut), *_words(after, cut)]
    return Line(number, found[0].strip("<>").strip(), tuple(words))


def _without_at(lines: Sequence[Line]) -> list[Line]:
    """A word that ends as the other lines' addresses do is an address whose @ is missing, and is told so."""
    domains = {line.address.rpartition("@")[2].lower() for line in lines}
    ends = tuple(domain for domain in domains if "." in domain)

    def is_one(word: str) -> bool:
        bare = word.lower()
        return bare.endswith(ends) and bare not in domains and not re.search(r"\s|/|^www\.", bare)

    found = []
    for line in lines:
        word = "" if line.address else next(filter(is_one, line.words), "")
        words = tuple(each for each in line.words if each != word)
        found.append(Line(line.number, word, words) if word else line)
    return found


def _words(text: str, cut: re.Pattern[str] | None = None) -> list[str]:
    cut = cut or next((each for each in CUTS if each.search(text)), None)
    pieces = cut.split(text) if cut else [text]
    tidy = (
        piece.strip(EDGES) if not piece.strip().endswith(")") else piece.strip(BLANKS) for piece in pieces
    )
    return [piece for piece in tidy if piece and not USELESS.match(piece)]


def _with_roles(lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[Column, ...]]]:
    """Lines with as many words say the same things in the same order: they vote together."""
    by_count = sorted(lines, key=lambda line: len(line.words))
    roles = {
        count: _roles(count, list(group)) for count, group in groupby(by_count, lambda line: len(line.words))
    }
    for line in lines:
        yield line, roles[len(line.words)]


def _roles(count: int, lines: Sequence[Line]) -> tuple[Column, ...]:
    """What the words at each place are: those found again in the addresses are names."""
    places = [[line.words[place] for line in lines] for place in range(count)]
    codes = [all(POSTAL_CODE.match(word) for word in words) for words in places]
    free = [place for place in range(count) if not codes[place]]
    scores = {place: _name_score(places[place], lines) for place in free}
    names = [place for place in free if scores[place] > 0.5 * len(lines)]
    if not names and free:
        best = max(free, key=lambda place: (scores[place], -place))
        names = [best] if scores[best] >= 0 or len(free) > 1 else []
    rest = iter((Column.AGENCY, Column.CITY))
    return tuple(
        Column.POSTAL_CODE if codes[place] else Column.HEAD if place in names else next(rest, Column.CODE)
        for place in range(count)
    )


def _name_score(words: Sequence[str], lines: Sequence[Line]) -> float:
    """How many of these words stand in the address of their line; « Agence … » counts against."""
    found = sum(_is_in(word, line.address) for word, line in zip(words, lines, strict=True))
    return found - 2 * sum(bool(AGENCY_WORD.match(word)) for word in words)


def _is_in(words: str, address: str) -> bool:
    local = fold(address.partition("@")[0]).replace(" ", "")
    return any(len(word) > 2 and word in local for word in fold(words).split())


def _cells(line: Line, roles: Sequence[Column]) -> list[str]:
    said: dict[Column, list[str]] = {Column.EMAIL: [line.address]}
    for role, word in zip(roles, line.words, strict=True):
        said.setdefault(role, []).append(word)
    return [" ".join(said.get(column, [])) for column in HEADINGS]
