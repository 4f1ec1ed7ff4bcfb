"""Steps taken, and what their authors share of them; by noun, one file each."""

from coaching.learning.models.charter import PresenceCharter
from coaching.learning.models.pairs import Pair, PairReading, PairWish
from coaching.learning.models.sharing import SharedItem, SurveyReply
from coaching.learning.models.steps import Answer, StepCompletion
from coaching.learning.models.wall import Thanks, WallReport

__all__ = [
    "Answer",
    "Pair",
    "PairReading",
    "PairWish",
    "PresenceCharter",
    "SharedItem",
    "StepCompletion",
    "SurveyReply",
    "Thanks",
    "WallReport",
]
