"""From bytes to rows with their line numbers: encodings, separators and Excel's habits. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agencies.importing.problems import FileReason, FileRefusal, FileStop

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 2_000
# The module's own limit would stop at 128 KiB without saying which cell it is; a file is 5 MiB at most.
csv.field_size_limit(MAX_BYTES)

LIST_MARK = b"\x00list\n"  # before a pasted list: no text and no file of another kind begins so
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_FORMATS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
MARKUP = re.compile(rb"^\s*<(!doctype|\?xml|html|table|meta)", re.IGNORECASE)
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
SEPARATORS = (";", "\t", ",")
SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?;*,*\s*?(\r\n|\r|\n|$)', re.IGNORECASE)
LINE_BREAK = re.compile(r"[\r\n]")
BLANKS = " \t\r\n\u00a0\u2007\u202f\ufeff\u200b\u2060"


@dataclass(frozen=True)
class Row:
    """One line of the file that holds something: its number there, and its trimmed cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Every line that holds something, titles included, and how it was read; `is_list` when it was pasted."""

    rows: tuple[Row, ...]
    separator: str = ""
    encoding: str = ""
    sheet: str = ""
    is_list: bool = False


def read_table(content: bytes, filename: str = "") -> Table | FileRefusal:
    """Rows of a CSV or XLSX file, recognised by its bytes (the name is not believed).

    Never raises for what a file may contain: whatever is wrong comes back as a FileRefusal.
    """
    try:
        return _read(content)
    except FileStop as stop:
        return stop.refusal


def _read(content: bytes) -> Table:
    if len(content) > MAX_BYTES:
        raise FileStop(FileReason.TOO_LARGE, megabytes=MAX_BYTES // 1024 // 1024)
    if content.startswith(OLE_MAGIC):
        raise FileStop(FileReason.ENCRYPTED if ENCRYPTED_PART in content else FileReason.OLD_EXCEL)
    if content.startswith(ZIP_MAGIC):
        from agencies.importing.workbook import read_workbook  # openpyxl loads only when it is needed

        return read_workbook(content)
    if content.startswith(LIST_MARK):
        from agencies.importing.pasted import read_list  # which reads rows by this module

        return read_list(content.removeprefix(LIST_MARK).decode(errors="replace"))
    if content.startswith(OTHER_FORMATS) or MARKUP.match(content[:200]):
        raise FileStop(FileReason.NOT_A_TABLE)
    return _read_csv(content)


def _read_csv(content: bytes) -> Table:
    text, encoding = _decode(content)
    if not text.strip(BLANKS + ";,"):
        raise FileStop(FileReason.EMPTY)
    if "\x00" in text:
        raise FileStop(FileReason.NUL, line=text.count("\n", 0, text.index("\x00")) + 1)
    declared = SEPARATOR_LINE.match(text)
    if declared:
        rows = split_rows(text[declared.end() :], declared[1], first_line=2)
        return Table(tuple(rows), declared[1], encoding)
    separator = _guess_separator(text)
    return Table(tuple(split_rows(text, separator)), separator, encoding)


def _decode(content: bytes) -> tuple[str, str]:
    """UTF-8 unless a mark says otherwise; what is not UTF-8 is what Excel writes in France."""
    for mark, codec, label in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_as(content, codec), label
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decode_as(content, "cp1252"), "Windows-1252"


def _decode_as(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileStop(FileReason.ENCODING, line=line) from None


def _guess_separator(text: str) -> str:
    """The candidate that cuts the first lines into most cells; « ; » when nothing decides."""
    head = [line for line in text[:20_000].splitlines() if line.strip(BLANKS)][:10]
    return max(SEPARATORS, key=lambda separator: _widest(head, separator))


def _widest(lines: Sequence[str], separator: str) -> int:
    try:
        return max(len(cells) for cells in csv.reader(lines, delimiter=separator))
    except (csv.Error, ValueError):
        return 0


def split_rows(text: str, separator: str, first_line: int = 1) -> Iterator[Row]:
    """Rows of a text whose cells are cut by this sign; raises FileStop as read_table says."""
    if separator in '"\r\n' or len(separator) != 1:
        raise FileStop(FileReason.NOT_A_TABLE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, count = first_line, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileStop(FileReason.BAD_QUOTES, line=line) from None
        if any(len(cell) > MAX_CELL and LINE_BREAK.search(cell.strip(BLANKS)) for cell in cells):
            raise FileStop(FileReason.CELL_OVER_LINES, line=line)
        row = make_row(line, cells)
        line = reader.line_num + first_line
        if row is not None:
            count += 1
            if count > MAX_ROWS + 1:
                raise FileStop(FileReason.TOO_MANY_ROWS, rows=MAX_ROWS)
            yield row


def make_row(line: int, cells: Sequence[str]) -> Row | None:
    """Trimmed cells without the empty ones at the end; None for an empty line."""
    trimmed = [cell.strip(BLANKS) for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    if not trimmed:
        return None
    if len(trimmed) > MAX_COLUMNS:
        raise FileStop(FileReason.TOO_MANY_COLUMNS, line=line, columns=MAX_COLUMNS)
    for column, cell in enumerate(trimmed, start=1):
        if len(cell) > MAX_CELL:
            place = f"{_letters(column)}{line}"
            raise FileStop(FileReason.CELL_TOO_LONG, line=line, cell=place, limit=MAX_CELL)
    return Row(line, tuple(trimmed))


def _letters(column: int) -> str:
    """What a spreadsheet calls the column: A is 1, AA is 27."""
    tens, units = divmod(column - 1, 26)
    return (_letters(tens) if tens else "") + chr(ord("A") + units)
