"""Sessions end, tokens age, screens go stale: what was typed is still there, for its author only."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from agencies.scope import networks
from coaching.cohorts.models import CoachContact
from coaching.cohorts.services import create_cohort
from tests.factories import Cast, starter_version
from tests.learning.player import GESTURE, SORT, Player, hidden_fields

pytestmark = pytest.mark.django_db

TEXT = "Un mardi, j’ai rappelé une cliente que personne n’avait rappelée.\nElle a souri."


def open_form(player: Player, address: str = GESTURE) -> dict[str, str]:
    form = player.page(address).select_one("#step")
    assert form is not None
    return hidden_fields(form)


def end_session(player: Player) -> None:
    """The session is gone on the server, as after fourteen days; the cookie is still there."""
    Session.objects.all().delete()


def offered(player: Player, address: str = GESTURE) -> BeautifulSoup:
    return BeautifulSoup(player.get(address).content, "html.parser")


def test_a_post_without_a_session_waits_for_its_author(player: Player) -> None:
    fields = open_form(player)
    end_session(player)

    posted = player.post(GESTURE, fields | {"text": TEXT})
    assert posted.headers["Location"].startswith(f"/accounts/login/?next={player.url(GESTURE)}")
    player.client.force_login(player.membership.user)
    page = offered(player)

    assert "Rien n’est perdu" in page.get_text()
    assert "Elle a souri." in page.get_text()
    again = page.select_one("#step")
    assert again is not None
    sent = hidden_fields(again) | {"text": page.select_one("textarea[name=text]").get_text().lstrip("\n")}  # type: ignore[union-attr]
    player.client.post(player.url(GESTURE), sent)
    assert player.content(GESTURE)["texts"]["un-geste"]["text"] == TEXT  # type: ignore[index]
    assert player.done() == {GESTURE}
    assert "Rien n’est perdu" not in offered(player).get_text()


def test_what_waits_is_not_readable_in_the_session_store(player: Player) -> None:
    fields = open_form(player)
    end_session(player)

    player.post(GESTURE, fields | {"text": TEXT})

    rows = [row.get_decoded() for row in Session.objects.all()]
    assert any("learning_continuation" in row for row in rows)
    assert "cliente" not in str(rows)


def test_somebody_else_who_signs_in_gets_nothing(player: Player, cast: Cast) -> None:
    fields = open_form(player)
    end_session(player)
    player.post(GESTURE, fields | {"text": TEXT})

    player.client.force_login(cast.peer.user)
    page = offered(player)
    player.client.force_login(cast.head.user)

    assert "Elle a souri" not in page.get_text()
    assert "Elle a souri" not in offered(player).get_text()  # erased at the change of person


def test_one_may_decline_what_waits(player: Player) -> None:
    fields = open_form(player)
    end_session(player)
    player.post(GESTURE, fields | {"text": TEXT})
    player.client.force_login(player.membership.user)

    player.post(GESTURE, {"forget_kept": "1"})

    assert "Elle a souri" not in offered(player).get_text()
    assert player.content(GESTURE) is None


def test_what_waits_is_no_answer_that_the_device_may_send_later(player: Player) -> None:
    """Declining it without network must not save it once the network is back."""
    fields = open_form(player)
    end_session(player)
    player.post(GESTURE, fields | {"text": TEXT, "waits": "72cbdd1f49f84ab8"})
    player.client.force_login(player.membership.user)

    again = offered(player).select_one("#step[data-continue]")

    assert again is not None
    assert "seal" in hidden_fields(again)
    assert "waits" not in hidden_fields(again)


@pytest.mark.parametrize("seal", ["", "1", "1:abc:def"])
def test_a_post_without_our_seal_is_not_kept(player: Player, seal: str) -> None:
    end_session(player)

    player.post(GESTURE, {"seal": seal, "text": TEXT, "prompt": "un-geste"})

    assert not any("learning_continuation" in row.get_decoded() for row in Session.objects.all())


def test_a_text_larger_than_the_parcel_is_still_only_refused(player: Player) -> None:
    fields = open_form(player)
    end_session(player)

    response = player.post(GESTURE, fields | {"text": "x" * 200_000})

    assert response.status_code == 302


def test_a_card_placed_without_a_session_is_offered_again(player: Player) -> None:
    page = player.page(SORT)
    form = page.select_one("form[data-card-sort]")
    assert form is not None
    end_session(player)

    player.post(SORT, hidden_fields(form) | {"pile": "2"})
    player.client.force_login(player.membership.user)
    again = offered(player, SORT).select_one("#step")

    assert again is not None
    player.client.post(player.url(SORT), hidden_fields(again))
    assert len(player.content(SORT)["sort"]["ratings"]) == 1  # type: ignore[index]


def test_a_form_older_than_the_last_sign_in_is_offered_again(player: Player, cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(player.membership.user)
    fields = open_form(Player(strict, cast, cast.head))

    response = strict.post(player.url(GESTURE), fields | {"text": TEXT, "csrfmiddlewaretoken": "x" * 64})

    assert response.status_code == 403
    assert "Elle a souri." in response.content.decode()


def test_a_forged_form_is_not_offered(player: Player) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(player.membership.user)

    response = strict.post(player.url(GESTURE), {"text": TEXT, "prompt": "un-geste"})

    assert response.status_code == 403
    assert "Elle a souri" not in response.content.decode()


# --- a coach's forms -------------------------------------------------------------------------


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def contact_url(cast: Cast) -> str:
    return f"/n/rivages/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/contact/"


def soup_of(coach: Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(coach.get(url).content, "html.parser")


def note_without_a_session(coach: Client, cast: Cast) -> None:
    form = soup_of(coach, contact_url(cast)).select_one("main form")
    assert form is not None
    Session.objects.all().delete()
    coach.post(contact_url(cast), hidden_fields(form) | {"kind": "meeting", "note": TEXT})


def test_a_coachs_note_without_a_session_waits_for_its_author(coach: Client, cast: Cast) -> None:
    note_without_a_session(coach, cast)

    coach.force_login(cast.coach.user)
    again = soup_of(coach, contact_url(cast)).select_one("#step")

    assert again is not None
    assert "Elle a souri." in again.get_text()
    note = again.select_one("textarea[name=note]")
    assert note is not None
    coach.post(contact_url(cast), hidden_fields(again) | {"note": note.get_text().lstrip("\n")})
    with networks(cast.network.pk):
        assert [(row.kind, row.note) for row in CoachContact.objects.all()] == [("meeting", TEXT)]
    assert "Elle a souri." not in str(soup_of(coach, contact_url(cast)).select("#step"))


def test_a_coachs_note_is_not_readable_in_the_session_store_nor_by_a_colleague(
    coach: Client, cast: Cast
) -> None:
    note_without_a_session(coach, cast)

    stored = str([row.get_decoded() for row in Session.objects.all()])
    coach.force_login(cast.manager.user)
    answer = coach.get(contact_url(cast)).content.decode()

    assert "cliente" not in stored
    assert "Elle a souri" not in answer


def test_a_coach_may_decline_what_waits(coach: Client, cast: Cast) -> None:
    note_without_a_session(coach, cast)
    coach.force_login(cast.coach.user)

    offer = soup_of(coach, contact_url(cast)).select_one("#step")
    assert offer is not None
    coach.post(contact_url(cast), hidden_fields(offer) | {"forget_kept": "1"})

    with networks(cast.network.pk):
        assert not CoachContact.objects.exists()
    assert soup_of(coach, contact_url(cast)).select_one("#step") is None


@pytest.mark.parametrize("step", ["programme", "dates", "pauses", "members"])
def test_each_step_of_a_new_cohort_names_its_author(coach: Client, cast: Cast, step: str) -> None:
    with networks(cast.network.pk):
        draft = create_cohort(
            cast.coach, name="Printemps", version=starter_version(), starts_on=dt.date(2027, 4, 6)
        )

    page = soup_of(coach, f"/n/rivages/cohorts/{draft.public_id}/{step}/")

    assert page.select_one("main form[method=post] input[name=seal]") is not None


# --- autosave --------------------------------------------------------------------------------


def save(player: Player, data: dict[str, Any]) -> Any:
    url = player.url(f"{GESTURE}/autosave")
    return player.client.post(url, data, headers={"Accept": "application/json"})


def test_autosave_keeps_an_unfinished_text_without_completing(player: Player) -> None:
    response = save(player, open_form(player) | {"text": "Un mar"})

    assert response.json() == {"revision": 1, "at": "9\u00a0h"}
    assert "Un mar" in player.page(GESTURE).textarea.get_text()  # type: ignore[union-attr]
    assert player.done() == set()


def test_the_hour_of_saving_is_that_of_the_profile(player: Player) -> None:
    user = player.membership.user
    user.time_zone = "America/Martinique"
    user.save()

    response = save(player, open_form(player) | {"text": "Un mar"})

    assert response.json()["at"] == "4\u00a0h"


def test_a_taken_text_is_named_to_the_script_and_a_refused_one_is_not(player: Player) -> None:
    refused = player.submit(GESTURE, {"text": ""})
    taken = player.submit(GESTURE, {"text": TEXT})

    assert "draft_taken" not in refused.cookies
    assert unquote(taken.cookies["draft_taken"].value) == player.url(f"{GESTURE}/autosave") + "#un-geste"


def test_autosave_refuses_an_older_revision_with_the_newer_text(player: Player) -> None:
    fields = open_form(player)
    save(player, fields | {"text": "a"})
    save(player, fields | {"text": "b", "revision": "1"})

    response = save(player, fields | {"text": "c", "revision": "1"})

    assert response.status_code == 409
    assert response.json() == {"problem": "newer", "revision": 2, "text": "b"}


def test_autosave_without_a_session_answers_401(player: Player) -> None:
    fields = open_form(player)
    end_session(player)

    response = save(player, fields | {"text": TEXT})

    assert (response.status_code, response.json()) == (401, {"problem": "signed_out"})


def test_autosave_hands_out_a_fresh_token_after_a_sign_in(player: Player) -> None:
    save(player, open_form(player) | {"text": "a"})

    answer = player.client.get(player.url(f"{GESTURE}/autosave"), {"prompt": "un-geste"})

    assert answer.json()["revision"] == 1
    assert len(answer.json()["token"]) == 64


def test_autosave_with_a_stale_token_answers_json(player: Player, cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.head.user)

    response = save(Player(strict, cast, cast.head), {"text": "a", "prompt": "un-geste"})

    assert (response.status_code, response.json()) == (403, {"problem": "stale_page"})


def test_a_text_that_is_too_long_is_refused_by_autosave(player: Player) -> None:
    assert save(player, open_form(player) | {"text": "x" * 20_001}).status_code == 422


def test_the_middleware_stands_before_the_scope() -> None:
    names = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]

    assert names.index("ContinuationMiddleware") < names.index("NetworkMiddleware")
