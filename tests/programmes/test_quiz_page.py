"""Questions by the page: pasted or uploaded into a draft's quiz, taken out again."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from coaching.programmes.services import open_draft, save_draft
from tests.programmes.packages import a_coach, document

pytestmark = pytest.mark.django_db

GOOD = "## Quoi ?\n- [x] a\n  > r\n- [ ] b\n  > r\n- [ ] c\n  > r\n"


def scene() -> tuple[Any, Any, str]:
    client, user, _network = a_coach()
    draft = open_draft(user, document=document())
    return client, draft, f"/programmes/drafts/{draft.public_id}/modules/la-lecon/quiz/quiz/"


def items(draft: Any) -> list[dict[str, Any]]:
    draft.refresh_from_db()
    found: list[dict[str, Any]] = draft.document["modules"]["la-lecon"]["steps"][1]["items"]
    return found


def test_pasted_questions_replace_those_of_the_step_and_leave_english_to_write() -> None:
    client, draft, url = scene()

    response = client.post(url, {"form": "markdown", "french": GOOD, "revision": draft.revision})

    [item] = items(draft)
    assert response.status_code == 302
    assert item["question"]["fr"].startswith("Quoi")
    assert item["options"][0]["text"] == {"fr": "a", "en": ""}


def test_a_fault_is_told_with_line_and_column_and_what_was_typed_stays() -> None:
    client, draft, url = scene()
    before = items(draft)

    response = client.post(url, {"form": "gift", "french": "Quoi ? {=a ~b", "revision": draft.revision})

    page = response.content.decode()
    assert response.status_code == 422
    assert "ligne, colonne 8" in page
    assert "Quoi ? {=a ~b" in page
    assert items(draft) == before


def test_a_draft_changed_in_another_window_is_not_overwritten() -> None:
    client, draft, url = scene()
    client.post(url, {"form": "markdown", "french": GOOD, "revision": draft.revision})
    newest = items(draft)

    response = client.post(url, {"form": "markdown", "french": GOOD.replace("Quoi", "Qui"), "revision": 0})

    assert response.status_code == 409
    assert items(draft) == newest
    assert "Qui" in response.content.decode()


def test_questions_go_out_in_both_forms_and_come_back_the_same() -> None:
    client, draft, url = scene()
    before = items(draft)

    french, english = (client.get(f"{url}markdown/{language}/").content.decode() for language in ("fr", "en"))
    client.post(url, {"form": "markdown", "french": french, "english": english, "revision": draft.revision})

    assert items(draft) == before
    assert client.get(f"{url}gift/fr/")["Content-Disposition"] == 'attachment; filename="quiz.fr.gift.txt"'


def test_a_question_taken_out_and_back_keeps_its_key_however_long() -> None:
    client, draft, url = scene()
    long = "comment-repondre-a-un-commentaire-qui-blesse-devant-tous"
    found = copy.deepcopy(draft.document)
    item = found["modules"]["la-lecon"]["steps"][1]["items"][0]
    item["key"] = item["options"][0]["key"] = long
    draft = save_draft(draft, found, draft.revision)

    text = client.get(f"{url}markdown/fr/").content.decode().replace("Quoi donc", "Quoi d’autre")
    client.post(url, {"form": "markdown", "french": text, "revision": draft.revision})

    [item] = items(draft)
    assert item["question"]["fr"].startswith("Quoi d’autre")
    assert (item["key"], item["options"][0]["key"]) == (long, long)


def test_french_alone_leaves_the_english_of_what_was_there_and_flags_what_fell_behind() -> None:
    client, draft, url = scene()
    [before] = items(draft)
    text = client.get(f"{url}markdown/fr/").content.decode().replace("Quoi donc", "Quoi d’autre")

    client.post(url, {"form": "markdown", "french": text, "revision": draft.revision})

    [item] = items(draft)
    assert item["question"]["en"] == before["question"]["en"]
    assert item["options"] == before["options"]
    assert set(draft.stale) == {f"modules/la-lecon/steps/quiz/items/{item['key']}/question"}


def test_a_question_without_a_right_answer_yet_goes_out_as_text() -> None:
    client, draft, url = scene()
    found = copy.deepcopy(draft.document)
    [item] = found["modules"]["la-lecon"]["steps"][1]["items"]
    item["type"] = "multiple"
    for option in item["options"]:
        option["correct"] = False
    save_draft(draft, found, draft.revision)

    answers = [client.get(f"{url}{form}/fr/") for form in ("gift", "markdown")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "=" not in answers[0].content.decode()


def test_a_step_without_questions_and_the_draft_of_another_do_not_exist() -> None:
    client, _draft, url = scene()
    other, _user, _network = a_coach("toits", "autre@example.com")

    assert client.get(url.replace("quiz/quiz", "quiz/lire")).status_code == 404
    assert client.get(f"{url}word/fr/").status_code == 404
    assert other.get(url).status_code == 404
    assert client.get(url).status_code == 200
