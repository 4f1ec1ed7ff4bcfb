"""Changes to what a person has done, written and shared; by noun, one file each."""

from coaching.learning.services.help import HELP_MAX, ask_for_help, withdraw_help
from coaching.learning.services.recall import answer_recall
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
from coaching.learning.services.votes import NOTE_MAX, vote_on_lesson

__all__ = [
    "COUNTED",
    "HELP_MAX",
    "NOTE_MAX",
    "LearningProblem",
    "StepTaken",
    "answer_recall",
    "ask_for_help",
    "complete_step",
    "counted_facts",
    "is_whole",
    "lock_learner",
    "playable",
    "save_draft",
    "share_copy",
    "submit_step",
    "vote_on_lesson",
    "withdraw_copy",
    "withdraw_help",
    "write_facts",
]
