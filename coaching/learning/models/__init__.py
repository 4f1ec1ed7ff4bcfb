"""Steps taken, and what their authors share of them; by noun, one file each."""

from coaching.learning.models.charter import PresenceCharter
from coaching.learning.models.pairs import Pair, PairReading, PairWish
from coaching.learning.models.practice import PracticeImage, PracticeSubmission
from coaching.learning.models.room import RoomDraft
from coaching.learning.models.sharing import SharedItem, SurveyReply
from coaching.learning.models.steps import Answer, StepCompletion
from coaching.learning.models.wall import Thanks, WallReport

__all__ = [
    "Answer",
    "Pair",
    "PairReading",
    "PairWish",
    "PracticeImage",
    "PracticeSubmission",
    "PresenceCharter",
    "RoomDraft",
    "SharedItem",
    "StepCompletion",
    "SurveyReply",
    "Thanks",
    "WallReport",
]
