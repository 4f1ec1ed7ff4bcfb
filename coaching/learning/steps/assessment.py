"""Questions answered one by one and handed in together; only then does one learn what was right.

The step is done once an attempt reaches `pass_percent`, or once the `attempts` are used: what remains then is
a talk with the coach, and nothing a person could still take alone may hold back their week (domain.md 6.5).
With `pass_percent: 0` it is a positioning: any attempt will do, and no page speaks of passing.

Stored: `done`, the responses of each attempt handed in, by question key, and `now`, those under way.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.learning.steps.base import (
    Accepted,
    Content,
    Form,
    InvalidAnswer,
    Outcome,
    Refused,
    Score,
    StepKind,
    Task,
    mapping,
    page_number,
)
from coaching.learning.steps.items import (
    Item,
    Response,
    feedback,
    is_response,
    is_right,
    missing_message,
    read_response,
    shown,
)
from coaching.programmes.outline import StepOutline

REVIEW = {"view": "review"}
Responses = dict[str, Response]


class Noted(Protocol):
    """The fact that a step is done, with its score."""

    score: int | None
    max_score: int | None


class Assessment(StepKind):
    kind = "assessment"
    template = "coaching/learning/steps/assessment.html"

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        done, now = attempts_of(task, previous), _under_way(task, previous)
        content: Content = {"done": done, "now": now}
        attempt = str(len(done) + 1)
        if self.is_complete(task, content) or form.get("attempt") != attempt:
            return Accepted(content, stay={})  # sent twice, or from an older screen: what stands is shown
        items = _in_order(task, len(done) + 1)
        if "hand_in" in form:
            return _handed_in(items, content)
        position = next((n for n, item in enumerate(items, 1) if item["key"] == form.get("item")), None)
        if position is None:
            return Refused({"item": _("Cette question n’est plus dans le parcours.")}, content)
        item = items[position - 1]
        response = read_response(item, form)
        if response is None:
            return Refused({"answer": missing_message(item)}, content)
        now = {**now, item["key"]: response}
        following = {"q": str(position + 1)} if position < len(items) else REVIEW
        return Accepted({"done": done, "now": now}, stay=following)

    def clean(self, task: Task, content: Content) -> Content:
        done = content.get("done")
        if not isinstance(done, list) or not 0 < len(done) <= _allowed(task):
            raise InvalidAnswer("one or more attempts, as many as the step allows")
        for given in map(mapping, done):
            for item in task.fields["items"]:
                if not is_response(item, given.get(item["key"])):
                    raise InvalidAnswer(f"no usable response to {item['key']}")
        return {"done": attempts_of(task, content), "now": {}}

    def is_complete(self, task: Task, content: Content) -> bool:
        done = attempts_of(task, content)
        return len(done) >= _allowed(task) or any(is_passed(task, given) for given in done)

    def score(self, task: Task, content: Content) -> Score | None:
        """Of the last attempt, with the number of right answers of each."""
        done, items = attempts_of(task, content), task.fields["items"]
        if not done:
            return None
        missed = tuple(item["key"] for item in items if not is_right(item, done[-1][item["key"]]))
        rights = tuple(_right(task, given) for given in done)
        return Score(rights[-1], len(items), missed, rights)

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        done, now = attempts_of(task, content), _under_way(task, content)
        is_over = self.is_complete(task, content)
        is_asked = any(name in query for name in ("q", "view", "hand_in", "attempt"))
        wants_result = query.get("view") in ("feedback", "result")
        if done and (is_over or wants_result or not (now or is_asked)):
            return self._result(task, done, query) | {"is_over": is_over}
        attempt = len(done) + 1
        items = _in_order(task, attempt)
        frame = {"attempt": attempt, "count": len(items), "attempts_words": attempts_words(task, attempt)}
        if query.get("view") == "review" or "hand_in" in query:
            lines = [{"question": item["question"], "is_answered": item["key"] in now} for item in items]
            left = sum(not line["is_answered"] for line in lines)
            return frame | {"review": lines, "left": left, "previous_page": f"?q={len(items)}"}
        first_open = next((n for n, item in enumerate(items, 1) if item["key"] not in now), len(items))
        if len(now) == len(items) and "q" not in query and "item" not in query:
            return self.context(task, content, _Query(REVIEW))
        number = page_number(query, "q", len(items), first_open)
        item = items[number - 1]
        return frame | {
            **shown(item, now.get(item["key"])),
            "number": number,
            "answered": len(now),
            "previous_page": f"?q={number - 1}" if number > 1 else "",
        }

    def _result(self, task: Task, done: Sequence[Responses], query: Form) -> dict[str, Any]:
        """What was handed in last: the number of right answers, or one question with its feedback."""
        items, given = _in_order(task, len(done)), done[-1]
        if query.get("view") == "feedback":
            number = page_number(query, "q", len(items))
            item = items[number - 1]
            following = f"?view=feedback&q={number + 1}" if number < len(items) else "?view=result"
            return {
                "item": item,
                "number": number,
                "count": len(items),
                "feedback": feedback(item, given[item["key"]]),
                "previous_page": f"?view=feedback&q={number - 1}" if number > 1 else "?view=result",
                "next_page": following,
            }
        return {
            "result": [
                {"question": item["question"], "is_right": is_right(item, given[item["key"]])}
                for item in items
            ],
            "rights": [_right(task, each) for each in done],
            "right": _right(task, given),
            "count": len(items),
            "needed": _needed(task),
            "has_threshold": _needed(task) > 0,
            "is_passed": any(is_passed(task, each) for each in done),
            "attempts_left": _allowed(task) - len(done),
        }


class _Query(dict[str, str]):
    """A query of the page made by hand."""

    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def attempts_of(task: Task, content: Content) -> list[Responses]:
    """The attempts handed in, each whole, at most as many as the step allows."""
    done = content.get("done")
    whole = [
        {item["key"]: given[item["key"]] for item in task.fields["items"]}
        for given in map(mapping, done if isinstance(done, list) else ())
        if all(is_response(item, given.get(item["key"])) for item in task.fields["items"])
    ]
    return whole[: _allowed(task)]


def _under_way(task: Task, content: Content) -> Responses:
    now = mapping(content.get("now"))
    return {
        item["key"]: now[item["key"]]
        for item in task.fields["items"]
        if is_response(item, now.get(item["key"]))
    }


def _handed_in(items: Sequence[Item], content: Content) -> Outcome:
    left = [number for number, item in enumerate(items, 1) if item["key"] not in content["now"]]
    if left:
        words = ngettext(
            "Il reste une question sans réponse : la %(numbers)s.",
            "Il reste des questions sans réponse : %(numbers)s.",
            len(left),
        )
        return Refused({"review": words % {"numbers": ", ".join(map(str, left))}}, content)
    return Accepted({"done": [*content["done"], content["now"]], "now": {}}, stay={})


def is_passed(task: Task, given: Responses) -> bool:
    """Whether an attempt reaches the step's share of right answers."""
    return _right(task, given) >= _needed(task)


