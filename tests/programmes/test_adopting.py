"""« Reprendre la 1.1 »: what the origin changed comes into a draft, one's own changes stay."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services import open_draft, publish, publish_draft, save_draft
from tests.programmes.packages import a_coach, a_version, document
from tests.programmes.tiny import both

pytestmark = pytest.mark.django_db


def changed(version: str, **titles: dict[str, str]) -> dict[str, Any]:
    """The tiny programme with these steps renamed on screen."""
    found = document(version=version)
    for step in found["modules"]["la-lecon"]["steps"]:
        if step["key"] in titles:
            step["title"] = titles[step["key"]]
    return found


def scene() -> tuple[Any, Any, Any, Any]:
    """What ships in 1.0, a programme of one's own from it with its quiz renamed, then 1.1 of what ships."""
    client, user, _network = a_coach()
    first = a_version(None)
    draft = open_draft(user, first)
    mine = changed("1.0", quiz=both("Mon quiz", "My quiz"))
    draft = save_draft(draft, mine | {"key": draft.document["key"]}, draft.revision)
    own = publish_draft(draft, draft.revision, label="1.0")
    newest = publish(changed("1.1", quiz=both("Leur quiz", "Their quiz"), lire=both("Relire", "Reread")))
    return client, user, own, newest


def title(draft: ProgrammeDraft, key: str) -> str:
    steps = draft.document["modules"]["la-lecon"]["steps"]
    return str(next(step["title"]["fr"] for step in steps if step["key"] == key))


def test_the_page_shows_news_and_both_sides_of_a_conflict() -> None:
    client, _user, own, newest = scene()

    shelf = client.get(f"/programmes/key/{own.programme.slug}/").content.decode()
    page = client.get(f"/programmes/key/{own.programme.slug}/adopt/{newest.public_id}/").content.decode()

    assert "Son origine a publié la version 1.1" in shelf
    assert "Deux endroits ont changé des deux côtés." in page
    assert "Mon quiz" in page
    assert "Leur quiz" in page
    assert "Relire" not in page
    assert f">{own.title_fr}</a>" in page


def test_taking_up_keeps_one_s_own_unless_theirs_is_chosen_and_notes_the_origin() -> None:
    client, user, own, newest = scene()
    url = f"/programmes/key/{own.programme.slug}/adopt/{newest.public_id}/"

    client.post(url, {"choice:modules/la-lecon/steps/quiz/title/en": "theirs"})

    draft = ProgrammeDraft.objects.get(owner=user)
    assert title(draft, "lire") == "Relire"
    assert title(draft, "quiz") == "Mon quiz"
    version = publish_draft(draft, draft.revision, label="1.1")
    version.programme.refresh_from_db()
    assert version.programme.origin_version == newest
    assert client.get(url).status_code == 302


def test_an_open_draft_goes_on_and_undo_brings_it_back() -> None:
    from coaching.programmes.services import undo_draft

    client, user, own, newest = scene()
    draft = open_draft(user, own)
    draft = save_draft(draft, {**draft.document, "licence": "CC-0"}, draft.revision)

    client.post(f"/programmes/key/{own.programme.slug}/adopt/{newest.public_id}/")

    draft.refresh_from_db()
    assert (draft.document["licence"], title(draft, "lire")) == ("CC-0", "Relire")
    assert title(undo_draft(draft, draft.revision), "lire") == "Titre lire"


def test_what_was_taken_up_and_undone_is_offered_again_after_the_next_publication() -> None:
    client, user, own, newest = scene()
    url = f"/programmes/key/{own.programme.slug}/adopt/{newest.public_id}/"
    client.post(url)
    draft = ProgrammeDraft.objects.get(owner=user)
    undo = client.post(f"/programmes/drafts/{draft.public_id}/undo/", {"revision": draft.revision})
    draft.refresh_from_db()
    draft = save_draft(draft, {**draft.document, "licence": "CC-0"}, draft.revision)

    version = publish_draft(draft, draft.revision, label="1.1")

    assert undo.status_code == 302
    assert title(draft, "lire") == "Titre lire"
    assert version.programme.origin_version == own.programme.origin_version != newest
    assert "Deux endroits ont changé des deux côtés." in client.get(url).content.decode()


def test_nothing_is_taken_up_from_another_programme_than_the_origin_nor_compared_with_it() -> None:
    client, user, own, newest = scene()
    other = a_version(user, "un-autre")
    url = f"/programmes/key/{own.programme.slug}/adopt/{other.public_id}/"

    answers = [client.get(url), client.post(url)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not ProgrammeDraft.objects.filter(owner=user).exists()
    compared = [
        client.get(f"/programmes/compare/{before.public_id}/{own.public_id}/").status_code
        for before in (newest, other)
    ]
    assert compared == [200, 404]


def test_nobody_takes_anything_up_into_another_s_programme_or_into_what_ships() -> None:
    _client, _user, own, newest = scene()
    other, _other_user, _network = a_coach("toits", "autre@example.com")

    statuses = [
        other.get(f"/programmes/key/{key}/adopt/{newest.public_id}/").status_code
        for key in (own.programme.slug, "parcours")
    ]

    assert statuses == [404, 404]


def test_the_page_of_a_difference_names_weeks_and_parts_by_their_title() -> None:
    client, author, _network = a_coach()
    before = document()
    before["weeks"].append({"key": "w2", "title": both("La suite", "Next"), "modules": []})
    after = copy.deepcopy(before) | {"version": "1.1"}
    after["weeks"][0]["modules"], after["weeks"][1]["modules"] = [], ["la-lecon"]
    after["weeks"][1]["title"]["fr"] = "La suite du chemin"
    old, new = (publish(each, published_by=author) for each in (before, after))

    page = client.get(f"/programmes/compare/{old.public_id}/{new.public_id}/").content.decode()

    said = page.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Passe de « Semaine » à « La suite du chemin »." in said
    assert "« La suite du chemin », titre" in said
    assert "W2" not in said
    assert "w2" not in said
