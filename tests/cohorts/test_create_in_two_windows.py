"""Preparing a cohort in two windows: an older page overwrites nothing, and what was typed is sent again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from coaching.cohorts.services import add_members, launch, set_members
from coaching.cohorts.views import wizard
from tests.cohorts.drafting import NO_PAUSES, _frozen, coach, draft_of, page, reload
from tests.factories import Cast, starter_version

__all__ = ["_frozen", "coach"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", ["programme", "dates", "pauses", "members", "delete"])
def test_change_of_a_draft_launched_in_another_window_changes_nothing(
    coach: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        set_members(draft, [cast.head])
    found = wizard.get_cohort_for

    def just_before_the_launch(membership: Membership, public_id: str) -> Cohort:
        read = found(membership, public_id)
        if read.status == Cohort.Status.DRAFT:
            launch(read)
        return read

    monkeypatch.setattr(wizard, "get_cohort_for", just_before_the_launch)
    answers = {
        "programme": {"programme_version": starter_version().public_id, "name": "Autre"},
        "dates": {"starts_on": "2027-04-13", "session_weekday": "4", "session_time": "08:45"},
        "pauses": NO_PAUSES,
        "members": {"people": [cast.peer.public_id]},
        "delete": {},
    }

    response = coach.post(page(step, draft.public_id), answers[step])

    kept = reload(cast, draft)
    assert response.status_code == 302
    assert response.url == reverse("adoption:cohort_detail", args=["rivages", draft.public_id])
    assert (kept.status, kept.name, kept.starts_on) == ("running", draft.name, draft.starts_on)
    assert [row.membership_id for row in kept.enrolments.all()] == [cast.head.pk]


STALE = "Cette étape a changé dans une autre fenêtre"


DATES = {"starts_on": "2027-05-04", "session_weekday": "3", "session_time": "13:30", "session_url": ""}


def mark_on(coach: Client, name: str, draft: Cohort) -> str:
    """The mark that a step's page carries when it is opened."""
    shown = BeautifulSoup(coach.get(page(name, draft.public_id)).content, "html.parser")
    return str(shown.select_one("input[name=read]")["value"])  # type: ignore[index]


def fields_of(content: bytes) -> dict[str, Any]:
    """What is on the page: each field's value, each group's ticked boxes."""
    found: dict[str, Any] = {}
    for field in BeautifulSoup(content, "html.parser").select("form[method=post] [name]"):
        name = str(field["name"])
        if field.name == "select":
            option = field.select_one("option[selected]")
            found[name] = str(option["value"]) if option else ""
        elif field.get("type") == "checkbox":
            found.setdefault(name, [])
            found[name] += [str(field["value"])] if field.has_attr("checked") else []
        else:
            found[name] = str(field.get("value", ""))
    return found


def heads_of(cast: Cast) -> list[str]:
    return [head.public_id for head in cast.heads]


@pytest.mark.parametrize("name", ["programme", "dates", "pauses", "members"])
def test_a_step_saved_in_another_window_is_refused_and_what_was_typed_can_be_sent_again(
    coach: Client, cast: Cast, name: str
) -> None:
    draft = draft_of(cast.coach)
    first, second = heads_of(cast)[:2]
    version = starter_version().public_id
    pause = {"own-TOTAL_FORMS": "1", "own-INITIAL_FORMS": "0", "own-0-ends_on": "2027-04-14"}
    here, there = {
        "programme": [{"programme_version": version, "name": each} for each in ("Ici", "Là")],
        "dates": [DATES, DATES | {"session_time": "14:00"}],
        "pauses": [pause | {"own-0-starts_on": day} for day in ("2027-04-12", "2027-04-13")],
        "members": [{"people": [first]}, {"people": [second]}],
    }[name]
    url, read = page(name, draft.public_id), mark_on(coach, name, draft)
    coach.post(url, there | {"read": read})
    saved = mark_on(coach, name, draft)

    refused = coach.post(url, here | {"read": read})

    assert refused.status_code == 409
    assert STALE in refused.content.decode()
    assert mark_on(coach, name, draft) == saved != read
    shown = fields_of(refused.content)
    assert {key: shown[key] for key in here if key != "own-INITIAL_FORMS"} == {
        key: value for key, value in here.items() if key != "own-INITIAL_FORMS"
    }
    again = coach.post(url, shown)
    assert again.status_code == 302
    assert mark_on(coach, name, draft) not in (saved, read)


def test_a_step_changed_in_one_window_does_not_refuse_another_step_in_the_other(
    coach: Client, cast: Cast
) -> None:
    draft = draft_of(cast.coach)
    read = mark_on(coach, "members", draft)
    coach.post(page("dates", draft.public_id), DATES)

    response = coach.post(page("members", draft.public_id), {"people": heads_of(cast), "read": read})

    assert response.status_code == 302
    assert len(reload(cast, draft).enrolments.all()) == len(cast.heads)


def test_a_second_click_on_the_same_form_is_no_conflict(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    answer = DATES | {"read": mark_on(coach, "dates", draft)}

    responses = [coach.post(page("dates", draft.public_id), answer) for _click in range(2)]

    assert [each.status_code for each in responses] == [302, 302]


def test_a_mistake_in_a_stale_form_does_not_make_it_fresh(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    read, url = mark_on(coach, "dates", draft), page("dates", draft.public_id)
    coach.post(url, DATES)

    wrong = coach.post(url, DATES | {"session_time": "03:00", "read": read})
    mended = coach.post(url, fields_of(wrong.content) | {"session_time": "15:00"})

    assert (wrong.status_code, mended.status_code) == (422, 409)
    assert reload(cast, draft).session_time == dt.time(13, 30)


def test_a_look_at_another_zone_keeps_the_mark_that_was_read(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    read, url = mark_on(coach, "pauses", draft), page("pauses", draft.public_id)
    own = {"own-TOTAL_FORMS": "1", "own-INITIAL_FORMS": "0", "own-0-ends_on": "2027-04-14"}
    coach.post(url, own | {"own-0-starts_on": "2027-04-12"})

    looked = coach.post(url, NO_PAUSES | {"zone": "B", "look": "1", "read": read})
    response = coach.post(url, fields_of(looked.content))

    assert response.status_code == 409
    assert len(reload(cast, draft).blackouts.all()) == 1


def test_a_list_brought_in_another_window_is_not_unticked_by_an_older_page(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    read = mark_on(coach, "members", draft)
    with networks(cast.network.pk):
        add_members(draft, cast.heads)

    response = coach.post(page("members", draft.public_id), {"people": heads_of(cast)[:1], "read": read})

    assert response.status_code == 409
    assert len(reload(cast, draft).enrolments.all()) == len(cast.heads)
