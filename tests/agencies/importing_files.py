"""Files for the import tests: the shipped sample, and small tables in any encoding or workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from openpyxl import Workbook

SAMPLE = settings.BASE_DIR / "docs/samples/reseau-exemple.csv"
SAMPLE_XLSX = settings.BASE_DIR / "docs/samples/reseau-exemple.xlsx"
HEADINGS = ("code", "agence", "courriel", "dirigeant")


def csv_of(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    """A semicolon file as people type it, without quotes."""
    return "\r\n".join(";".join(row) for row in (headings, *rows)).encode(encoding)


def xlsx_of(*rows: Sequence[Any]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    return bytes_of(book)


def bytes_of(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    """An archive with these parts, packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def sheet_with(xml: bytes) -> bytes:
    """A valid workbook whose sheet is replaced by this XML."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(xlsx_of(HEADINGS))) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    return zip_of(parts | {"xl/worksheets/sheet1.xml": xml})


def sheet_xml(rows: str, prolog: str = "") -> bytes:
    """The XML of a sheet around these rows."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{prolog}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'.encode()
