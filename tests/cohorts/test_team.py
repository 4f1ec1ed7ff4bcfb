"""Who may coach: inviting, several coaches of a cohort, mandates that end at once for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agencies.models import Membership, Network
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, CohortCoach
from coaching.reminders.letters import _coaches
from tests.factories import PARIS, Cast, make_cast, make_member
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 1, 20, 10, 0, tzinfo=PARIS)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield make_cast(2)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def url(name: str, *more: str) -> str:
    return reverse(f"cohorts:{name}", args=["rivages", *more])


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def member(cast: Cast, email: str, role: str = "coach", **fields: Any) -> Membership:
    with networks(cast.network.pk):
        return make_member(cast.network, email, role, **fields)


def mandates(cast: Cast, email: str) -> list[tuple[str, dt.date | None]]:
    with networks(cast.network.pk):
        rows = Membership.objects.filter(network=cast.network, user__email=email).order_by("pk")
        return list(rows.values_list("role", "ends_on"))


def invite(client: Client, email: str, role: str = "coach") -> Any:
    return client.post(url("team"), {"email": email, "role": role, "name": ""})


def link_in(response: Any) -> str:
    field = soup(response).select_one("#address")
    assert field
    return str(field["value"])


# --- inviting -------------------------------------------------------------------------------------


def test_manager_invites_a_coach_whose_link_opens_the_network(cast: Cast) -> None:
    link = link_in(invite(signed_in(cast.manager), "Nouveau.Coach@example.com"))

    guest = Client()
    answers = {"name": "Noé", "language": "fr", "way_in": "code", "password": "", "notice": "on"}
    guest.post("/" + link.split("/", 3)[3], answers)

    assert guest.get(url("list")).status_code == 200


def test_link_is_shown_once_and_a_new_one_replaces_it(cast: Cast) -> None:
    manager = signed_in(cast.manager)
    first = "/" + link_in(invite(manager, "noe@example.com")).split("/", 3)[3]
    awaited = soup(manager.get(url("team"))).select_one("form[action$='/invite/']")
    assert awaited
    assert first.rsplit("/", 2)[1] not in manager.get(url("team")).content.decode()

    second = "/" + link_in(manager.post(str(awaited["action"]))).split("/", 3)[3]

    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)


def test_coach_invites_coaches_and_nobody_else(cast: Cast) -> None:
    coach = signed_in(cast.coach)

    assert link_in(invite(coach, "noe@example.com"))
    assert invite(coach, "eve@example.com", "regional_manager").status_code == 422
    assert mandates(cast, "eve@example.com") == []


def test_answer_is_the_same_whether_the_address_has_an_account_elsewhere_or_not(cast: Cast) -> None:
    manager = signed_in(cast.manager)

    known, unknown = (invite(manager, email) for email in ("outsider@example.com", "personne@example.com"))

    words = [
        [each.text for each in soup(answer).select("main h2, main p, main .btn")]
        for answer in (known, unknown)
    ]
    assert words[0] == words[1]
    assert "Leïla" not in known.content.decode()


@pytest.mark.parametrize(
    ("email", "words"),
    [("noe@gmial.com", "noe@gmail.com"), ("noe", "pas utilisable"), ("coach@example.com", "déjà ce rôle")],
)
def test_address_that_cannot_be_invited_is_said_on_the_form(cast: Cast, email: str, words: str) -> None:
    response = invite(signed_in(cast.manager), email)

    assert response.status_code == 422
    assert words in soup(response).select_one(".errsum").text  # type: ignore[union-attr]


@pytest.mark.parametrize(("people", "queries"), [(1, 4), (3, 4)])
def test_team_costs_the_same_for_one_and_for_three(cast: Cast, people: int, queries: int) -> None:
    for number in range(people):
        coach = member(cast, f"c{number}@example.com")
        member(cast, f"w{number}@example.com", joined_at=None)
        with networks(cast.network.pk):
            CohortCoach.objects.create(cohort=cast.cohort, membership=coach)

    assert len(queries_in_scope(signed_in(cast.manager), url("team"))) == queries


def test_coach_reads_of_others_only_the_cohorts_followed_together(cast: Cast) -> None:
    second = member(cast, "second@example.com", name="Seconde Coach")

    alone = soup(signed_in(second).get(url("team"))).select_one(".queue")
    together = soup(signed_in(cast.coach).get(url("team"))).select_one(".queue")

    assert "Hiver 2027" not in alone.text  # type: ignore[union-attr]
    assert "Hiver 2027" in together.text  # type: ignore[union-attr]


# --- ending ---------------------------------------------------------------------------------------


def end(client: Client, membership: Membership, **sent: str) -> Any:
    return client.post(url("team_end", membership.public_id), sent)


def test_every_page_closes_the_second_the_mandate_ends_even_in_an_open_session(cast: Cast) -> None:
    coach, manager = signed_in(cast.coach), signed_in(cast.manager)
    pages = [url("list"), url("members", cast.cohort.public_id), reverse("api:cohorts", args=["rivages"])]
    assert [coach.get(page).status_code < 400 for page in pages] == [True] * 3

    end(manager, cast.coach)

    assert [coach.get(page).status_code for page in pages] == [404] * 3
    assert coach.get(reverse("cohorts:list", args=["toits"])).status_code == 200


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati"])
def test_mandate_ends_by_the_networks_clock_whatever_the_readers(cast: Cast, zone: str) -> None:
    User.objects.filter(pk=cast.coach.user_id).update(time_zone=zone)
    coach = signed_in(cast.coach)
    assert coach.get(url("list")).status_code == 200

    end(signed_in(cast.manager), cast.coach)

    assert coach.get(url("list")).status_code == 404


def test_mandate_that_ends_tomorrow_still_runs_today_for_a_reader_who_is_a_day_ahead(cast: Cast) -> None:
    User.objects.filter(pk=cast.coach.user_id).update(time_zone="Pacific/Kiritimati")
    with networks(cast.network.pk):
        end_membership(cast.coach, NOW.date() + dt.timedelta(days=1))

    assert signed_in(cast.coach).get(url("list")).status_code == 200


def test_what_was_noted_stays_readable_with_its_authors_name(cast: Cast) -> None:
    second = member(cast, "second@example.com", name="Seconde Coach")
    with networks(cast.network.pk):
        CohortCoach.objects.create(cohort=cast.cohort, membership=second)
        cohorts.add_contact(cast.enrolment, second, note="Rappeler vendredi")

    end(signed_in(cast.manager), second)

    page = signed_in(cast.coach).get(
        reverse("adoption:participant", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])
    )
    assert "Rappeler vendredi" in page.content.decode()
    assert "Seconde Coach" in page.content.decode()


def test_former_coach_signs_nothing_and_is_named_to_learners_no_more(cast: Cast) -> None:
    second = member(cast, "second@example.com", name="Seconde Coach")
    with networks(cast.network.pk):
        CohortCoach.objects.create(cohort=cast.cohort, membership=second)

    end(signed_in(cast.manager), cast.coach)

    with networks(cast.network.pk):
        assert _coaches([cast.cohort.pk], cast.network.today(NOW)) == {cast.cohort.pk: "Seconde Coach"}
    assert (
        "Seconde Coach"
        in signed_in(cast.head).get(reverse("learning:help", args=["rivages"])).content.decode()
    )


def test_page_before_ending_names_the_cohorts_left_alone_and_hands_them_over(cast: Cast) -> None:
    second, manager = member(cast, "second@example.com", name="Seconde Coach"), signed_in(cast.manager)
    page = soup(manager.get(url("team_end", cast.coach.public_id)))
    assert "Hiver 2027" in page.main.text  # type: ignore[union-attr]

    end(manager, cast.coach, coach=second.public_id)

    assert (
        signed_in(second)
        .get(reverse("adoption:cohort_detail", args=["rivages", cast.cohort.public_id]))
        .status_code
        == 200
    )


def test_draft_whose_only_coach_left_is_given_to_another_by_the_manager(cast: Cast) -> None:
    second = member(cast, "second@example.com")
    with networks(cast.network.pk):
        draft = cohorts.create_cohort(
            cast.coach, name="Été", version=cast.cohort.programme_version, starts_on=dt.date(2027, 3, 2)
        )
        end_membership(Membership.objects.get(pk=cast.coach.pk))
    manager = signed_in(cast.manager)
    offered = soup(manager.get(url("team"))).select("#id_cohort option")
    assert {each.text for each in offered} == {"Été · En préparation", cast.cohort.name}

    manager.post(url("team_assign"), {"cohort": draft.public_id, "coach": second.public_id})

    assert signed_in(second).get(url("preview", draft.public_id)).status_code == 200


def test_cohort_left_alone_is_given_a_coach_by_the_manager(cast: Cast) -> None:
    second, manager = member(cast, "second@example.com"), signed_in(cast.manager)
    end(manager, cast.coach)
    assert "Hiver 2027" in soup(manager.get(url("team"))).select_one("#id_cohort").text  # type: ignore[union-attr]

    manager.post(url("team_assign"), {"cohort": cast.cohort.public_id, "coach": second.public_id})

    assert signed_in(second).get(url("coaches", cast.cohort.public_id)).status_code == 200
    assert not soup(manager.get(url("team"))).select_one("#id_cohort")


def test_last_manager_stays_until_another_has_joined(cast: Cast) -> None:
    manager = signed_in(cast.manager)
    member(cast, "awaited@example.com", "network_admin", joined_at=None)
    assert end(manager, cast.manager).status_code == 422

    member(cast, "other@example.com", "network_admin")
    response = end(manager, cast.manager)

    assert response.url == reverse("agencies:home")
    assert manager.get(url("team")).status_code == 404


def test_coach_ends_their_own_mandate_and_nobody_elses(cast: Cast) -> None:
    second = member(cast, "second@example.com")
    coach = signed_in(cast.coach)

    assert end(coach, second).status_code == 403
    assert end(coach, cast.coach).status_code == 302
    assert mandates(cast, "coach@example.com") == [("coach", NOW.date())]


def test_coach_who_is_manager_too_keeps_the_other_mandate(cast: Cast) -> None:
    both = member(cast, "coach@example.com", "network_admin")
    client = signed_in(both)

    end(client, cast.coach)

    assert client.get(url("list")).status_code == 403
    assert client.get(url("team")).status_code == 200


def test_person_invited_again_after_the_end_gets_a_new_mandate_beside_the_old(cast: Cast) -> None:
    manager = signed_in(cast.manager)
    end(manager, cast.coach)

    link_in(invite(manager, "coach@example.com"))

    assert mandates(cast, "coach@example.com") == [("coach", NOW.date()), ("coach", None)]


def test_cancelled_invitation_opens_nothing(cast: Cast) -> None:
    manager = signed_in(cast.manager)
    link = "/" + link_in(invite(manager, "noe@example.com")).split("/", 3)[3]
    with networks(cast.network.pk):
        awaited = Membership.objects.get(user__email="noe@example.com")

    end(manager, awaited)

    assert Client().get(link).status_code == 410


def test_second_click_on_ending_is_harmless(cast: Cast) -> None:
    manager = signed_in(cast.manager)
    end(manager, cast.coach)

    assert end(manager, cast.coach).url == url("team")
    assert mandates(cast, "coach@example.com") == [("coach", NOW.date())]


def test_operator_ends_a_mandate_by_the_command(cast: Cast) -> None:
    out = StringIO()

    call_command("set_network", "rivages", end=["Coach@Example.com"], stdout=out)

    assert "Coach Coach@Example.com: ended" in out.getvalue()
    assert signed_in(cast.coach).get(url("list")).status_code == 404
    with pytest.raises(CommandError, match="no mandate to end"):
        call_command("set_network", "rivages", end=["coach@example.com"], stdout=out)


# --- several coaches of one cohort ----------------------------------------------------------------


def coaches(cast: Cast) -> list[int]:
    with networks(cast.network.pk):
        return list(
            CohortCoach.objects.filter(cohort=cast.cohort).order_by("pk").values_list("membership", flat=True)
        )


def test_coach_added_to_a_cohort_reads_it_and_taken_off_reads_it_no_more(cast: Cast) -> None:
    second = member(cast, "second@example.com")
    page, coach = url("coaches", cast.cohort.public_id), signed_in(cast.coach)

    for _click in range(2):
        coach.post(page, {"add": "1", "coach": second.public_id})
    assert coaches(cast) == [cast.coach.pk, second.pk]
    assert signed_in(second).get(page).status_code == 200
    assert "Tous les coachs de ce réseau suivent cette promotion." in coach.get(page).content.decode()

    for _click in range(2):
        coach.post(page, {"remove": second.public_id})
    assert coaches(cast) == [cast.coach.pk]
    assert signed_in(second).get(page).status_code == 404


def test_last_coach_is_never_taken_off_even_beside_one_whose_mandate_has_ended(cast: Cast) -> None:
    second = member(cast, "second@example.com")
    with networks(cast.network.pk):
        CohortCoach.objects.create(cohort=cast.cohort, membership=second)
        end_membership(second)

    signed_in(cast.coach).post(url("coaches", cast.cohort.public_id), {"remove": cast.coach.public_id})

    assert cast.coach.pk in coaches(cast)


@pytest.mark.parametrize("who", ["manager", "other_coach", "awaited"])
def test_only_coaches_who_have_joined_this_network_follow_its_cohorts(cast: Cast, who: str) -> None:
    stranger = member(cast, "w@example.com", joined_at=None) if who == "awaited" else getattr(cast, who)

    response = signed_in(cast.coach).post(
        url("coaches", cast.cohort.public_id), {"add": "1", "coach": stranger.public_id}
    )

    assert response.status_code == 422
    assert coaches(cast) == [cast.coach.pk]


def test_cohort_whose_only_coach_has_left_is_not_launched(cast: Cast) -> None:
    with networks(cast.network.pk):
        draft = cohorts.create_cohort(
            cast.coach, name="X", version=cast.cohort.programme_version, starts_on=dt.date(2027, 3, 2)
        )
        cohorts.set_members(draft, [cast.head])
        end_membership(Membership.objects.get(pk=cast.coach.pk))

        with pytest.raises(cohorts.CohortProblem, match="no_coach"):
            cohorts.launch(draft)

    assert Network.objects.get(slug="rivages")
    with networks(cast.network.pk):
        assert Cohort.objects.get(pk=draft.pk).status == Cohort.Status.DRAFT
