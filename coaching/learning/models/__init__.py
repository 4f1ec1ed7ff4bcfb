"""Steps taken, and what their authors share of them; by noun, one file each."""

from coaching.learning.models.charter import PresenceCharter
from coaching.learning.models.help import HelpRequest
from coaching.learning.models.pairs import Pair, PairReading, PairWish
from coaching.learning.models.practice import PracticeImage, PracticeSubmission
from coaching.learning.models.recall import RecallAnswer
from coaching.learning.models.reviews import CannedComment, Consultation, PracticeReview
from coaching.learning.models.room import RoomDraft
from coaching.learning.models.sharing import SharedItem, SurveyReply
from coaching.learning.models.steps import Answer, StepCompletion
from coaching.learning.models.upgrade import CohortUpgrade
from coaching.learning.models.votes import LessonVote
from coaching.learning.models.wall import Thanks, WallReport

__all__ = [
    "Answer",
    "CannedComment",
    "CohortUpgrade",
    "Consultation",
    "HelpRequest",
    "LessonVote",
    "Pair",
    "PairReading",
    "PairWish",
    "PracticeImage",
    "PracticeReview",
    "PracticeSubmission",
    "PresenceCharter",
    "RecallAnswer",
    "RoomDraft",
    "SharedItem",
    "StepCompletion",
    "SurveyReply",
    "Thanks",
    "WallReport",
]
