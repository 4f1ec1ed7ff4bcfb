"""Steps taken, and what their authors share of them; by noun, one file each."""

from coaching.learning.models.sharing import SharedItem, SurveyReply
from coaching.learning.models.steps import Answer, StepCompletion

__all__ = ["Answer", "SharedItem", "StepCompletion", "SurveyReply"]
