"""What can be wrong with a file, a line or a cell, as plain data; wording.py holds the sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FileReason(StrEnum):
    """Why a whole file is refused before any line is looked at."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NUL = "nul"
    ENCODING = "encoding"
    BAD_QUOTES = "bad_quotes"
    CELL_TOO_LONG = "cell_too_long"
    CELL_OVER_LINES = "cell_over_lines"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_ROWS = "no_rows"
    OLD_EXCEL = "old_excel"
    ENCRYPTED = "encrypted"
    CORRUPT_WORKBOOK = "corrupt_workbook"
    TOO_HEAVY = "too_heavy"
    NOT_A_TABLE = "not_a_table"
    DUPLICATE_COLUMN = "duplicate_column"
    MISSING_COLUMN = "missing_column"


class Reason(StrEnum):
    """Why one line is refused."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    EXCEL_ERROR = "excel_error"
    GARBLED = "garbled"
    CONTROL_CHARACTER = "control_character"
    TOO_MANY_CELLS = "too_many_cells"
    EMAIL_NO_AT = "email_no_at"
    EMAIL_SEVERAL = "email_several"
    EMAIL_SPACE = "email_space"
    EMAIL_LOOKALIKE = "email_lookalike"
    EMAIL_ENDS_EARLY = "email_ends_early"
    EMAIL_TYPO = "email_typo"
    EMAIL_INVALID = "email_invalid"
    EMAIL_OTHER_NAME = "email_other_name"
    CODE_SCIENTIFIC = "code_scientific"
    CODE_TWICE = "code_twice"
    AGENCY_TWICE = "agency_twice"
    AGENCY_AMBIGUOUS = "agency_ambiguous"
    AGENCY_CLOSED = "agency_closed"
    POSTAL_CODE = "postal_code"
    LANGUAGE = "language"
    STATUS = "status"
    YES_NO = "yes_no"
    DAYS = "days"
    TIME_ZONE = "time_zone"
    DATE = "date"
    DATE_SHORT_YEAR = "date_short_year"
    DATE_RANGE = "date_range"
    SEVERAL_HEADS = "several_heads"


class Remark(StrEnum):
    """What is worth knowing about a file that can be imported."""

    TWO_AGENCIES = "two_agencies"
    ZERO_RESTORED = "zero_restored"
    ABSENT_AGENCIES = "absent_agencies"
    NEW_HEAD = "new_head"
    NAME_KEPT = "name_kept"
    SAME_NAME = "same_name"
    NO_HEAD = "no_head"


@dataclass(frozen=True)
class Notice:
    """A remark with what its sentence needs; `line` where it is about one line."""

    remark: Remark
    line: int | None = None
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class FileRefusal:
    """The whole file is refused; `line` where it is known, `params` for the sentence."""

    reason: FileReason
    line: int | None = None
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CellProblem:
    """What a cell check found: the reason, and the value it would accept instead."""

    reason: Reason
    suggestion: str = ""
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """One refused cell: line in the file, column key, value as written, reason, suggestion ("" for none)."""

    line: int
    column: str
    value: str
    reason: Reason
    suggestion: str = ""
    who: str = ""
    params: dict[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the cell in a form: « 7:email »."""
        return f"{self.line}:{self.column}"


class FileStop(Exception):
    """Carries a FileRefusal out of nested reading; never leaves the package."""

    def __init__(self, reason: FileReason, line: int | None = None, **params: object) -> None:
        super().__init__(reason)
        self.refusal = FileRefusal(reason, line, params)
