"""A quiz through its pages: feedback at once, free retries, the first score kept."""

from __future__ import annotations

import pytest

from coaching.learning.access import get_learner_for
from coaching.learning.steps.items import feedback
from tests.learning.player import Player, soup

pytestmark = pytest.mark.django_db

QUIZ = "communiquer-c-est-relier/diffuser-ou-relier"


def quiz_items(player: Player) -> list[dict]:
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        step = learner.outline.step(QUIZ)
        assert step is not None
        return step.content("fr", "insurance")["items"]


def answer_to(item: dict, *, right: bool) -> dict:
    """Form fields of a right or wrong response to one question."""
    if item["type"] == "single":
        return {"answer": next(o["key"] for o in item["options"] if o["correct"] == right)}
    if item["type"] == "multiple":
        return {"answer": [o["key"] for o in item["options"] if o["correct"] == right]}
    if item["type"] == "ordering":
        keys = [o["key"] for o in item["options"]]
        keys = keys if right else keys[::-1]
        return {f"place-{key}": place for place, key in enumerate(keys, 1)}
    keys = [p["key"] for p in item["pairs"]]
    others = keys if right else [*keys[1:], keys[0]]
    return {f"match-{key}": other for key, other in zip(keys, others, strict=True)}


def test_a_quiz_gives_feedback_at_once_and_completes_with_the_last_question(player: Player) -> None:
    items = quiz_items(player)

    for number, item in enumerate(items, 1):
        response = player.submit(QUIZ, answer_to(item, right=number > 1), query=f"q={number}")
        assert response.headers["Location"] == player.url(QUIZ, f"q={number}")

    first = soup(player.get(QUIZ, "q=1")).get_text()
    assert "Pas tout à fait" in first
    assert "Oui, c’est bien vu" in soup(player.get(QUIZ, "q=2")).get_text()
    with player.inside():
        noted = player.enrolment().completions.get(address=QUIZ)
    assert (noted.score, noted.max_score, noted.missed) == (len(items) - 1, len(items), [items[0]["key"]])


def test_a_retry_keeps_the_first_score_and_shows_the_best(player: Player) -> None:
    items = quiz_items(player)
    for number, item in enumerate(items, 1):
        player.submit(QUIZ, answer_to(item, right=False), query=f"q={number}")

    for number, item in enumerate(items, 1):
        player.submit(QUIZ, answer_to(item, right=True), query=f"q={number}&again=1")

    with player.inside():
        assert player.enrolment().completions.get(address=QUIZ).score == 0
    text = soup(player.get(QUIZ)).get_text()
    assert f"Premier essai : 0 sur {len(items)}" in text.replace("\u00a0", " ")
    assert f"Meilleur essai : {len(items)} sur {len(items)}" in text.replace("\u00a0", " ")


def test_a_wrong_choice_is_answered_first_and_the_useful_one_apart(player: Player) -> None:
    item = next(item for item in quiz_items(player) if item["type"] == "single")
    number = quiz_items(player).index(item) + 1
    wrong = next(option for option in item["options"] if not option["correct"])
    good = next(option for option in item["options"] if option["correct"])

    player.submit(QUIZ, {"answer": wrong["key"]}, query=f"q={number}")

    page = player.page(QUIZ, f"q={number}")
    said = page.select_one(".fb").get_text()  # type: ignore[union-attr]
    useful = page.find("section", {"aria-labelledby": "useful"}).get_text()  # type: ignore[union-attr]
    assert wrong["feedback"].split("\n")[0] in said
    assert "Oui" not in said
    assert good["text"].split("\n")[0] in useful
    assert good["feedback"].split("\n")[-1] in useful
    assert good["feedback"].split("\n")[-1] not in said


def test_what_is_said_about_a_useful_answer_loses_its_yes() -> None:
    option = {"text": "a", "correct": True, "feedback": "Oui. Deux ou trois suffisent."}
    other = {"key": "b", "text": "b", "correct": False, "feedback": "Oui, mais après."}
    item = {"key": "q", "type": "single", "options": [{"key": "a", **option}, other]}

    assert feedback(item, "a")["mine"][0]["feedback"] == "Deux ou trois suffisent."
    assert feedback(item, "b")["useful"][0]["feedback"] == "Deux ou trois suffisent."
    assert feedback(item, "b")["mine"][0]["feedback"] == "Oui, mais après."


def test_no_choice_is_told_in_a_summary_that_leads_to_the_field(player: Player) -> None:
    response = player.submit(QUIZ, {}, query="q=2")

    page = soup(response)
    assert response.status_code == 422
    assert page.title is not None
    assert page.title.get_text().startswith("Erreur")
    assert page.select_one(".errsum a")["href"] == "#f-answer"  # type: ignore[index]
    assert "question 2 sur" in page.select_one(".eyebrow").get_text()  # type: ignore[union-attr]
