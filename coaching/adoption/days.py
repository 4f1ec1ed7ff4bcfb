"""Working days counted from a table, for pages that ask about many people at once. No Django, no clock."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate

from coaching.cohorts.working_days import WorkingDays

_SPAN = 64  # days of one block of the table: most counts touch one or two
_FAR = 5  # blocks looked through for an open day; what is further away is rare, and counted day by day


class CountedDays(WorkingDays):
    """The same answers as WorkingDays: each day is looked at once, a count is a subtraction."""

    __slots__ = ("_blocks",)
    _blocks: dict[int, tuple[list[bool], list[int]]]

    def is_open(self, day: dt.date) -> bool:
        number, place = divmod(day.toordinal(), _SPAN)
        return self._block(number)[0][place]

    def between(self, a: dt.date, b: dt.date) -> int:
        """Open days after `a` up to `b` included; 0 when b is not after a."""
        first, last = a.toordinal() + 1, b.toordinal()
        if last < first:
            return 0
        (start, place), (end, until) = divmod(first, _SPAN), divmod(last + 1, _SPAN)
        whole = sum(self._block(number)[1][_SPAN] for number in range(start, end))
        return whole + self._block(end)[1][until] - self._block(start)[1][place]

    def add(self, day: dt.date, n: int) -> dt.date:
        """The n-th open day after `day`, found by counts; see WorkingDays."""
        number, place = divmod(day.toordinal() + 1, _SPAN)
        left = n
        for _ in range(_FAR if n > 0 else 0):
            before = self._block(number)[1]
            here = before[_SPAN] - before[place]
            if left <= here:
                return dt.date.fromordinal(number * _SPAN + bisect_left(before, before[place] + left) - 1)
            left, number, place = left - here, number + 1, 0
        return WorkingDays.add(self, day, n)

    def _block(self, number: int) -> tuple[list[bool], list[int]]:
        """Openness of a block of days, and how many were open before each."""
        found = self._blocks.get(number)
        if found is None:
            first = number * _SPAN
            days = range(max(first, 1), first + _SPAN)
            is_open = [False] * (_SPAN - len(days)) + [
                WorkingDays.is_open(self, dt.date.fromordinal(day)) for day in days
            ]
            found = self._blocks[number] = (is_open, [0, *accumulate(is_open)])
        return found


@lru_cache(maxsize=2048)
def counted(days: WorkingDays) -> CountedDays:
    """A table of these days, kept between requests: it depends on nothing but its key."""
    table = CountedDays(days.open_days, days.holidays, days.blackouts, days.pauses)
    object.__setattr__(table, "_blocks", {})
    return table
