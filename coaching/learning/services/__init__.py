"""Changes to what a person has done, written and shared; by noun, one file each."""

from coaching.learning.services.charter import CHARTER, NewerCharter, save_charter
from coaching.learning.services.help import HELP_MAX, ask_for_help, withdraw_help
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
from coaching.learning.services.practice import attach_image, drop_image, withdraw_submission
from coaching.learning.services.recall import answer_recall
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
    lock_learner,
    playable,
    save_draft,
    submit_step,
    write_facts,
)
from coaching.learning.services.votes import NOTE_MAX, vote_on_lesson
from coaching.learning.services.wall import hide, report, show_again, take_off_wall, take_thanks_back, thank

__all__ = [
    "CHARTER",
    "COUNTED",
    "DRAFTS_MAX",
    "HELP_MAX",
    "NOTE_MAX",
    "ROOM",
    "LearningProblem",
    "Newer",
    "NewerCharter",
    "PairProblem",
    "RoomFull",
    "StepTaken",
    "accept_pair",
    "answer_recall",
    "ask_for_help",
    "attach_image",
    "begin_draft",
    "complete_step",
    "counted_facts",
    "decline_pair",
    "drop_image",
    "end_pair",
    "hide",
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
    "throw_away",
    "vote_on_lesson",
    "wish_for_pair",
    "withdraw_copy",
    "withdraw_help",
    "withdraw_submission",
    "write_draft",
    "write_facts",
]
