"""Rows of an XLSX workbook, weighed before openpyxl opens it: no bomb, no entity, no surprise. Pure."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import openpyxl

from agencies.importing.problems import FileReason, FileStop
from agencies.importing.reading import MAX_COLUMNS, MAX_ROWS, Row, Table, make_row

MAX_PARTS = 500
MAX_UNPACKED = 40 * 1024 * 1024
MAX_STRINGS = 12 * 1024 * 1024
MAX_CELLS = 300_000
MAX_TAGS_IN_CELL = 200
MAX_TAGS = 1_200_000
MAX_OTHER_TAGS = 150_000  # whatever is neither a cell nor a text: styles, links, drawings
CELL_TAGS = frozenset({"row", "c", "v", "f", "is", "t", "si"})
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
FORMULA_WITHOUT_VALUE = "=?"


def read_workbook(content: bytes) -> Table:
    """Rows of the first visible sheet that holds something; raises FileStop and nothing else."""
    try:
        return _read_workbook(content)
    except FileStop:
        raise
    # openpyxl and zipfile raise anything from KeyError to zlib.error on a damaged workbook.
    except Exception:
        raise FileStop(FileReason.CORRUPT_WORKBOOK) from None


def _read_workbook(content: bytes) -> Table:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = _weigh(archive)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # the declared size may lie
            # The path is private to openpyxl; a sheet that was not weighed is refused (KeyError).
            part = str(sheet._worksheet_path).lstrip("/")  # type: ignore[attr-defined]
            rows = tuple(_rows(sheet, sheets[part]))
            if rows:
                return Table(rows, sheet=sheet.title)
    finally:
        book.close()
    raise FileStop(FileReason.EMPTY)


def _rows(sheet: Any, known: SheetScale) -> Iterator[Row]:
    count = 0
    for line, values in enumerate(sheet.iter_rows(max_col=known.width or 1, values_only=True), start=1):
        if line not in known.formulas and values.count(None) == len(values):
            continue  # a stray cell in row 1,048,576 leaves a million empty ones above it
        cells = [_text(value) for value in values]
        for column in known.formulas.get(line, ()):
            cells[column - 1] = cells[column - 1] or FORMULA_WITHOUT_VALUE
        row = make_row(line, cells)
        if row is None:
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise FileStop(FileReason.TOO_MANY_ROWS, rows=MAX_ROWS)
        yield row


def _text(value: Any) -> str:
    """A cell as one would type it: whole numbers without « .0 », dates as year-month-day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


# — Weighing: one pass of expat over every part, before anything is built in memory ————————————————


def _weigh(archive: zipfile.ZipFile) -> dict[str, SheetScale]:
    """Refuse what would explode; return what was learnt of each sheet."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileStop(FileReason.ENCRYPTED)
    if "xl/workbook.xml" not in names:
        raise FileStop(FileReason.NOT_A_TABLE)
    sizes = {part.filename: part.file_size for part in parts}
    if len(parts) > MAX_PARTS or len(names) != len(parts) or sum(sizes.values()) > MAX_UNPACKED:
        raise FileStop(FileReason.TOO_HEAVY)
    if sizes.get("xl/sharedStrings.xml", 0) > MAX_STRINGS:
        raise FileStop(FileReason.TOO_HEAVY)
    scale = Scale()
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            scale.weigh(archive, part)
    return scale.sheets


@dataclass
class Scale:
    """Counts tags and cells over all parts of a workbook; stops at the first excess."""

    tags: int = 0
    other_tags: int = 0
    cells: int = 0
    sheets: dict[str, SheetScale] = field(default_factory=dict)

    def weigh(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        sheet = SheetScale(self) if part.filename.startswith("xl/worksheets/") else None
        parser.StartElementHandler = sheet.start if sheet else self.count
        if sheet:
            parser.CharacterDataHandler = sheet.text
        with archive.open(part) as stream:
            while chunk := stream.read(1 << 16):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
        if sheet:
            sheet.finish()
            self.sheets[part.filename] = sheet

    def count(self, name: str, attributes: dict[str, str]) -> None:
        self.tags += 1
        self.other_tags += name not in CELL_TAGS
        if self.tags > MAX_TAGS or self.other_tags > MAX_OTHER_TAGS:
            raise FileStop(FileReason.TOO_HEAVY)


def _refuse_doctype(*_: object) -> None:
    """No workbook has one; entities would begin here."""
    raise FileStop(FileReason.CORRUPT_WORKBOOK)


class SheetScale:
    """Follows one sheet: rows in order, cells within Excel's limits; notes its width, empty formulas."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self.row, self.column, self.tag, self.inside = 0, 0, "", 0
        self.has_formula, self.has_value = False, False
        self.width = 0
        self.formulas: dict[int, list[int]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.scale.count(name, attributes)
        self.tag = tag = name.rpartition(":")[2]
        self.inside = 0 if tag in ("row", "c") else self.inside + (tag in CELL_TAGS)
        if self.inside > MAX_TAGS_IN_CELL:
            raise FileStop(FileReason.TOO_HEAVY)
        if tag == "row":
            self.finish()
            self._open_row(attributes.get("r"))
        elif tag == "c":
            self.finish()
            self._open_cell(attributes.get("r"))
        elif tag == "f":
            self.has_formula = True

    def text(self, data: str) -> None:
        if self.tag in ("v", "t") and data.strip():
            self.has_value = True

    def _open_row(self, number: str | None) -> None:
        row = int(number) if number else self.row + 1
        if not self.row < row <= EXCEL_ROWS:
            raise FileStop(FileReason.CORRUPT_WORKBOOK)
        self.row, self.column = row, 0

    def _open_cell(self, reference: str | None) -> None:
        self.scale.cells += 1
        if self.scale.cells > MAX_CELLS:
            raise FileStop(FileReason.TOO_HEAVY)
        self.column = _column_of(reference) if reference else self.column + 1
        if self.column > EXCEL_COLUMNS:
            raise FileStop(FileReason.TOO_MANY_COLUMNS, line=self.row, columns=MAX_COLUMNS)

    def finish(self) -> None:
        """The cell that was open is complete."""
        if self.has_value and self.column > MAX_COLUMNS:
            raise FileStop(FileReason.TOO_MANY_COLUMNS, line=self.row, columns=MAX_COLUMNS)
        if self.has_formula or self.has_value:
            self.width = max(self.width, min(self.column, MAX_COLUMNS))
        if self.has_formula and not self.has_value and 0 < self.column <= MAX_COLUMNS:
            self.formulas.setdefault(self.row, []).append(self.column)
        self.has_formula = self.has_value = False


def _column_of(reference: str) -> int:
    """« C7 » is in column 3."""
    match = REFERENCE.match(reference)
    if not match:
        raise FileStop(FileReason.CORRUPT_WORKBOOK)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number
