"""A draft keeps everything its author writes, one author's alone, until it is published."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from accounts.models import User
from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
from coaching.programmes.problems import Reason
from coaching.programmes.sentences import tidy_text
from coaching.programmes.services import (
    DraftChanged,
    PublicationRefused,
    discard_draft,
    document_of,
    open_draft,
    publish,
    publish_draft,
    save_draft,
    undo_draft,
)
from coaching.programmes.services.drafts import label_for
from tests.factories import make_user
from tests.programmes import tiny

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_programme")]

TITLE = "modules/la-lecon/title"


@pytest.fixture
def author() -> User:
    return make_user("claire@example.org", "Claire Aubert")


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(tiny.DOCUMENT)


@pytest.fixture
def version(author: User, document: dict[str, Any]) -> ProgrammeVersion:
    """A version of the author's own programme."""
    return publish(document, published_by=author, allow_unwritten=True)


def with_title(draft: ProgrammeDraft, **texts: str) -> dict[str, Any]:
    changed = copy.deepcopy(draft.document)
    changed["modules"]["la-lecon"]["title"] |= texts
    return changed


def test_opening_ones_own_version_twice_finds_one_draft_with_the_next_label(
    author: User, version: ProgrammeVersion
) -> None:
    draft = open_draft(author, version)

    assert open_draft(author, version) == draft
    assert (draft.programme, draft.base_version) == (version.programme, version)
    assert (draft.document["version"], label_for(draft)) == ("1.1", "1.1")


def test_draft_of_somebody_elses_version_becomes_a_programme_of_ones_own(version: ProgrammeVersion) -> None:
    other = make_user("marc@example.org")

    draft = open_draft(other, version)
    published = publish_draft(draft, draft.revision, label="1.0", allow_unwritten=True)

    assert open_draft(other, version) != draft
    assert published.programme != version.programme
    assert published.programme.owner == other
    assert published.programme.slug.startswith("parcours-")


def test_incomplete_document_is_kept_as_it_is(author: User) -> None:
    draft = open_draft(author)
    document = {**draft.document, "title": {"fr": "", "en": ""}, "weeks": []}

    save_draft(draft, document, 0)

    draft.refresh_from_db()
    assert draft.document == document


def test_change_made_on_an_older_revision_is_refused_and_nothing_is_lost(
    author: User, version: ProgrammeVersion
) -> None:
    draft = open_draft(author, version)
    kept = save_draft(draft, with_title(draft, fr="Une fenêtre"), 0)

    with pytest.raises(DraftChanged) as refused:
        save_draft(draft, with_title(draft, fr="Une autre"), 0)

    assert refused.value.draft.document == kept.document
    draft.refresh_from_db()
    assert draft.document["modules"]["la-lecon"]["title"]["fr"] == "Une fenêtre"


def test_same_submission_twice_counts_once(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)
    document = with_title(draft, fr="Une fois")

    save_draft(draft, document, 0)
    again = save_draft(draft, document, 0)

    assert (again.revision, again.revisions.count()) == (1, 1)


def test_undo_brings_back_what_the_last_changes_replaced(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)
    first = copy.deepcopy(draft.document)
    second = save_draft(draft, with_title(draft, fr="Un"), 0)
    without = {**second.document, "modules": {}, "licence": "MIT"}
    save_draft(draft, without, 1)

    after_one = undo_draft(draft, 2)
    after_two = undo_draft(draft, 3)
    after_three = undo_draft(draft, 4)

    assert after_one.document == second.document
    assert after_two.document == first
    assert (after_three.revision, after_two.stale) == (4, {})


def test_fifty_changes_can_be_undone_and_no_more_are_kept(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)

    for number in range(53):
        draft = save_draft(draft, with_title(draft, fr=f"Titre {number}"), number)

    assert draft.revisions.count() == 50
    assert min(draft.revisions.values_list("revision", flat=True)) == 3


def test_english_is_to_be_read_again_once_the_french_changed_alone(
    author: User, version: ProgrammeVersion
) -> None:
    draft = open_draft(author, version)

    changed = save_draft(draft, with_title(draft, fr="La leçon neuve"), 0)
    again = save_draft(draft, with_title(changed, fr="La leçon toute neuve"), 1)

    assert again.stale[TITLE]["was"] == "La leçon"
    back = save_draft(draft, with_title(again, fr="La leçon"), 2)
    assert back.stale == {}


