"""Why a change to a cohort is refused."""

from __future__ import annotations


class CohortProblem(Exception):
    """A change that a cohort's state does not allow; `code` chooses the sentence.

    Codes: not_draft, no_members, no_coach, starts_in_past, not_live, bad_pause, already_paused, not_a_head,
    already_replaced, already_enrolled, already_joined, just_invited, no_longer_followed, too_late, changed,
    same_address, already_here,
    changed_meanwhile, nothing_moves, later_change, changed_since, same_person.
    Those of sessions, attendance and one-to-ones have their sentences in `session_words`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
