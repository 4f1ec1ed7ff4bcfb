"""Colleagues are mentioned when they are many, or not at all."""

from __future__ import annotations

import pytest

from coaching.learning.social_proof import is_worth_saying


@pytest.mark.parametrize(
    ("done", "people", "is_said"),
    [
        (3, 5, True),
        (12, 20, True),
        (11, 20, False),
        (4, 4, False),
        (2, 5, False),
        (0, 0, False),
    ],
)
def test_social_proof_is_true_for_a_majority_of_five_or_nothing(
    done: int, people: int, is_said: bool
) -> None:
    assert is_worth_saying(done, people) is is_said
