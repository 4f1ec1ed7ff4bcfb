"""Changes to what a person has done, written and shared; by noun, one file each."""

from coaching.learning.services.charter import CHARTER, NewerCharter, save_charter
from coaching.learning.services.pairs import (
    PairProblem,
    accept_pair,
    decline_pair,
    end_pair,
    propose_pair,
    read_with_pair,
    take_reading_back,
    wish_for_pair,
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
from coaching.learning.services.wall import hide, report, show_again, take_off_wall, take_thanks_back, thank

__all__ = [
    "CHARTER",
    "COUNTED",
    "LearningProblem",
    "NewerCharter",
    "PairProblem",
    "StepTaken",
    "accept_pair",
    "complete_step",
    "counted_facts",
    "decline_pair",
    "end_pair",
    "hide",
    "is_whole",
    "lock_learner",
    "playable",
    "propose_pair",
    "read_with_pair",
    "report",
    "save_charter",
    "save_draft",
    "share_copy",
    "show_again",
    "submit_step",
    "take_off_wall",
    "take_reading_back",
    "take_thanks_back",
    "thank",
    "wish_for_pair",
    "withdraw_copy",
    "write_facts",
]
