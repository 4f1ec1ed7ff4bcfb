"""What one wants from one's presence: a few of the goals offered, and one line of one's own.

Stored: `goal-<code>` ("1" when chosen), `own`, and the revision of both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.learning.steps.base import Content, Task
from coaching.learning.steps.written import Blank, WrittenForm, text_of


class Goals(WrittenForm):
    kind = "goals"
    template = "coaching/learning/steps/goals.html"

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        boxes = [
            Blank(f"goal-{code}", task.labels.get(code, code), is_box=True) for code in task.fields["goals"]
        ]
        return ([*boxes, Blank("own", _("Une ligne à vous"))] if task.fields.get("own") else boxes,)

    def problems(self, task: Task, number: int, content: Content) -> dict[str, str]:
        chosen, most = chosen_of(task, content), int(task.fields["max"])
        if len(chosen) > most:
            return {"goals": _at_most(most)}
        if not chosen and not _own(content):
            return {"goals": _("Choisissez au moins une ligne, ou écrivez la vôtre.")}
        return {}

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        boxes = [blank.shown(content) for blank in self.parts(task)[0]]
        own = boxes.pop() if task.fields.get("own") else None
        return {"boxes": boxes, "own": own, "at_most": _at_most(int(task.fields["max"]))}

    def reading(self, task: Task, content: Content) -> dict[str, Any]:
        return {"chosen": chosen_of(task, content), "own_line": _own(content)}


def chosen_of(task: Task, content: Content) -> list[str]:
    """The goals chosen, in words, in the order of the page."""
    codes = [code for code in task.fields["goals"] if text_of(content, f"goal-{code}")]
    return [task.labels.get(code, code) for code in codes]


def _own(content: Content) -> str:
    return text_of(content, "own").strip()


def _at_most(count: int) -> str:
    return ngettext("%(n)d choix au plus.", "%(n)d choix au plus.", count) % {"n": count}
