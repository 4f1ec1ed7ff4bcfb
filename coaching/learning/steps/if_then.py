"""« Si… alors… »: one cue of one's own day and one small act, for oneself.

Stored: `if`, `then` and the `revision` of the two texts together.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from coaching.learning.steps.base import Task
from coaching.learning.steps.written import Blank, WrittenForm


class IfThen(WrittenForm):
    kind = "if_then"
    template = "coaching/learning/steps/if_then.html"
    reads_back = False  # two lines: the form is as good to read

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        cue = _("Choisissez un moment qui existe déjà dans votre semaine.")
        act = _("Dites en quelques mots ce que vous ferez alors.")
        return ((Blank("if", task.fields["if_prompt"], cue), Blank("then", task.fields["then_prompt"], act)),)
