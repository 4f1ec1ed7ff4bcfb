"""Steps taken, and what their authors share of them; by noun, one file each."""

from coaching.learning.models.help import HelpRequest
from coaching.learning.models.recall import RecallAnswer
from coaching.learning.models.sharing import SharedItem, SurveyReply
from coaching.learning.models.steps import Answer, StepCompletion
from coaching.learning.models.votes import LessonVote

__all__ = [
    "Answer",
    "HelpRequest",
    "LessonVote",
    "RecallAnswer",
    "SharedItem",
    "StepCompletion",
    "SurveyReply",
]
