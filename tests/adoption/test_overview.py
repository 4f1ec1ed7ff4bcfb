"""The manager's overview, by the door a manager uses."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from coaching.adoption.facts import week_state
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import CoachContact, Cohort, Enrolment
from tests.adoption.people import climb_ladder, signed_in, take_weeks
from tests.factories import PARIS, Cast, launch_cohort, make_agency, make_cast, make_member
from tests.queries import queries_in_scope

WEEK_3 = dt.datetime(2027, 1, 27, 10, 0, tzinfo=PARIS)
WEEK_5 = dt.datetime(2027, 2, 10, 10, 0, tzinfo=PARIS)


@pytest.fixture
def at_week_3():
    with time_machine.travel(WEEK_3, tick=False):
        yield


@pytest.fixture
def at_week_5():
    with time_machine.travel(WEEK_5, tick=False):
        yield


def read(cast: Cast, query: str = "", who: Membership | None = None) -> str:
    response = signed_in(who or cast.manager).get(f"/n/{cast.network.slug}/overview/{query}")
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def words(html: str) -> str:
    """What a person reads, on one line."""
    text = re.sub(r"<[^>]+>", " ", html.replace("\u00a0", " "))
    return re.sub(r"\s+", " ", text)


def line_of(html: str, agency: str) -> str:
    """The row of the matrix with this agency."""
    return next(row for row in re.findall(r"<tr>.*?</tr>", html, re.S) if f"<b>{agency}</b>" in row)


def test_title_counts_the_agencies_that_keep_pace_in_words(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=3)

    html = read(cast)

    assert "Une agence sur deux avance au bon rythme." in words(html)


def test_practices_are_a_dash_and_never_a_zero(cast: Cast, at_week_3):
    html = read(cast)

    figure = html[html.index("Mises en pratique") :][:200]
    assert "<span>–</span>" in figure
    assert "pas encore commencé" in figure


def test_matrix_shows_each_week_of_each_agency(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=2)

    row = line_of(read(cast), "Agence 001")

    states = re.findall(r'data-s="(\w+)"', row)
    assert len(states) == 9
    assert states[:3] == ["done", "done", "todo"]


@pytest.mark.parametrize(
    ("done", "required", "state"),
    [(0, 0, "unwritten"), (0, 20, "todo"), (5, 20, "doing"), (20, 20, "done"), (27, 20, "done")],
)
def test_a_week_without_a_written_step_is_neither_done_nor_to_do(done: int, required: int, state: str):
    assert week_state(done, required) == state


def test_the_line_stands_after_the_last_week_that_is_due(cast: Cast, at_week_3):
    html = read(cast)

    row = line_of(html, "Agence 001")
    cells = re.findall(r'<td class="([^"]*)"><span class="cell"', row)
    assert [number for number, css in enumerate(cells) if "due" in css] == [2]


@pytest.mark.parametrize(
    ("last_at", "bucket"),
    [
        (dt.datetime(2027, 2, 9, 9, 0, tzinfo=PARIS), "Cette semaine"),
        (dt.datetime(2027, 1, 27, 9, 0, tzinfo=PARIS), "1 à 3 semaines"),
        (dt.datetime(2027, 1, 12, 9, 0, tzinfo=PARIS), "Plus de 3 semaines"),
        (None, "Pas commencé"),
    ],
)
def test_last_activity_is_one_of_four_buckets(cast: Cast, at_week_5, last_at, bucket):
    if last_at:
        take_weeks(cast, 1, weeks=2, last_at=last_at)

    assert bucket in line_of(read(cast), "Agence 001")


def test_agencies_stand_in_alphabetical_order_whatever_their_progress(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.agencies[0].pk).update(name="Évreux")
        Agency.objects.filter(pk=cast.agencies[1].pk).update(name="Fougères")
        make_agency(cast.network, "Élancourt")
    take_weeks(cast, 2, weeks=3)

    names = re.findall(r"<b>([^<]+)</b><small>", read(cast).split("<tbody>")[1])

    assert names[:3] == ["Élancourt", "Évreux", "Fougères"]


def test_an_agency_that_nobody_runs_is_said_to_be_vacant(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        make_agency(cast.network, "Pornic")

    html = read(cast)

    assert "Direction vacante" in line_of(html, "Pornic")
    assert "2 agences inscrites sur 2" in words(html)


def test_an_agency_without_enrolment_lowers_coverage_and_the_adjusted_index(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=3)
    take_weeks(cast, 2, weeks=3)
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Pornic")
        make_member(cast.network, "pornic@example.com", "agency_head", agency)

    text = words(read(cast))

    assert "Sans inscription" in text
    assert "Couverture 67 % 2 agences inscrites sur 3" in text
    assert "Indice ajusté 67 / 100" in text


def test_a_new_agency_is_in_grace_and_called_new(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Pornic", opened_on=dt.date(2027, 1, 20))
        make_member(cast.network, "pornic@example.com", "agency_head", agency)

    html = read(cast)

    assert "Nouvelle" in line_of(html, "Pornic")
    assert "2 agences inscrites sur 2" in words(html)


def test_a_closed_agency_is_not_listed(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        make_agency(cast.network, "Pornic", closed_on=dt.date(2027, 1, 20))

    assert "Pornic" not in read(cast)


def test_a_pause_is_shown_without_its_end_or_reason(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=1)
    with networks(cast.network.pk):
        cohorts.pause(cast.enrolment, 2)

    row = line_of(read(cast), "Agence 001")

    assert "En pause" in row
    assert "février" not in row


def test_a_successor_stands_in_the_row_and_the_change_is_marked(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=2)
    with networks(cast.network.pk):
        successor = make_member(
            cast.network, "new@example.com", "agency_head", cast.agencies[0], name="Nora Prigent"
        )
        cohorts.replace_head(cast.enrolment, successor)

    row = line_of(read(cast), "Agence 001")

    assert "Nora Prigent" in row
    assert "Tête 001" not in row
    assert "Direction reprise" in row
    assert "done" not in re.findall(r'data-s="(\w+)"', row)


def test_one_head_of_two_agencies_shows_the_same_figures_twice_and_counts_both(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=2)
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Pornic")
        make_member(cast.network, cast.head.user.email, "agency_head", agency)

    html = read(cast)

    assert "Deux agences" in line_of(html, "Pornic")
    states = [re.findall(r'data-s="(\w+)"', line_of(html, name)) for name in ("Agence 001", "Pornic")]
    assert states[0] == states[1]
    assert "3 agences inscrites sur 3" in words(html)


def test_a_manager_who_learns_too_counts_for_no_agency(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        cohorts.add_late_joiner(cast.cohort, cast.manager)

    html = read(cast)

    rows = html.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr>") == len(cast.agencies)
    assert "Nathalie Mercier" not in rows


# — the ladder ———————————————————————————————————————————————————————————————


def test_a_name_appears_after_the_whole_ladder_with_a_reason_and_a_kind_suggestion(cast: Cast, at_week_5):
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    climb_ladder(cast)

    text = words(read(cast))

    assert "À épauler T0 Tête 001 Agence 001 Plus de trois semaines sans étape." in text
    assert "Un passage en agence, sans parler du parcours, suffit souvent." in text
    assert "Une personne apprécierait un mot de vous. Son coach l’a déjà contactée, elle le sait." in text


@pytest.mark.parametrize(
    "missing",
    [
        {"reminders_sent": 2},
        {"contact_at": None},
        {"manager_notice_at": None},
        {"manager_notice_at": dt.datetime(2027, 2, 9, 9, 0, tzinfo=PARIS)},  # two working days not over
        {"last_activity_at": dt.datetime(2027, 1, 26, 9, 0, tzinfo=PARIS)},  # eleven working days
    ],
    ids=["two reminders", "no coach", "no notice", "notice too fresh", "active too lately"],
)
def test_no_name_appears_while_a_step_of_the_ladder_is_missing(cast: Cast, at_week_5, missing):
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    climb_ladder(cast, **missing)

    html = read(cast)

    assert "tag--warn" not in html
    assert "Personne n’attend un mot de vous" in words(html)


def test_no_name_appears_once_the_coach_has_said_that_it_is_settled(cast: Cast, at_week_5):
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    climb_ladder(cast)
    with networks(cast.network.pk):
        CoachContact.objects.create(
            enrolment=cast.enrolment,
            coach=cast.coach,
            kind="handled",
            happened_at=dt.datetime(2027, 2, 3, 12, 0, tzinfo=PARIS),
        )

    assert "tag--warn" not in read(cast)


def test_an_independent_head_is_not_named_by_default(cast: Cast, at_week_5):
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    climb_ladder(cast)
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(employment_status="independent")

    assert "tag--warn" not in read(cast)


def test_the_filter_is_in_the_address_and_keeps_only_those_to_support(cast: Cast, at_week_5):
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    climb_ladder(cast)

    html = read(cast, "?show=support")

    body = html.split("<tbody>")[1]
    assert "Agence 001" in body
    assert "Agence 002" not in body


# — ways of seeing —————————————————————————————————————————————————————————————


def see(cast: Cast, mode: str) -> None:
    Network.objects.filter(pk=cast.network.pk).update(manager_view=mode)


@pytest.mark.parametrize("mode", ["bands_only", "aggregate_only"])
def test_no_agency_is_named_where_the_network_shows_sets_only(db, at_week_3, mode):
    cast = make_cast(6)
    take_weeks(cast, 1, weeks=3)
    see(cast, mode)

    html = read(cast)

    assert "Agence 001" not in html
    assert "Tête 001" not in html
    assert '<table class="matrix"' not in html
    assert ("Par palier" in html) is (mode == "bands_only")
    assert "Indice d’adoption" in html


@pytest.mark.parametrize("mode", ["bands_only", "aggregate_only"])
def test_fewer_than_five_agencies_with_a_figure_show_none_where_nobody_is_named(db, at_week_3, mode):
    cast = make_cast(6)
    take_weeks(cast, 1, weeks=3)
    with networks(cast.network.pk):
        others = [enrolment.pk for enrolment in cast.enrolments[1:]]
        Enrolment.objects.filter(pk__in=others).update(invited_at=timezone.now(), activated_at=None)
    see(cast, mode)

    html = read(cast)

    assert "Par palier" not in html
    assert not re.search(r"\d+<small>/ 100", html)


@pytest.mark.parametrize("mode", ["bands_only", "aggregate_only"])
def test_fewer_than_five_agencies_show_no_figure_where_nobody_is_named(cast: Cast, at_week_3, mode):
    take_weeks(cast, 1, weeks=3)
    see(cast, mode)

    html = read(cast)

    assert "moins de cinq agences" in html
    assert "Par palier" not in html
    assert not re.search(r"\d+<small>/ 100", html)


def test_a_network_administrator_sees_counts_and_no_names(db, at_week_3):
    cast = make_cast(6)
    with networks(cast.network.pk):
        admin = make_member(cast.network, "admin@example.com", "network_admin")

    html = read(cast, who=admin)

    assert "Tête 001" not in html
    assert "Par palier" in html


# — empty places ———————————————————————————————————————————————————————————————


def test_without_a_cohort_the_page_says_what_will_be_there(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        Cohort.objects.update(status="draft")

    text = words(read(cast))

    assert "Votre région attend sa première promotion." in text
    assert "Importer les agences" in text


def test_before_the_start_nothing_is_claimed(cast: Cast):
    with time_machine.travel(dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS), tick=False):
        text = words(read(cast))

    assert "Tout est prêt, le parcours ouvre bientôt." in text
    assert "trop tôt pour un chiffre" in text


def test_before_anything_is_due_the_title_says_so(cast: Cast):
    with time_machine.travel(dt.datetime(2027, 1, 7, 10, 0, tzinfo=PARIS), tick=False):
        text = words(read(cast))

    assert "Le parcours commence : rien n’est encore attendu." in text


def test_the_latest_running_cohort_is_shown_and_the_others_are_one_link_away(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        older = Cohort.objects.create(
            name="Automne 2026",
            programme_version=cast.cohort.programme_version,
            starts_on=dt.date(2026, 9, 22),
            status="ended",
        )

    html = read(cast)

    assert f'href="?cohort={older.public_id}">Automne 2026 (terminée)' in html
    assert "Hiver 2027, semaine 3 sur 8" in words(html)
    assert "Automne 2026" in words(read(cast, f"?cohort={older.public_id}"))


def to_come(cast: Cast, members: list[Membership]) -> Cohort:
    """A second cohort, launched today and starting in four weeks."""
    with networks(cast.network.pk):
        cohort, _enrolments = launch_cohort(
            cast.coach,
            cast.cohort.programme_version,
            members,
            name="Printemps 2027",
            start=dt.date(2027, 2, 23),
            launched_at=WEEK_3,
        )
    return cohort


def test_a_cohort_that_is_about_to_start_does_not_hide_the_one_that_runs(cast: Cast, at_week_3):
    to_come(cast, [cast.peer])

    html = read(cast)

    assert "Hiver 2027, semaine 3 sur 8" in words(html)
    assert "Printemps 2027" in html


def test_somebody_invited_lately_covers_no_agency_whichever_cohort_is_looked_at(cast: Cast, at_week_3):
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Agence neuve", code="N1")
        newcomer = make_member(cast.network, "new@example.com", "agency_head", agency)
    spring = to_come(cast, [newcomer])

    seen = {
        re.search(r"(\d+ agences inscrites sur \d+)", words(read(cast, query)))[1]  # type: ignore[index]
        for query in ("", f"?cohort={spring.public_id}")
    }

    assert seen == {"2 agences inscrites sur 3"}


def test_whoever_took_over_and_has_not_begun_does_not_keep_pace_yet(cast: Cast, at_week_3):
    take_weeks(cast, 1, weeks=3)
    with networks(cast.network.pk):
        successor = make_member(cast.network, "new@example.com", "agency_head", cast.agencies[1])
        cohorts.replace_head(cast.enrolments[1], successor, WEEK_3)

    assert "Une agence sur deux avance au bon rythme." in words(read(cast))


# — doors ——————————————————————————————————————————————————————————————————————


def test_a_cohort_that_is_not_there_is_not_found(cast: Cast, at_week_3):
    response = signed_in(cast.manager).get("/n/rivages/overview/?cohort=ABCDEFGHJKLM")

    assert response.status_code == 404


@pytest.mark.parametrize("role", ["head", "coach"])
def test_other_roles_have_no_overview(cast: Cast, at_week_3, role: str):
    response = signed_in(getattr(cast, role)).get("/n/rivages/overview/")

    assert response.status_code == 403


def test_a_stranger_gets_the_page_of_a_network_that_does_not_exist(cast: Cast, at_week_3):
    client = signed_in(cast.outsider)

    foreign, unknown = client.get("/n/rivages/overview/"), client.get("/n/nulle-part/overview/")

    assert foreign.status_code == unknown.status_code == 404
    assert strip_token(foreign.content) == strip_token(unknown.content)


def strip_token(html: bytes) -> bytes:
    """Without the CSRF token, which is drawn anew for each page."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", html)


# — cost ———————————————————————————————————————————————————————————————————————

QUERIES = 4


@pytest.mark.parametrize("agencies", [1, 3])
def test_overview_asks_the_same_few_questions_for_one_and_three_agencies(db, at_week_3, agencies):
    cast = make_cast(agencies)
    client = signed_in(cast.manager)
    client.get("/n/rivages/overview/")  # the programme's outline is read once per process

    assert len(queries_in_scope(client, "/n/rivages/overview/")) == QUERIES


@pytest.mark.slow
def test_overview_asks_the_same_few_questions_for_four_hundred_people(db, at_week_3):
    cast = make_cast(20)
    with networks(cast.network.pk):
        Enrolment.objects.filter(cohort=cast.cohort).update(status="active", activated_at=WEEK_3)
        for number in range(380):
            head = make_member(
                cast.network, f"more{number}@example.com", "agency_head", cast.agencies[number % 20]
            )
            cohorts.add_late_joiner(cast.cohort, head)
    client = signed_in(cast.manager)
    client.get("/n/rivages/overview/")

    assert len(queries_in_scope(client, "/n/rivages/overview/")) == QUERIES


def test_nothing_in_the_page_is_inline(cast: Cast, at_week_3):
    html = read(cast)

    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", html)
