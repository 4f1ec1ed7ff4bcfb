"""Weeks, modules and blocks are added, moved, copied and taken away, by buttons that post."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coaching.programmes.authoring.controls import excerpt
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services import save_draft
from tests.programmes.authoring.pages import editor_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_programme")]

LESSON = "la-lecon"


def press(client: Client, draft: ProgrammeDraft, button: str, module: str = "", **more: str) -> int:
    """Post a button of the page of the draft, or of a module, drawn on the draft as it stands."""
    draft.refresh_from_db()
    name, keys = ("programmes:module", [module]) if module else ("programmes:draft", [])
    answer = client.post(
        reverse(name, args=[draft.public_id, *keys]), {"do": button, "revision": str(draft.revision)} | more
    )
    draft.refresh_from_db()
    return answer.status_code


def placed(draft: ProgrammeDraft) -> list[list[str]]:
    return [week["modules"] for week in draft.document["weeks"]]


def keys_of(draft: ProgrammeDraft, module: str = LESSON) -> list[str]:
    return [step["key"] for step in draft.document["modules"][module]["steps"]]


def test_module_moves_over_the_edge_of_its_week(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, f"module-down:{LESSON}")

    assert placed(draft) == [[], [LESSON, "a-ecrire"]]


def test_copied_module_has_a_key_and_a_place_of_its_own(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, f"module-copy:{LESSON}")

    assert placed(draft)[0] == [LESSON, f"{LESSON}-2"]
    copied = draft.document["modules"][f"{LESSON}-2"]
    assert copied["key"] == f"{LESSON}-2"
    assert copied["steps"] == draft.document["modules"][LESSON]["steps"]


def test_copied_week_copies_its_modules(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "week-copy:w1")

    assert [week["key"] for week in draft.document["weeks"]] == ["w1", "w1-2", "w2"]
    assert placed(draft)[1] == [f"{LESSON}-2"]
    assert set(draft.document["modules"]) == {LESSON, f"{LESSON}-2"}


def test_module_taken_away_leaves_no_trace_and_undo_brings_it_back(
    client: Client, draft: ProgrammeDraft
) -> None:
    before = draft.document

    press(client, draft, f"module-drop:{LESSON}")
    without = draft.document
    client.post(reverse("programmes:undo", args=[draft.public_id]), {"revision": "1"})

    draft.refresh_from_db()
    assert LESSON not in str(without["modules"]) + str(without["weeks"])
    assert draft.document == before


def test_module_that_others_ask_to_begin_before_is_asked_for_no_more(
    client: Client, draft: ProgrammeDraft
) -> None:
    press(client, draft, f"module-copy:{LESSON}")
    document = draft.document
    document["modules"][f"{LESSON}-2"]["prerequisites"] = [LESSON]
    save_draft(draft, document, draft.revision)

    press(client, draft, f"module-drop:{LESSON}")

    assert draft.document["modules"][f"{LESSON}-2"]["prerequisites"] == []


def test_undo_of_an_older_page_changes_nothing_and_says_so(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "week-add:")
    press(client, draft, f"module-down:{LESSON}")
    before = draft.document

    answer = client.post(reverse("programmes:undo", args=[draft.public_id]), {"revision": "1"}, follow=True)

    draft.refresh_from_db()
    assert draft.document == before
    assert "a changé dans une autre fenêtre" in answer.content.decode()


@pytest.mark.parametrize("wanted", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_undo_leads_to_a_page_of_this_site_only(wanted: str, client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "week-add:")

    answer = client.post(
        reverse("programmes:undo", args=[draft.public_id]), {"revision": "1", "next": wanted}
    )

    assert answer["Location"] == reverse("programmes:draft", args=[draft.public_id])


def test_draft_is_thrown_away_after_a_question_and_not_before(client: Client, draft: ProgrammeDraft) -> None:
    here = reverse("programmes:discard", args=[draft.public_id])

    asked = client.get(here)
    stays = ProgrammeDraft.objects.filter(pk=draft.pk).exists()
    client.post(here)

    assert "Rien ne le ramènera" in asked.content.decode()
    assert (stays, ProgrammeDraft.objects.filter(pk=draft.pk).exists()) == (True, False)


def test_two_clicks_on_a_new_programme_open_one_draft_until_something_is_written(client: Client) -> None:
    here = reverse("programmes:write_new")

    first, second = client.post(here)["Location"], client.post(here)["Location"]
    press(client, ProgrammeDraft.objects.get(), "week-add")
    third = client.post(here)["Location"]

    assert first == second != third
    assert ProgrammeDraft.objects.count() == 2


def test_last_week_stays_and_the_page_says_so(client: Client, draft: ProgrammeDraft) -> None:
    here = reverse("programmes:draft", args=[draft.public_id])
    press(client, draft, "week-drop:w1")
    assert "C’est retiré." in client.get(here).content.decode()

    press(client, draft, "week-drop:w2")

    assert len(draft.document["weeks"]) == 1
    page = client.get(here).content.decode()
    assert "garde au moins une semaine" in page
    assert "C’est retiré." not in page


def test_new_module_opens_with_a_first_block(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "module-add:w2", kind="practice")

    key = placed(draft)[1][-1]
    module = draft.document["modules"][key]
    assert (module["kind"], module["code"]) == ("practice", "P01")
    assert [step["kind"] for step in module["steps"]] == ["reading"]


def test_week_is_added_and_renamed(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "week-add:")
    action, fields = editor_form(client.get(reverse("programmes:week", args=[draft.public_id, "w3"])))

    client.post(action, fields | {"title.fr": "Tenir dans la durée", "do": "save"})

    draft.refresh_from_db()
    assert draft.document["weeks"][2]["title"] == {"fr": "Tenir dans la durée", "en": "Week 3"}


def test_blocks_move_and_are_copied_with_keys_of_their_own(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "down:lire", LESSON)
    press(client, draft, "copy:quiz", LESSON)
    press(client, draft, "up:quiz", LESSON)

    assert keys_of(draft)[:4] == ["quiz", "quiz-2", "lire", "choix"]
    assert len(set(keys_of(draft))) == len(keys_of(draft))


def test_block_taken_away_takes_its_minutes_along(client: Client, draft: ProgrammeDraft) -> None:
    press(client, draft, "drop:quiz", LESSON)

    assert "quiz" not in keys_of(draft)
    assert draft.document["modules"][LESSON]["minutes"] == 21


def test_button_of_an_older_page_changes_nothing_and_says_so(client: Client, draft: ProgrammeDraft) -> None:
    here = reverse("programmes:module", args=[draft.public_id, LESSON])
    client.post(here, {"do": "down:lire", "revision": "0"})

    answer = client.post(here, {"do": "down:lire", "revision": "0"}, follow=True)

    draft.refresh_from_db()
    assert draft.revision == 1
    assert "a changé dans une autre fenêtre" in answer.content.decode()


@pytest.mark.parametrize("button", ["", "rien:lire", "up", "module-rien:x", "add:rien"])
def test_button_that_does_not_exist_changes_nothing(
    button: str, client: Client, draft: ProgrammeDraft
) -> None:
    assert press(client, draft, button, LESSON) in (302, 404)
    assert draft.revision == 0


def test_pages_ask_a_constant_number_of_queries(
    client: Client, draft: ProgrammeDraft, django_assert_num_queries: Any
) -> None:
    pages = [
        reverse("programmes:draft", args=[draft.public_id]),
        reverse("programmes:module", args=[draft.public_id, LESSON]),
    ]

    for page in pages:
        with django_assert_num_queries(9):
            client.get(page)
    for _ in range(3):
        press(client, draft, f"module-copy:{LESSON}")
        press(client, draft, "copy:quiz", LESSON)
    for page in pages:
        with django_assert_num_queries(9):
            client.get(page)


def test_beginning_of_a_text_keeps_its_no_break_spaces() -> None:
    text = {"fr": "Trois idées\n de posts\u00a0: que reste-t-il\u00a0?"}

    assert excerpt(text) == "Trois idées de posts\u00a0: que reste-t-il\u00a0?"
