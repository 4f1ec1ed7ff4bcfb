"""A figure as it is computed: its value or why there is none, and the parts that explain it. No Django."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One line of "explain this figure": a coded name, its value, out of what, with which weight."""

    code: str
    value: float | None
    of: float | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, or None with the code of the reason: nothing to count is never zero (domain.md 4.1)."""

    value: float | None
    reason: str = ""
    parts: tuple[Part, ...] = ()
    note: str = ""

    def part(self, code: str) -> Part | None:
        return next((part for part in self.parts if part.code == code), None)

    @property
    def is_known(self) -> bool:
        return self.value is not None


def ratio(code: str, value: int, of: int, reason: str, *others: Part) -> Figure:
    """A share of 0 to 1 with its two counts as first part; null for `reason` when nothing divides it."""
    parts = (Part(code, value, of=of), *others)
    return Figure(value / of, "", parts) if of else Figure(None, reason, parts)
