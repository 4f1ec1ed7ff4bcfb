"""Entering a running cohort: late, in the place of a head who leaves, for two agencies, as an interim."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup

from agencies.models import Membership
from agencies.scope import networks
from coaching.adoption.coach_reads import facts_of
from coaching.adoption.facts import Person, person_facts
from coaching.adoption.querysets import with_blackouts, with_facts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import Answer
from coaching.reminders.services import plan_network
from tests.adoption.changing import WEEK_3, Desk, _frozen, cast, desk, words
from tests.adoption.people import take_weeks
from tests.factories import PARIS, Cast, make_agency, make_member

__all__ = ["_frozen", "cast", "desk"]

pytestmark = pytest.mark.django_db

NEW = {"who": "new", "name": "Nora Prigent", "email": "nora@example.com"}


def newcomer(cast: Cast) -> Membership:
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Brest")
        return make_member(cast.network, "late@example.com", "agency_head", agency, name="Tard Venue")


def enter(desk: Desk, person: Membership, dates: str) -> str:
    preview = desk.client.post(desk.url("cohorts:join"), {"person": person.public_id, "dates": dates})
    return words(desk.agree(preview))


def own_dates(cast: Cast, person: Membership) -> dict[int, dt.date]:
    with networks(cast.network.pk):
        found = figures(cast, Enrolment.objects.get(membership=person))
    return {week.number: week.due_at.astimezone(PARIS).date() for week in found.facts.weeks}


def figures(cast: Cast, enrolment: Enrolment) -> Person:
    """Needs the scope."""
    cohort = with_blackouts(Cohort.objects.filter(pk=enrolment.cohort_id)).with_version()
    facts = facts_of([cohort.prefetch_related("weeks").get()], {cast.network.pk: cast.network}, WEEK_3)
    return person_facts(
        facts[enrolment.cohort_id], with_facts(Enrolment.objects.filter(pk=enrolment.pk)).get()
    )


def replace_url(desk: Desk, number: int = 1) -> str:
    return desk.url("cohorts:replace", desk.cast.enrolments[number - 1].public_id)


# — late —————————————————————————————————————————————————————————————————————————


def test_late_joiner_shifted_keeps_the_gaps_from_the_day_of_entry(cast: Cast, desk: Desk) -> None:
    person = newcomer(cast)

    report = enter(desk, person, "shift")

    dates = own_dates(cast, person)
    assert "Arrivée de Tard Venue" in report
    assert dates[1] == dt.date(2027, 2, 2)  # fifteen days after the cohort's Monday
    assert dates[8] == dt.date(2027, 3, 23)


@pytest.mark.parametrize("day", ["2027-01-24", "2027-01-27", "2027-01-30"])
def test_late_joiner_shifted_has_time_for_the_welcome_week_and_working_days_only(
    cast: Cast, desk: Desk, day: str
) -> None:
    person = newcomer(cast)
    came_on = dt.date.fromisoformat(day)

    with time_machine.travel(dt.datetime.combine(came_on, dt.time(10), PARIS), tick=False):
        enter(desk, person, "shift")

    dates = own_dates(cast, person)
    days = [dates[number] for number in sorted(dates)]
    assert days == sorted(days)
    assert min(dates) == 0
    assert days[0] >= came_on + dt.timedelta(days=6)  # as long as the week was open for the others
    assert all(each.isoweekday() <= 5 for each in days)


def test_late_joiner_squeezed_ends_with_the_others_on_working_days_in_order(cast: Cast, desk: Desk) -> None:
    person = newcomer(cast)

    enter(desk, person, "squeeze")

    dates = own_dates(cast, person)
    days = [dates[number] for number in sorted(dates)]
    assert days == sorted(days)
    assert days[0] > WEEK_3.date()
    assert days[-1] == dt.date(2027, 3, 8)
    assert all(day.isoweekday() <= 5 for day in days)


def test_preview_of_an_entry_enrols_nobody(cast: Cast, desk: Desk) -> None:
    person = newcomer(cast)

    shown = desk.client.post(desk.url("cohorts:join"), {"person": person.public_id, "dates": "squeeze"})

    assert "Rien n’est encore fait" in words(shown)
    with networks(cast.network.pk):
        assert not Enrolment.objects.filter(membership=person).exists()


def test_entry_undone_frees_the_place_and_may_be_made_again(cast: Cast, desk: Desk) -> None:
    person = newcomer(cast)
    enter(desk, person, "shift")
    desk.undo()
    plan_network(cast.network.pk, WEEK_3)
    with networks(cast.network.pk):
        gone = Enrolment.objects.get(membership=person)

    enter(desk, person, "squeeze")

    assert (gone.status, gone.next_check_at) == ("cancelled", None)
    with networks(cast.network.pk):
        again = Enrolment.objects.get(membership=person)
    assert (again.status, again.shift_days) == ("invited", 0)
    assert own_dates(cast, person)[8] == dt.date(2027, 3, 8)


def test_person_entered_from_another_window_is_told_in_a_sentence(cast: Cast, desk: Desk) -> None:
    person = newcomer(cast)
    preview = desk.client.post(desk.url("cohorts:join"), {"person": person.public_id, "dates": "shift"})
    enter(desk, person, "shift")

    answer = desk.agree(preview)

    assert answer.status_code == 422
    assert "suit déjà cette promotion" in words(answer)
    assert person.public_id not in words(answer)


def test_only_people_who_do_not_take_part_are_offered(cast: Cast, desk: Desk) -> None:
    newcomer(cast)

    shown = words(desk.client.get(desk.url("cohorts:join")))

    assert "Tard Venue, Brest" in shown
    assert "Tête 001" not in shown


# — a change of head ————————————————————————————————————————————————————————————


def test_new_address_takes_over_and_what_was_written_stays_with_who_left(cast: Cast, desk: Desk) -> None:
    take_weeks(cast, 1, weeks=2)
    with networks(cast.network.pk, user_id=cast.head.user_id):
        Answer.objects.create(enrolment=cast.enrolment, author=cast.head.user, address="m/s", content={})

    preview = desk.client.post(replace_url(desk), NEW | {"dates": "shift"})
    report = words(desk.agree(preview))

    assert "Tête 001 garde tout ce qui a été écrit" in words(preview)
    assert "Nora Prigent prend la suite" in report
    with networks(cast.network.pk, user_id=cast.head.user_id):
        old = Enrolment.objects.get(pk=cast.enrolment.pk)
        new = Enrolment.objects.get(membership__user__email="nora@example.com")
        former = Membership.objects.get(pk=cast.head.pk)
        assert Answer.objects.filter(enrolment=old).count() == 1
    assert (old.status, former.ends_on) == ("replaced", WEEK_3.date())
    assert (new.status, new.done_minutes, new.shift_days) == ("invited", 0, 15)
    assert old.done_minutes > 0


def test_change_of_head_undone_gives_the_mandate_and_the_place_back(cast: Cast, desk: Desk) -> None:
    take_weeks(cast, 1, weeks=2)
    desk.agree(desk.client.post(replace_url(desk), NEW | {"dates": "shift"}))

    desk.undo()

    with networks(cast.network.pk):
        assert Membership.objects.get(pk=cast.head.pk).ends_on is None
        assert Enrolment.objects.get(pk=cast.enrolment.pk).status == "active"
        nora = Membership.objects.get(user__email="nora@example.com")
        assert nora.ends_on == WEEK_3.date()
        assert Enrolment.objects.get(membership=nora).status == "cancelled"


def test_change_of_head_is_not_undone_once_the_new_head_has_begun(cast: Cast, desk: Desk) -> None:
    desk.agree(desk.client.post(replace_url(desk), NEW | {"dates": "shift"}))
    with networks(cast.network.pk):
        Enrolment.objects.filter(membership__user__email="nora@example.com").update(status="active")

    refused = desk.undo()

    assert "quelqu’un a changé quelque chose" in refused
    with networks(cast.network.pk):
        assert Enrolment.objects.get(pk=cast.enrolment.pk).status == "replaced"


def test_wizard_posted_twice_hands_over_once(cast: Cast, desk: Desk) -> None:
    preview = desk.client.post(replace_url(desk), NEW | {"dates": "squeeze"})
    desk.agree(preview)

    desk.agree(preview)

    with networks(cast.network.pk):
        assert Enrolment.objects.filter(membership__user__email="nora@example.com").count() == 1
        assert cast.cohort.changes.count() == 1


def test_wizard_posted_twice_for_a_head_who_had_finished_hands_over_once(cast: Cast, desk: Desk) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(status="completed", completed_at=WEEK_3)
    preview = desk.client.post(replace_url(desk), NEW | {"dates": "shift"})
    desk.agree(preview)

    answer = words(desk.agree(preview))

    assert "C’est déjà fait pour cette agence" in answer
    with networks(cast.network.pk):
        assert cast.cohort.changes.count() == 1
        assert Enrolment.objects.get(pk=cast.enrolment.pk).status == "completed"


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"who": "new", "dates": "shift"}, "email", "Indiquez son courriel : l’invitation y partira."),
        ({"who": "new", "dates": "shift"}, "name", "Indiquez son prénom et son nom."),
        (
            {"who": "new", "name": "N", "email": "head1@example.com", "dates": "shift"},
            "email",
            "C’est l’adresse de la personne qui part.",
        ),
        ({"dates": "shift"}, "who", "Choisissez une réponse."),
        (
            {"who": "new", "name": "N", "email": "nora@gmial.com", "dates": "shift"},
            "email",
            "Cette adresse n’est pas utilisable. Pensiez-vous à nora@gmail.com ?",
        ),
    ],
)
def test_wizard_without_a_successor_says_at_its_field_what_is_missing(
    desk: Desk, data: dict[str, str], field: str, said: str
) -> None:
    response = desk.client.post(replace_url(desk), data)

    error = BeautifulSoup(response.content, "html.parser").select_one(f"#id_{field}_error")
    assert response.status_code == 422
    assert error
    assert error.text.replace("\u00a0", " ").replace("\u202f", " ") == f"Erreur : {said}"


def test_wizard_of_a_head_alone_calls_nothing_optional_and_says_an_error_once(desk: Desk) -> None:
    page = words(desk.client.get(replace_url(desk)))
    refused = desk.client.post(replace_url(desk), {"who": "new", "dates": "shift"}).content.decode()

    assert "Courriel (facultatif)" not in page
    assert "Erreur : Changement" in refused.replace("\u00a0", " ")
    assert refused.replace("\u00a0", " ").count("Erreur : Erreur") == 0


def test_head_of_another_agency_of_the_cohort_does_not_get_a_second_enrolment(cast: Cast, desk: Desk) -> None:
    data = {"who": "new", "name": "Tête 002", "email": "head2@example.com", "dates": "shift"}

    answer = words(desk.agree(desk.client.post(replace_url(desk), data)))

    assert "suit déjà cette promotion" in answer
    with networks(cast.network.pk):
        assert Enrolment.objects.get(pk=cast.enrolment.pk).status == "invited"
        assert Enrolment.objects.filter(membership__user__email="head2@example.com").count() == 1
        assert Membership.objects.get(pk=cast.head.pk).ends_on is None


# — interim, two co-heads, two agencies —————————————————————————————————————————


def test_interim_counts_in_rates_only_from_thirty_days_on(cast: Cast, desk: Desk) -> None:
    desk.agree(desk.client.post(replace_url(desk), NEW | {"dates": "shift", "is_interim": "on"}))
    with networks(cast.network.pk):
        interim = Membership.objects.get(user__email="nora@example.com")
        enrolment = Enrolment.objects.get(membership=interim)
        Enrolment.objects.filter(pk=enrolment.pk).update(activated_at=WEEK_3)
        short = figures(cast, enrolment).is_eligible
        Membership.objects.filter(pk=interim.pk).update(starts_on=WEEK_3.date() - dt.timedelta(days=30))
        long = figures(cast, enrolment).is_eligible

    assert interim.is_interim
    assert (short, long) == (False, True)


def test_two_co_heads_each_take_part_for_the_same_agency(cast: Cast, desk: Desk) -> None:
    with networks(cast.network.pk):
        co_head = make_member(
            cast.network, "co@example.com", "agency_head", cast.agencies[0], name="Co Directrice"
        )

    enter(desk, co_head, "shift")

    with networks(cast.network.pk):
        rows = Enrolment.objects.filter(membership__agency=cast.agencies[0])
        assert sorted(row.status for row in rows) == ["invited", "invited"]
        assert figures(cast, rows[0]).enrolment.membership.agency_id == cast.agencies[0].pk


def test_head_of_two_agencies_is_offered_once_and_has_one_enrolment(cast: Cast, desk: Desk) -> None:
    person = newcomer(cast)
    with networks(cast.network.pk):
        second = make_agency(cast.network, "Quimper")
        make_member(cast.network, "late@example.com", "agency_head", second, name="Tard Venue")

    form = words(desk.client.get(desk.url("cohorts:join")))
    enter(desk, person, "shift")
    after = words(desk.client.get(desk.url("cohorts:join")))

    assert form.count("Tard Venue, Brest, Quimper") == 1
    assert "Tard Venue," not in after
    with networks(cast.network.pk):
        assert Enrolment.objects.filter(membership__user=person.user).count() == 1


def test_wizard_page_offers_who_runs_the_agency_already(cast: Cast, desk: Desk) -> None:
    with networks(cast.network.pk):
        make_member(cast.network, "co@example.com", "agency_head", cast.agencies[0], name="Co Directrice")

    page = words(desk.client.get(replace_url(desk)))

    assert "Qui prend la suite de Tête 001" in page
    assert "Co Directrice" in page


@pytest.fixture
def two_agencies(cast: Cast) -> Membership:
    """The first head runs a second agency besides."""
    with networks(cast.network.pk):
        second = make_agency(cast.network, "Quimper")
        return make_member(cast.network, cast.head.user.email, "agency_head", second)


def test_who_hands_over_one_of_two_agencies_goes_on_for_the_other(
    cast: Cast, desk: Desk, two_agencies: Membership
) -> None:
    preview = desk.client.post(replace_url(desk), NEW | {"dates": "shift"})
    report = words(desk.agree(preview))

    with networks(cast.network.pk):
        kept = Enrolment.objects.get(pk=cast.enrolment.pk)
        assert (kept.status, kept.membership_id) == ("invited", two_agencies.pk)
        assert Membership.objects.get(pk=cast.head.pk).ends_on == WEEK_3.date()
        new = Enrolment.objects.get(membership__user__email="nora@example.com")
        assert new.membership.agency_id == cast.head.agency_id
    assert "continue pour l’agence Quimper" in words(preview)
    assert "Continue pour son autre agence" in report


def test_second_click_of_who_keeps_another_agency_replaces_nobody_there(
    cast: Cast, desk: Desk, two_agencies: Membership
) -> None:
    preview = desk.client.post(replace_url(desk), NEW | {"dates": "shift"})
    for _twice in range(2):
        desk.agree(preview)

    with networks(cast.network.pk):
        heads = Membership.objects.filter(user__email="nora@example.com")
        assert [head.agency_id for head in heads] == [cast.head.agency_id]
        assert Membership.objects.get(pk=two_agencies.pk).ends_on is None


def test_handing_over_one_of_two_agencies_is_undone(cast: Cast, desk: Desk, two_agencies: Membership) -> None:
    desk.agree(desk.client.post(replace_url(desk), NEW | {"dates": "shift"}))

    desk.undo()

    with networks(cast.network.pk):
        back = Enrolment.objects.get(pk=cast.enrolment.pk)
        assert (back.status, back.membership_id) == ("invited", cast.head.pk)
        assert Membership.objects.get(pk=cast.head.pk).ends_on is None
        assert Enrolment.objects.get(membership__user__email="nora@example.com").status == "cancelled"
