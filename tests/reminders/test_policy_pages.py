"""The pages of the reminder policy: what holds and who set it, changing it, the way back, closures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.models import Blackout, Enrolment
from coaching.reminders.models import PolicyLayer
from coaching.reminders.policy_changes import change_cohort_policy, change_network_policy
from coaching.reminders.preferences import set_mail_mode
from coaching.reminders.softening import softened_since
from tests.factories import PARIS, Cast, make_cast, make_member
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 11, 12, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def url(cast: Cast, name: str) -> str:
    args = ["rivages", cast.cohort.public_id] if "cohort" in name else ["rivages"]
    return reverse(f"reminders:{name}", args=args)


@pytest.fixture
def coach(cast: Cast, client: Client) -> Client:
    client.force_login(cast.coach.user)
    return client


def words(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def values(cast: Cast, *, of_cohort: bool = False) -> dict[str, object]:
    with networks(cast.network.pk):
        row = PolicyLayer.objects.filter(cohort=cast.cohort if of_cohort else None).first()
        return row.values if row else {}


def test_coach_sets_a_day_for_the_network_and_takes_it_back(cast: Cast, coach: Client) -> None:
    answer = coach.post(url(cast, "edit_network_policy"), {"digest_weekday": "3"})

    assert answer.status_code == 302
    assert values(cast) == {"digest_weekday": 3}
    page = words(coach.get(url(cast, "network_policy")))
    assert 'Mercredi <span class="tag tag--info">Réglage du réseau</span>' in page
    # The nudge makes room for the 48 hours, and says who moved it.
    assert 'Vendredi <span class="tag tag--info">Réglage du réseau</span>' in page

    coach.post(url(cast, "edit_network_policy"), {"digest_weekday": ""})
    assert values(cast) == {}
    assert 'Mardi <span class="tag">Valeur d’origine</span>' in words(coach.get(url(cast, "network_policy")))


def test_cohort_names_the_level_of_each_value_and_offers_what_it_inherits(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"min_gap_hours": 72}, cast.coach)
    coach.post(url(cast, "edit_cohort_policy"), {"digest_time": "10:15"})

    page, form = (
        words(coach.get(url(cast, "cohort_policy"))),
        words(coach.get(url(cast, "edit_cohort_policy"))),
    )

    assert '72 heures <span class="tag">Réglage du réseau</span>' in page
    assert '10 h 15 <span class="tag tag--info">Réglage de la promotion</span>' in page
    assert "Réglage du réseau : 72 heures</option>" in form
    assert 'value="48"' not in form


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"digest_time": "08:00"}, "digest_time", "hors des heures d’envoi, de 8 h 30 à 18 h."),
        (
            {"digest_weekday": "3", "nudge_weekday": "4"},
            "nudge_weekday",
            "moins de 48 heures après le récapitulatif",
        ),
        (
            {"max_per_7_days": "1", "nudge_weekday": "4"},
            "nudge_weekday",
            "le récapitulatif prend toute la place",
        ),
        ({"max_per_7_days": "9"}, "max_per_7_days", "Choisissez l’une des valeurs proposées."),
        ({"min_gap_hours": "1"}, "min_gap_hours", "Choisissez l’une des valeurs proposées."),
        ({"window_opens": "07:00"}, "window_opens", "Choisissez l’une des valeurs proposées."),
    ],
)
def test_value_that_would_not_hold_is_explained_beside_its_field(
    cast: Cast, coach: Client, sent: dict[str, str], field: str, sentence: str
) -> None:
    answer = coach.post(url(cast, "edit_network_policy"), sent | {"follow_ups": "0"})

    assert answer.status_code == 422
    page = words(answer)
    assert sentence in page
    assert f'href="#id_{field}"' in page
    assert '<option value="0" selected>Non</option>' in page  # what else was chosen is still there
    assert values(cast) == {}


def test_cohort_is_refused_what_its_network_no_longer_allows(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"practice_reminder": 0}, cast.coach)

    answer = coach.post(url(cast, "edit_cohort_policy"), {"practice_reminder": "1"})

    assert answer.status_code == 422
    assert values(cast, of_cohort=True) == {}


def test_change_wakes_the_people_it_concerns_and_nobody_else(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=None)

    coach.post(url(cast, "edit_cohort_policy"), {"digest_weekday": "4"})

    with networks(cast.network.pk):
        assert set(Enrolment.objects.values_list("cohort", "next_check_at")) == {(cast.cohort.pk, NOW)}


def test_manager_reads_the_networks_policy_and_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager.user)

    page = client.get(url(cast, "network_policy"))

    assert page.status_code == 200
    assert "Changer ces réglages" not in page.content.decode()
    assert client.post(url(cast, "edit_network_policy"), {"digest_weekday": "3"}).status_code == 403
    assert client.get(url(cast, "network_closures")).status_code == 403
    assert client.get(url(cast, "cohort_policy")).status_code == 403
    assert values(cast) == {}


def test_administrator_of_the_network_changes_it(cast: Cast, client: Client) -> None:
    with networks(cast.network.pk):
        admin = make_member(cast.network, "admin@example.com", "network_admin")
    client.force_login(admin.user)

    assert client.post(url(cast, "edit_network_policy"), {"digest_weekday": "3"}).status_code == 302
    assert values(cast) == {"digest_weekday": 3}


def test_page_of_a_cohort_costs_the_same_with_any_settings(cast: Cast, coach: Client) -> None:
    before = len(queries_in_scope(coach, url(cast, "cohort_policy")))
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"digest_weekday": 3, "follow_ups": 0}, cast.coach)
        change_cohort_policy(cast.cohort, {"digest_time": "10:00", "min_gap_hours": 72}, cast.coach)

    assert len(queries_in_scope(coach, url(cast, "cohort_policy"))) == before


# --- closures -----------------------------------------------------------------------------------


def closures(cast: Cast) -> list[tuple[dt.date, dt.date]]:
    with networks(cast.network.pk):
        return list(Blackout.objects.filter(cohort=None).values_list("starts_on", "ends_on"))


def test_summer_is_offered_closed_at_one_press_and_taken_back(cast: Cast, coach: Client) -> None:
    assert "Pause d’été" in words(coach.get(url(cast, "network_closures")))
    assert closures(cast) == []

    coach.post(url(cast, "network_closures"), {"close": "2027-08-01"})
    assert closures(cast) == [(dt.date(2027, 8, 1), dt.date(2027, 8, 21))]
    assert "Pause d’été" in words(coach.get(url(cast, "network_policy")))

    with networks(cast.network.pk):
        closure = Blackout.objects.get(cohort=None)
    coach.post(url(cast, "network_closures"), {"reopen": str(closure.pk)})
    assert closures(cast) == []


def test_own_closure_is_kept_with_its_words(cast: Cast, coach: Client) -> None:
    sent = {"starts_on": "2027-05-03", "ends_on": "2027-05-07", "label": "Congrès"}

    coach.post(url(cast, "network_closures"), sent)

    assert "Congrès" in words(coach.get(url(cast, "cohort_policy")))
    assert closures(cast) == [(dt.date(2027, 5, 3), dt.date(2027, 5, 7))]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Indiquez le premier jour de fermeture."),
        ({"starts_on": "2027-05-07", "ends_on": "2027-05-03"}, "Le dernier jour vient avant le premier."),
        ({"starts_on": "2027-05-07"}, "Indiquez le dernier jour"),
        ({"starts_on": "2027-01-01", "ends_on": "2027-12-31"}, "au plus douze semaines"),
    ],
)
def test_closure_without_its_days_is_refused_in_words(
    cast: Cast, coach: Client, sent: dict[str, str], sentence: str
) -> None:
    answer = coach.post(url(cast, "network_closures"), sent)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert closures(cast) == []


# --- softening ------------------------------------------------------------------------------------


def test_coach_reads_that_the_network_is_softened_and_lifts_it(client: Client) -> None:
    cast = make_cast(6)
    client.force_login(cast.coach.user)
    messages = reverse("reminders:cohort_messages", args=["rivages", cast.cohort.public_id])
    assert "le récapitulatif seul" not in words(client.get(messages))
    with networks(cast.network.pk):
        for row in cast.enrolments[:2]:
            set_mail_mode(row, "none", NOW)

    for address in (messages, url(cast, "network_policy"), url(cast, "cohort_policy")):
        assert "Pour l’instant, le récapitulatif seul" in words(client.get(address))
    client.post(url(cast, "edit_network_policy"), {"lift": "1"})

    assert "le récapitulatif seul" not in words(client.get(messages))
    with networks(cast.network.pk):
        assert softened_since(cast.network) is None


def test_manager_is_not_told_how_many_opted_out(client: Client) -> None:
    cast = make_cast(6)
    with networks(cast.network.pk):
        for row in cast.enrolments[:2]:
            set_mail_mode(row, "none", NOW)
    client.force_login(cast.manager.user)

    page = words(client.get(url(cast, "network_policy")))

    assert "Pour l’instant, le récapitulatif seul" in page
    assert "ne plus rien recevoir" not in page
    assert 'name="lift"' not in page


# --- one's own --------------------------------------------------------------------------------------


def own(cast: Cast) -> Enrolment:
    with networks(cast.network.pk):
        return Enrolment.objects.get(pk=cast.enrolment.pk)


def test_person_chooses_the_day_of_the_digest_and_goes_back(cast: Cast, client: Client) -> None:
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"digest_weekday": 3}, cast.coach)
    client.force_login(cast.head.user)
    page = reverse("reminders:preferences", args=["rivages"])
    assert "Réglage du réseau : mercredi</option>" in words(client.get(page))

    client.post(page, {"mail_mode": "all", "digest_weekday": "5"})
    assert own(cast).digest_weekday == 5
    assert '<option value="5" selected>Vendredi</option>' in words(client.get(page))

    client.post(page, {"mail_mode": "all", "digest_weekday": ""})
    assert own(cast).digest_weekday is None


@pytest.mark.parametrize("day", ["1", "6", "0", "x"])
def test_day_that_no_digest_has_is_refused_in_words(cast: Cast, client: Client, day: str) -> None:
    client.force_login(cast.head.user)

    answer = client.post(
        reverse("reminders:preferences", args=["rivages"]), {"mail_mode": "none", "digest_weekday": day}
    )

    assert answer.status_code == 422
    assert "Choisissez un jour du mardi au vendredi." in words(answer)
    assert (own(cast).digest_weekday, own(cast).mail_mode) == (None, "all")


def test_choosing_how_many_keeps_the_day(cast: Cast, client: Client) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(digest_weekday=4)
    client.force_login(cast.head.user)

    client.post(reverse("reminders:preferences", args=["rivages"]), {"mail_mode": "digest_only"})

    assert (own(cast).digest_weekday, own(cast).mail_mode) == (4, "digest_only")
