"""Changes to what a person has done, written and shared; by noun, one file each."""

from coaching.learning.services.sharing import share_copy, withdraw_copy
from coaching.learning.services.steps import (
    COUNTED,
    LearningProblem,
    StepTaken,
    complete_step,
    counted_facts,
    is_whole,
    lock_learner,
    playable,
    save_draft,
    submit_step,
    write_facts,
)

__all__ = [
    "COUNTED",
    "LearningProblem",
    "StepTaken",
    "complete_step",
    "counted_facts",
    "is_whole",
    "lock_learner",
    "playable",
    "save_draft",
    "share_copy",
    "submit_step",
    "withdraw_copy",
    "write_facts",
]