def test_english_rewritten_or_read_again_is_up_to_date(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)
    changed = save_draft(draft, with_title(draft, fr="Une"), 0)
    rewritten = save_draft(draft, with_title(changed, en="One"), 1)
    changed = save_draft(draft, with_title(rewritten, fr="Deux"), 2)

    reviewed = save_draft(draft, changed.document, 3, reviewed=frozenset({TITLE}))

    assert (rewritten.stale, reviewed.stale, reviewed.revision) == ({}, {}, 4)


def test_flags_outlive_the_publication(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)
    draft = save_draft(draft, with_title(draft, fr="Une"), 0)

    published = publish_draft(draft, 1, label="1.1", allow_unwritten=True)

    assert TITLE in open_draft(author, published).stale


def test_missing_english_never_hinders_a_publication_and_is_missing_in_the_next_draft(
    author: User, version: ProgrammeVersion
) -> None:
    draft = open_draft(author, version)
    document = with_title(draft, fr=tidy_text("fr", "« Oui » : ou non ?"), en="")
    document["modules"]["la-lecon"]["steps"][0]["title"]["en"] = ""
    document["weeks"][0]["title"] = {"fr": tidy_text("fr", "Semaine : la suite"), "en": ""}
    draft = save_draft(draft, document, 0)

    published = publish_draft(draft, 1, label="1.1", allow_unwritten=True)

    module = document_of(published)["modules"]["la-lecon"]
    assert module["title"]["en"] == module["title"]["fr"]
    assert [module["untranslated"], module["steps"][0]["untranslated"]] == [True, True]
    assert "untranslated" not in module["steps"][1]
    again = open_draft(author, published)
    assert again.document["modules"] == document["modules"]
    assert again.document["weeks"] == document["weeks"]


def test_refused_publication_leaves_the_draft_as_it_was(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)
    draft = save_draft(draft, with_title(draft, fr=""), 0)

    with pytest.raises(PublicationRefused) as refused:
        publish_draft(draft, 1, label="1.1", allow_unwritten=True)

    assert [problem.reason for problem in refused.value.problems] == [Reason.TEXT_EMPTY]
    assert ProgrammeDraft.objects.get() == draft


def test_two_coaches_with_one_package_publish_a_programme_each(document: dict[str, Any]) -> None:
    document |= {"weeks": document["weeks"][:1]}
    document.pop("to_write")
    drafts = [open_draft(make_user(name), document=document) for name in ("a@example.org", "b@example.org")]

    first, second = (publish_draft(draft, 0, label="1.0") for draft in drafts)

    assert (first.programme.slug, first.programme.owner) == ("parcours", drafts[0].owner)
    assert (second.label, second.programme.owner) == ("1.0", drafts[1].owner)
    assert second.programme.slug.startswith("parcours-")
    assert second.document["key"] == second.programme.slug


def test_nobody_publishes_under_somebody_elses_key_not_even_the_same_content(
    version: ProgrammeVersion,
) -> None:
    other = make_user("marc@example.org")

    for label in ("1.0", "9.9"):
        with pytest.raises(PublicationRefused) as refused:
            publish(
                {**version.document, "version": label},
                published_by=other,
                allow_unwritten=True,
                only_own=True,
            )
        assert [problem.reason for problem in refused.value.problems] == [Reason.PROGRAMME_KEY_TAKEN]


def test_published_draft_tells_what_changed_and_is_gone(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)

    published = publish_draft(draft, 0, label="1.1", what_changed="Une relecture.", allow_unwritten=True)

    assert (published.programme, published.label) == (version.programme, "1.1")
    assert published.what_changed == "Une relecture."
    assert not ProgrammeDraft.objects.exists()


def test_discarding_twice_does_no_harm(author: User, version: ProgrammeVersion) -> None:
    draft = open_draft(author, version)

    discard_draft(draft)
    discard_draft(draft)

    assert ProgrammeVersion.objects.get() == version
    assert not ProgrammeDraft.objects.exists()


def test_package_read_in_keeps_a_free_key(author: User, document: dict[str, Any]) -> None:
    draft = open_draft(author, document=document)

    assert (draft.document["key"], draft.document["version"], draft.programme) == ("parcours", "1.0", None)


def test_package_under_somebody_elses_key_gets_one_of_its_own(
    version: ProgrammeVersion, document: dict[str, Any]
) -> None:
    draft = open_draft(make_user("marc@example.org"), document=document)

    assert draft.document["key"].startswith("parcours-")
