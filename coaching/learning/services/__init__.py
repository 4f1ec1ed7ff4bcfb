"""Changes to what a person has done, written and shared; by noun, one file each."""

from coaching.learning.services.practice import attach_image, drop_image, withdraw_submission
from coaching.learning.services.room import (
    DRAFTS_MAX,
    ROOM,
    Newer,
    RoomFull,
    begin_draft,
    throw_away,
    write_draft,
)
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
    "DRAFTS_MAX",
    "ROOM",
    "LearningProblem",
    "Newer",
    "RoomFull",
    "StepTaken",
    "attach_image",
    "begin_draft",
    "complete_step",
    "counted_facts",
    "drop_image",
    "is_whole",
    "lock_learner",
    "playable",
    "save_draft",
    "share_copy",
    "submit_step",
    "throw_away",
    "withdraw_copy",
    "withdraw_submission",
    "write_draft",
    "write_facts",
]
