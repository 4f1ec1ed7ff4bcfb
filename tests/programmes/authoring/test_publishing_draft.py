"""Who may write, and how what is written becomes a version."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agencies.models import Network
from agencies.scope import networks
from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
from coaching.programmes.services import publish, save_draft
from tests.factories import make_member, make_network
from tests.programmes import tiny

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_programme")]

LESSON = "la-lecon"


def pages_of(draft: ProgrammeDraft) -> list[str]:
    """Every address of a draft."""
    inside = [
        reverse(f"programmes:{name}", args=[draft.public_id])
        for name in ("draft", "undo", "discard", "publish")
    ]
    module = reverse("programmes:module", args=[draft.public_id, LESSON])
    return [
        *inside,
        reverse("programmes:week", args=[draft.public_id, "w1"]),
        reverse("programmes:part", args=[draft.public_id, "settings"]),
        module,
        f"{module}blocks/quiz/",
        f"{module}preview/",
        f"{module}preview/quiz/",
        f"{module}preview/quiz/frame/",
    ]


def without_announced(draft: ProgrammeDraft) -> ProgrammeDraft:
    """Nothing left to write."""
    document = copy.deepcopy(draft.document)
    document["weeks"][1]["modules"] = []
    del document["to_write"]
    return save_draft(draft, document, draft.revision)


def test_draft_of_another_coach_does_not_exist(draft: ProgrammeDraft) -> None:
    network = make_network("toits")
    with networks(network.pk):
        other = make_member(network, "marc@example.org", "coach").user
    client = Client()
    client.force_login(other)

    answers = [client.get(page).status_code for page in pages_of(draft)]
    answers += [client.post(page, {"do": "save"}).status_code for page in pages_of(draft)]

    assert set(answers) <= {404, 405}


def test_somebody_who_coaches_nowhere_writes_nothing(draft: ProgrammeDraft, author: User) -> None:
    """Access ends with the last membership as coach; the draft stays for the day it comes back."""
    from agencies.models import Membership

    with networks(Network.objects.get().pk):
        Membership.objects.filter(user=author).update(role="regional_manager")
    client = Client()
    client.force_login(author)

    assert {client.get(page).status_code for page in pages_of(draft)} <= {404, 405}
    assert ProgrammeDraft.objects.get() == draft


def test_visitor_is_asked_to_sign_in(draft: ProgrammeDraft) -> None:
    answer = Client().get(reverse("programmes:draft", args=[draft.public_id]))

    assert (answer.status_code, "/login/" in answer["Location"]) == (302, True)


def test_what_hinders_publishing_is_listed_with_a_way_to_its_field(
    client: Client, draft: ProgrammeDraft
) -> None:
    draft = without_announced(draft)
    document = copy.deepcopy(draft.document)
    document["modules"][LESSON]["steps"][1]["items"][0]["question"]["fr"] = ""
    draft = save_draft(draft, document, draft.revision)
    here = reverse("programmes:publish", args=[draft.public_id])

    page = client.get(here).content.decode()
    refused = client.post(here, {"revision": str(draft.revision), "label": "1.0", "what_changed": "Tout."})

    link = f"/modules/{LESSON}/?block=quiz#f-items.0.question.fr"
    assert link in page
    assert "Ce texte est vide." in page
    assert refused.status_code == 422
    assert "Tout.</textarea>" in refused.content.decode()
    assert not ProgrammeVersion.objects.exists()


def test_published_version_says_what_changed_and_what_follows(
    client: Client, draft: ProgrammeDraft, author: User
) -> None:
    draft = without_announced(draft)

    answer = client.post(
        reverse("programmes:publish", args=[draft.public_id]),
        {"revision": str(draft.revision), "label": "1.0", "what_changed": "Une première version."},
        follow=True,
    )

    version = ProgrammeVersion.objects.get()
    page = answer.content.decode()
    assert (version.label, version.programme.owner, version.what_changed) == (
        "1.0",
        author,
        "Une première version.",
    )
    assert "Les prochaines promotions l’utiliseront" in page
    assert not ProgrammeDraft.objects.exists()


def test_publishing_twice_is_publishing_once_and_leads_to_the_same_page(
    client: Client, draft: ProgrammeDraft
) -> None:
    draft = without_announced(draft)
    here = reverse("programmes:publish", args=[draft.public_id])
    form = {"revision": str(draft.revision), "label": "1.0", "key": draft.document["key"]}
    assert f'name="key" value="{form["key"]}"' in client.get(here).content.decode()

    answers = [client.post(here, form) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert ProgrammeVersion.objects.count() == 1
    assert client.post(here, form | {"label": "2.0"}).status_code == 404


def test_label_that_exists_is_refused_beside_the_label(
    client: Client, draft: ProgrammeDraft, author: User
) -> None:
    other = copy.deepcopy(tiny.DOCUMENT)
    other["licence"] = "MIT"
    publish(other, published_by=author, allow_unwritten=True)
    draft = without_announced(draft)

    answer = client.post(
        reverse("programmes:publish", args=[draft.public_id]),
        {"revision": str(draft.revision), "label": "1.0"},
    )

    assert answer.status_code == 422
    assert "déjà publiée avec un autre contenu" in answer.content.decode()


def test_draft_that_changed_meanwhile_is_not_published(client: Client, draft: ProgrammeDraft) -> None:
    draft = without_announced(draft)

    answer = client.post(
        reverse("programmes:publish", args=[draft.public_id]), {"revision": "0", "label": "1.0"}, follow=True
    )

    assert "a changé dans une autre fenêtre" in answer.content.decode()
    assert not ProgrammeVersion.objects.exists()


def test_missing_english_is_counted_and_never_hinders(client: Client, draft: ProgrammeDraft) -> None:
    draft = without_announced(draft)
    document = copy.deepcopy(draft.document)
    document["modules"][LESSON]["steps"][1]["title"]["en"] = ""
    draft = save_draft(draft, document, draft.revision)
    here = reverse("programmes:publish", args=[draft.public_id])

    page = client.get(here).content.decode()
    module = client.get(reverse("programmes:module", args=[draft.public_id, LESSON])).content.decode()
    published = client.post(here, {"revision": str(draft.revision), "label": "1.0"})

    assert "1 texte manquant" in page
    assert f'"{reverse("programmes:module", args=[draft.public_id, LESSON])}?only=review"' in page
    assert "un bloc manquant" in module
    assert published.status_code == 302


@pytest.mark.parametrize("sector", ["bank", "general"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_step_can_be_looked_at_as_a_learner_sees_it(
    sector: str, language: str, client: Client, draft: ProgrammeDraft
) -> None:
    module = reverse("programmes:module", args=[draft.public_id, LESSON])
    query = f"?language={language}&sector={sector}"

    for step in draft.document["modules"][LESSON]["steps"]:
        around = client.get(f"{module}preview/{step['key']}/{query}")
        page = client.get(f"{module}preview/{step['key']}/frame/{query}")
        assert around.status_code == page.status_code == 200, step["key"]
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
        assert f'<html lang="{language}"' in page.content.decode()


def test_renamed_step_of_a_renamed_module_can_be_looked_at(client: Client, draft: ProgrammeDraft) -> None:
    document = copy.deepcopy(draft.document)
    module = document["modules"].pop(LESSON) | {"key": "lecon-un", "formerly": [LESSON]}
    module["steps"][1] |= {"key": "interroger", "formerly": ["quiz"]}
    document["modules"]["lecon-un"] = module
    document["weeks"][0]["modules"] = ["lecon-un"]
    save_draft(draft, document, draft.revision)
    args = [draft.public_id, "lecon-un", "interroger"]

    page = client.get(reverse("learning:draft_preview_frame", args=args))

    assert page.status_code == 200
    assert "/modules/lecon-un/preview/" in page.content.decode()


def test_every_kind_of_the_starter_can_be_looked_at(client: Client, starter_draft: ProgrammeDraft) -> None:
    seen: dict[str, int] = {}
    for key, module in starter_draft.document["modules"].items():
        for step in module["steps"]:
            if step["kind"] in seen:
                continue
            frame = reverse("learning:draft_preview_frame", args=[starter_draft.public_id, key, step["key"]])
            seen[step["kind"]] = client.get(frame).status_code

    assert len(seen) == 15
    assert set(seen.values()) == {200}


@pytest.mark.parametrize("answer", [{}, {"action": "later"}, {"action": "done", "text": "Un essai."}])
def test_every_kind_of_the_starter_can_be_tried(
    answer: dict[str, str], client: Client, starter_draft: ProgrammeDraft
) -> None:
    tried: dict[str, set[int]] = {}
    for key, module in starter_draft.document["modules"].items():
        for step in module["steps"]:
            if step["kind"] in tried:
                continue
            frame = reverse("learning:draft_preview_frame", args=[starter_draft.public_id, key, step["key"]])
            tried[step["kind"]] = {
                client.post(frame, answer).status_code,
                client.post(f"{frame}?autosave=1", answer).status_code,
                client.get(frame).status_code,
            }

    assert len(tried) == 15
    assert set().union(*tried.values()) <= {200, 302, 422}


def test_trying_a_quiz_shows_the_feedback_and_stores_no_answer(client: Client, draft: ProgrammeDraft) -> None:
    from coaching.learning.models import Answer

    frame = reverse("learning:draft_preview_frame", args=[draft.public_id, LESSON, "quiz"])

    answer = client.post(frame, {"item": "seule", "answer": "un"}, follow=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Une phrase assez longue pour apprendre" in page
    with networks(Network.objects.get().pk):
        assert not Answer.objects.exists()


def test_incomplete_lesson_says_what_it_needs_instead_of_breaking(
    client: Client, draft: ProgrammeDraft
) -> None:
    document: dict[str, Any] = copy.deepcopy(draft.document)
    document["modules"][LESSON]["steps"][1]["title"] = {"fr": "", "en": ""}
    save_draft(draft, document, 0)
    frame = reverse("learning:draft_preview_frame", args=[draft.public_id, LESSON, "lire"])

    page = client.get(frame).content.decode()

    assert "Ce texte est vide." in page