def is_assessed(step: StepOutline) -> bool:
    """Whether a step is an assessment that one passes or not yet; a positioning is not."""
    return step.kind == Assessment.kind and int(step.data["pass_percent"]) > 0


def has_passed(step: StepOutline, noted: Noted) -> bool:
    """Whether the fact of an assessment says that it was passed."""
    return 100 * (noted.score or 0) >= int(step.data["pass_percent"]) * (noted.max_score or 1)


def _needed(task: Task) -> int:
    """How many right answers pass: the percentage of the step, rounded up."""
    return -(-int(task.fields["pass_percent"]) * len(task.fields["items"]) // 100)


def _right(task: Task, given: Responses) -> int:
    return sum(is_right(item, given[item["key"]]) for item in task.fields["items"])


def _allowed(task: Task) -> int:
    return max(1, int(task.fields["attempts"]))


def _in_order(task: Task, attempt: int) -> list[Item]:
    """The author's order first; the same questions in another order, always the same, at a later attempt."""
    items = list(task.fields["items"])
    if attempt == 1:
        return items
    shuffled = items[:]
    random.Random(f"{task.seed}:{attempt}").shuffle(shuffled)  # noqa: S311 - an order on a page
    return shuffled if shuffled != items else [*items[1:], items[0]]


def attempts_words(task: Task, attempt: int) -> str:
    """« Essai 1 sur 2 », nothing where there is only one."""
    allowed = _allowed(task)
    return _("Essai %(n)d sur %(total)d") % {"n": attempt, "total": allowed} if allowed > 1 else ""
