"""Questions answered by somebody who has read the lesson: what is right stands in the shipped programme."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from tests.browser.hands import Hands
from tests.factories import starter_document
from tests.learning.examples import right_response


def answer_question(hands: Hands, form: Locator) -> bool:
    """Answer the question of a quiz or an assessment right; False for a form that asks something else."""
    named = form.locator("input[type=hidden][name=item]")
    if not named.count() or not form.locator("#f-answer").count():
        return False
    response = right_response(_item(hands.page.url, str(named.first.get_attribute("value"))))
    if isinstance(response, dict):
        for key, match in response.items():
            _pick(hands, form.locator(f"select[name='match-{key}']"), match)
    elif form.locator("select[name^='place-']").count():
        for place, key in enumerate(response, 1):
            _pick(hands, form.locator(f"select[name='place-{key}']"), str(place))
    else:
        for key in [response] if isinstance(response, str) else response:
            hands.tick(form.locator(f"input[name=answer][value='{key}']"))
    return True


def _item(url: str, key: str) -> dict[str, Any]:
    module, step = urlsplit(url).path.strip("/").split("/")[-2:]
    steps = starter_document()["modules"][module]["steps"]
    found = next(each for each in steps if each["key"] == step)
    item: dict[str, Any] = next(each for each in found["items"] if each["key"] == key)
    return item


def _pick(hands: Hands, select: Locator, value: str) -> None:
    values = [option.get_attribute("value") for option in select.locator("option").all()]
    hands.select(select, values.index(value))
