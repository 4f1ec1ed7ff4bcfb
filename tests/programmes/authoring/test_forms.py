"""Every form of the editor gives back what it shows, and loses nothing of what is typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coaching.programmes import access
from coaching.programmes.authoring import fields
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.schema import ProgrammeDocument, canonical_document
from coaching.programmes.services import discard_draft, save_draft
from coaching.programmes.views import drafts
from tests.programmes.authoring.pages import editor_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_programme")]

LESSON = "la-lecon"
KINDS_OF_STARTER = sorted(fields.step_groups())


def block_url(draft: ProgrammeDraft, module: str, block: str) -> str:
    return reverse("programmes:block", args=[draft.public_id, module, block])


def opened(client: Client, draft: ProgrammeDraft, module: str, block: str) -> tuple[str, dict[str, Any]]:
    """The open form of a block: its address and what it would send."""
    response = client.get(block_url(draft, module, block), follow=True)
    assert response.status_code == 200
    return editor_form(response)


def step_of(draft: ProgrammeDraft, key: str) -> dict[str, Any]:
    draft.refresh_from_db()
    found: dict[str, Any] = next(
        step for step in draft.document["modules"][LESSON]["steps"] if step["key"] == key
    )
    return found


@pytest.mark.parametrize("kind", KINDS_OF_STARTER)
def test_form_sent_unchanged_changes_nothing(
    kind: str, client: Client, starter_draft: ProgrammeDraft
) -> None:
    steps = [
        (module_key, step["key"])
        for module_key, module in starter_draft.document["modules"].items()
        for step in module["steps"]
        if step["kind"] == kind
    ][:3]
    before = starter_draft.document

    for module_key, step_key in steps:
        action, fields = opened(client, starter_draft, module_key, step_key)
        response = client.post(action, fields | {"do": "save"})
        assert response.status_code == 302

    starter_draft.refresh_from_db()
    assert steps
    assert (starter_draft.document, starter_draft.revision) == (before, 0)


@pytest.mark.parametrize("part", sorted(fields.programme_parts()))
def test_part_sent_unchanged_changes_nothing(
    part: str, client: Client, starter_draft: ProgrammeDraft
) -> None:
    before = starter_draft.document
    action, fields = editor_form(client.get(reverse("programmes:part", args=[starter_draft.public_id, part])))

    response = client.post(action, fields | {"do": "save"})

    starter_draft.refresh_from_db()
    assert response.status_code == 302
    assert (starter_draft.document, starter_draft.revision) == (before, 0)


def test_programme_of_many_sessions_is_saved_like_one_of_a_few(
    client: Client, starter_draft: ProgrammeDraft
) -> None:
    sessions = starter_draft.document["sessions"]
    many = [{**each, "key": f"{each['key']}-{n}"} for n in range(4) for each in sessions]
    draft = save_draft(starter_draft, {**starter_draft.document, "sessions": many}, 0)
    action, fields = editor_form(client.get(reverse("programmes:part", args=[draft.public_id, "sessions"])))

    response = client.post(action, fields | {"sessions.0.title.fr": "Se revoir", "do": "save"})

    draft.refresh_from_db()
    assert sum(map(len, fields.values())) > 2000
    assert response.status_code == 302
    assert draft.document["sessions"][0]["title"]["fr"] == "Se revoir"


@pytest.mark.parametrize("block", ["~module", "~recall"])
def test_words_of_a_module_sent_unchanged_change_nothing(
    block: str, client: Client, starter_draft: ProgrammeDraft
) -> None:
    before = canonical_document(ProgrammeDocument.model_validate(starter_draft.document))
    action, fields = opened(client, starter_draft, "montrer-sans-nommer", block)

    client.post(action, fields | {"do": "save"})

    starter_draft.refresh_from_db()
    assert canonical_document(ProgrammeDocument.model_validate(starter_draft.document)) == before


def test_what_is_typed_gets_the_typography_of_its_language(client: Client, draft: ProgrammeDraft) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")

    client.post(action, fields | {"title.fr": "C'est quoi ?", "title.en": "What's it?", "do": "save"})

    assert step_of(draft, "quiz")["title"] == {"fr": "C’est quoi\u00a0?", "en": "What’s it?"}


def test_minutes_of_the_module_follow_those_of_its_steps(client: Client, draft: ProgrammeDraft) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")

    client.post(action, fields | {"minutes": "4", "do": "save"})

    draft.refresh_from_db()
    assert draft.document["modules"][LESSON]["minutes"] == 25


def test_number_that_is_none_is_refused_and_kept_as_typed(client: Client, draft: ProgrammeDraft) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")

    response = client.post(action, fields | {"minutes": "trois", "title.fr": "Un titre", "do": "save"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "On attend ici un nombre entier, en chiffres." in page
    assert 'value="trois"' in page
    assert "Un titre</textarea>" in page
    assert step_of(draft, "quiz")["minutes"] == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("minutes", "500", "Ce nombre est trop grand"),
        ("themes", "confiance", "par exemple T1"),
        ("title.fr", "x" * 20_001, "20000 caractères"),
        ("items.0.type", "rien", None),
    ],
)
def test_value_without_a_place_in_the_format_is_refused_in_words(
    name: str, value: str, sentence: str | None, client: Client, draft: ProgrammeDraft
) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")

    response = client.post(action, fields | {name: value, "do": "save"})

    assert response.status_code == (422 if sentence else 302)
    if sentence:
        assert sentence in response.content.decode()


def test_entry_is_added_moved_copied_and_taken_away_with_what_was_typed(
    client: Client, draft: ProgrammeDraft
) -> None:
    def press(button: str, **typed: str) -> list[dict[str, Any]]:
        action, fields = opened(client, draft, LESSON, "quiz")
        assert client.post(action, fields | typed | {"do": button}).status_code == 302
        options: list[dict[str, Any]] = step_of(draft, "quiz")["items"][0]["options"]
        return options

    added = press("add:items.0.options", **{"items.0.options.0.text.fr": "Premier"})
    moved = press("down:items.0.options.0")
    copied = press("copy:items.0.options.1")
    dropped = press("drop:items.0.options.0")

    assert [each["key"] for each in added] == ["un", "deux", "trois", "option"]
    assert added[0]["text"]["fr"] == "Premier"
    assert [each["key"] for each in moved] == ["deux", "un", "trois", "option"]
    assert [each["key"] for each in copied] == ["deux", "un", "un-2", "trois", "option"]
    assert [each["key"] for each in dropped] == ["un", "un-2", "trois", "option"]


def test_question_of_each_type_can_be_added(client: Client, draft: ProgrammeDraft) -> None:
    for kind in ("single", "multiple", "ordering", "matching"):
        action, fields = opened(client, draft, LESSON, "quiz")
        client.post(action, fields | {"do": f"add:items:{kind}"})

    items = step_of(draft, "quiz")["items"]
    assert [item["type"] for item in items[1:]] == ["single", "multiple", "ordering", "matching"]
    assert len({item["key"] for item in items}) == 5


@pytest.mark.parametrize("kind", KINDS_OF_STARTER)
def test_new_block_of_each_kind_opens_as_a_form_that_gives_it_back(
    kind: str, client: Client, draft: ProgrammeDraft
) -> None:
    here = reverse("programmes:module", args=[draft.public_id, LESSON])
    client.post(here, {"revision": "0", "do": f"add:{kind}"})
    draft.refresh_from_db()
    step = draft.document["modules"][LESSON]["steps"][-1]

    action, fields = opened(client, draft, LESSON, step["key"])
    response = client.post(action, fields | {"do": "save"})

    assert response.status_code == 302
    assert step["kind"] == kind
    assert step_of(draft, step["key"]) == step


def test_two_windows_on_two_blocks_never_hinder_each_other(client: Client, draft: ProgrammeDraft) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")
    other_action, other = opened(client, draft, LESSON, "lire")

    client.post(action, fields | {"title.fr": "Un", "do": "save"})
    client.post(other_action, other | {"title.fr": "Deux", "do": "save"})

    assert step_of(draft, "quiz")["title"]["fr"] == "Un"
    assert step_of(draft, "lire")["title"]["fr"] == "Deux"


def test_two_windows_on_one_block_see_both_texts_and_the_second_save_is_deliberate(
    client: Client, draft: ProgrammeDraft
) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")
    client.post(action, fields | {"title.fr": "De la première", "do": "save"})

    refused = client.post(action, fields | {"title.fr": "De la seconde", "do": "save"})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "De la première" in page
    assert "De la seconde</textarea>" in page
    assert step_of(draft, "quiz")["title"]["fr"] == "De la première"
    action, again = editor_form(refused)
    client.post(action, again | {"do": "save"})
    assert step_of(draft, "quiz")["title"]["fr"] == "De la seconde"


def test_the_same_save_twice_is_one_change(client: Client, draft: ProgrammeDraft) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")

    codes = [
        client.post(action, fields | {"title.fr": "Une fois", "do": "save"}).status_code for _ in range(2)
    ]

    draft.refresh_from_db()
    assert (codes, draft.revision) == ([302, 302], 1)


def test_block_taken_away_elsewhere_keeps_what_was_typed_and_can_come_back(
    client: Client, draft: ProgrammeDraft
) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")
    here = reverse("programmes:module", args=[draft.public_id, LESSON])
    client.post(here, {"revision": "0", "do": "drop:quiz"})

    response = client.post(action, fields | {"title.fr": "Trop tard", "do": "save"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Trop tard</textarea>" in page
    assert "Annuler le dernier changement" in page


def test_english_behind_its_french_says_what_changed_until_it_is_read_again(
    client: Client, draft: ProgrammeDraft
) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")
    client.post(action, fields | {"title.fr": "Titre du quiz neuf", "do": "save"})
    response = client.get(block_url(draft, LESSON, "quiz"), follow=True)
    action, fields = editor_form(response)

    client.post(action, fields | {"do": f"review:modules/{LESSON}/steps/quiz/title"})

    page = response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Le français a changé : « quiz » est devenu « du quiz neuf »." in page
    assert "Marquer comme relu" in page
    draft.refresh_from_db()
    assert draft.stale == {}


def test_copied_block_keeps_its_flags(client: Client, draft: ProgrammeDraft) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")
    client.post(action, fields | {"title.fr": "Titre neuf", "do": "save"})
    here = reverse("programmes:module", args=[draft.public_id, LESSON])

    client.post(here, {"revision": "1", "do": "copy:quiz"})
    client.post(here, {"revision": "2", "do": "up:quiz-2"})

    draft.refresh_from_db()
    assert set(draft.stale) == {
        f"modules/{LESSON}/steps/quiz/title",
        f"modules/{LESSON}/steps/quiz-2/title",
    }


def settings_form(client: Client, draft: ProgrammeDraft) -> tuple[str, dict[str, Any]]:
    here = reverse("programmes:part", args=[draft.public_id, "settings"])
    return editor_form(client.get(here, follow=True))


def test_the_editor_shows_the_usual_thresholds_and_keeps_the_ones_typed(
    client: Client, draft: ProgrammeDraft
) -> None:
    before = draft.document
    action, fields = settings_form(client, draft)
    shown = fields["practice_percent"], fields["attendance_percent"]

    client.post(action, fields | {"do": "save"})
    draft.refresh_from_db()
    unchanged = draft.document
    client.post(action, fields | {"practice_percent": "50", "attendance_percent": "0", "do": "save"})
    draft.refresh_from_db()
    _action, again = settings_form(client, draft)

    assert shown == (["75"], ["75"])
    assert unchanged == before
    assert (draft.document["practice_percent"], draft.document["attendance_percent"]) == (50, 0)
    assert (again["practice_percent"], again["attendance_percent"]) == (["50"], ["0"])


def found_then_thrown_away(*args: Any) -> ProgrammeDraft:
    """Another window throws the draft away once this request has found it."""
    found = access.get_draft_for(*args)
    discard_draft(found)
    return found


@pytest.mark.parametrize("moment", ["before", "in the same instant"])
def test_words_typed_in_a_draft_that_another_window_threw_away_stay_on_the_page(
    moment: str, client: Client, draft: ProgrammeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, fields = opened(client, draft, LESSON, "quiz")

    if moment == "before":
        discard_draft(draft)
    else:
        monkeypatch.setattr(drafts, "get_draft_for", found_then_thrown_away)
    response = client.post(action, fields | {"title.fr": "Trop tard", "do": "save"})

    page = response.content.decode()
    assert response.status_code == 404
    assert "Ce brouillon n’existe plus" in page
    assert "Trop tard</textarea>" in page
    assert str(fields["mark"][0]) not in page
    assert not ProgrammeDraft.objects.exists()


@pytest.mark.parametrize("page", ["draft", "undo", "publish"])
def test_button_of_a_draft_thrown_away_in_the_same_instant_says_so(
    page: str, client: Client, draft: ProgrammeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "get_draft_for", found_then_thrown_away)
    url = reverse(f"programmes:{page}", args=[draft.public_id])
    posted = {"revision": "0", "do": "week-add", "label": "1.0", "what_changed": "Deux mots de plus"}
    response = client.post(url, posted)

    assert response.status_code == 404
    assert "Ce brouillon n’existe plus" in response.content.decode()
    assert "Deux mots de plus</textarea>" in response.content.decode()
