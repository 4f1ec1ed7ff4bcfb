"""The health endpoint, the operator's page and the command, in each broken state of a real database."""

from __future__ import annotations

import datetime as dt
import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders import gate, vital_signs
from coaching.reminders.instance import beat, require_may_send
from coaching.reminders.ledger import hold_back
from coaching.reminders.models import Heartbeat, InstanceIdentity, Reminder
from tests.factories import Cast, make_cast, make_user
from tests.reminders.outbox import waiting, words

pytestmark = pytest.mark.django_db

PAGE = "/operate/mail/"


@pytest.fixture(autouse=True)
def alive(db: None) -> None:
    beat("tick")
    beat("mail")


@pytest.fixture
def planned(cast: Cast) -> Cast:
    """A cast in which nobody's calendar waits to be read."""
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=None)
    return cast


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user("exploitation@cairn.example", is_staff=True))
    return client


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/health/")
    return response.status_code, json.loads(response.content)


def failing(client: Client) -> list[str]:
    status, content = ask(client)
    found = [name for name, check in content["checks"].items() if not check["ok"]]
    assert (status, content["status"]) == ((503, "failing") if found else (200, "ok"))
    return found


def ago(**span: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(**span)


def test_monitor_reads_that_all_is_well_without_signing_in(planned: Cast, client: Client) -> None:
    waiting(planned, "sent")

    assert failing(client) == []
    assert client.get("/health/").headers["Cache-Control"].startswith("max-age=0")
    assert client.post("/health/").status_code == 405


def test_old_heartbeat_is_told_with_its_age(planned: Cast, client: Client) -> None:
    Heartbeat.objects.filter(name="tick").update(beat_at=ago(minutes=4))

    status, content = ask(client)

    heartbeat = content["checks"]["heartbeat"]
    assert status == 503
    assert not heartbeat["ok"]
    assert heartbeat["age_seconds"]["tick"] in range(240, 300)


@pytest.mark.parametrize(
    ("state", "ages", "expected"),
    [
        ("due", {"next_try_at": dt.timedelta(minutes=16)}, ["due"]),
        ("due", {"next_try_at": dt.timedelta(minutes=14)}, []),
        ("leased", {"lease_until": dt.timedelta(minutes=16)}, ["due"]),
        ("handing", {"lease_until": dt.timedelta(minutes=14)}, []),
        ("uncertain", {"handed_over_at": dt.timedelta(hours=25)}, ["uncertain"]),
        ("uncertain", {"in_doubt_since": dt.timedelta(hours=25)}, ["uncertain"]),
        ("uncertain", {"handed_over_at": dt.timedelta(hours=23)}, []),
        ("dead", {}, []),
    ],
)
def test_row_that_is_stuck_or_in_doubt_too_long_is_an_alarm(
    planned: Cast, client: Client, state: str, ages: dict[str, dt.timedelta], expected: list[str]
) -> None:
    row = waiting(planned, state)
    with networks(planned.network.pk):
        since = {name: timezone.now() - age for name, age in ages.items()}
        Reminder.objects.filter(pk=row.pk).update(**since)

    assert failing(client) == expected


def test_person_whose_alarm_nobody_hears_is_an_alarm(planned: Cast, client: Client) -> None:
    with networks(planned.network.pk):
        Enrolment.objects.filter(pk=planned.enrolment.pk).update(next_check_at=ago(minutes=16))

    assert failing(client) == ["planning"]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"is_mail_enabled": False}, "disabled"), ({"instance_id": "other"}, "other_instance")],
)
def test_mail_that_is_held_is_an_alarm(
    planned: Cast, client: Client, change: dict[str, Any], code: str
) -> None:
    require_may_send()
    InstanceIdentity.objects.update(**change)

    _status, content = ask(client)

    assert failing(client) == ["held"]
    assert content["checks"]["held"]["code"] == code


def test_server_that_nobody_can_reach_is_an_alarm(planned: Cast, client: Client) -> None:
    for _time in range(9):
        gate.note_failure("smtp")
    assert failing(client) == []

    gate.note_failure("smtp")

    assert failing(client) == ["gate"]
    assert ask(client)[1]["checks"]["gate"]["code"] == "smtp"


def test_network_at_its_ceiling_is_an_alarm_and_named_to_the_operator_alone(
    planned: Cast, client: Client, operator: Client
) -> None:
    row = waiting(planned, "due")
    with networks(planned.network.pk):
        Reminder.objects.filter(pk=row.pk).update(next_try_at=ago(minutes=1))
    with networks(planned.network.pk):
        assert hold_back(planned.network.pk, timezone.now()) == 1

    assert failing(client) == ["capped"]
    page = words(operator.get(PAGE)).split('id="waiting"')[1]
    assert planned.network.name in page
    assert "network_cap × 1" in page


def in_vain(cast: Cast, count: int, hours: float, **fields: Any) -> None:
    """Messages that should have left so long ago, and whose next try is always a minute away."""
    for number in range(count):
        row = waiting(cast, "due", occurrence=str(number), reason="no_connect")
        with networks(cast.network.pk):
            soon = timezone.now() + dt.timedelta(minutes=1)
            changed = {"due_at": ago(hours=hours), "next_try_at": soon, **fields}
            Reminder.objects.filter(pk=row.pk).update(**changed)


def test_mail_server_that_is_away_is_heard_though_each_try_puts_off_the_next(
    planned: Cast, client: Client
) -> None:
    in_vain(planned, 3, hours=1.1)

    assert failing(client) == ["silence"]


def test_nothing_is_silent_while_others_leave(planned: Cast, client: Client) -> None:
    in_vain(planned, 3, hours=1.1)
    waiting(planned, "sent", occurrence="other")

    assert failing(client) == []


def test_messages_put_off_by_their_own_rules_are_no_silence(planned: Cast, client: Client) -> None:
    in_vain(planned, 3, hours=5, reason="")

    assert failing(client) == []


def test_server_that_refuses_everything_is_heard(planned: Cast, client: Client) -> None:
    for number in range(3):
        row = waiting(planned, "dead", occurrence=str(number), reason="smtp_554")
        with networks(planned.network.pk):
            Reminder.objects.filter(pk=row.pk).update(finished_at=ago(hours=2))

    assert failing(client) == ["silence"]


def test_database_that_lacks_a_migration_is_an_alarm(
    planned: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vital_signs, "_migrated", set())
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reminders' AND name LIKE '0018%'")

    assert failing(client) == ["migrations"]


def test_database_that_does_not_answer_is_told_and_raises_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise OperationalError("connection refused")

    monkeypatch.setattr(vital_signs, "_is_migrated", away)

    assert ask(client) == (503, {"status": "failing", "checks": {"database": {"ok": False}}})


def test_health_tells_no_network_and_no_person(planned: Cast, client: Client) -> None:
    row = waiting(planned, "uncertain")
    with networks(planned.network.pk):
        Reminder.objects.filter(pk=row.pk).update(handed_over_at=ago(days=3))

    text = client.get("/health/").content.decode()

    for secret in ("rivages", planned.network.name, "head1", "Tête", row.public_id):
        assert secret not in text


@pytest.mark.parametrize("heads", [1, 3])
def test_health_takes_the_same_queries_for_any_number_of_messages(client: Client, heads: int) -> None:
    cast = make_cast(heads)
    for enrolment in cast.enrolments:
        waiting(cast, "dead", enrolment=enrolment)
    client.get("/health/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/health/")

    assert len(queries) == 7


# --- the operator's page ---------------------------------------------------------------------------


def test_only_who_operates_the_platform_opens_the_page(planned: Cast, client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    for membership in (planned.coach, planned.manager, planned.head):
        client.force_login(membership.user)
        assert client.get(PAGE).status_code == 404


def test_operator_reads_in_words_what_is_wrong_and_how_much_waits_where(
    planned: Cast, operator: Client
) -> None:
    waiting(planned, "dead", reason="smtp_554", occurrence="a")
    waiting(planned, "dead", reason="smtp_554", occurrence="b")
    waiting(planned, "uncertain", reason="no_answer", occurrence="c")
    waiting(planned, "bounced", occurrence="d")
    Heartbeat.objects.filter(name="mail").update(beat_at=ago(minutes=12))

    page = words(operator.get(PAGE))

    assert "1 point demande une main." in page
    assert "Aucun signe de vie (mail) depuis 12 min" in page
    assert planned.network.name in page
    assert "smtp_554 × 2, no_answer × 1" in page
    assert '<td class="tnum">1</td><td class="tnum">2</td><td class="tnum">1</td>' in page
    for secret in ("head1@example.com", "Tête 001"):
        assert secret not in page


def test_operator_reads_the_silence_in_a_sentence(planned: Cast, operator: Client) -> None:
    waiting(planned, "sent", occurrence="yesterday", handed_over_at=ago(hours=26))
    in_vain(planned, 3, hours=2)

    page = words(operator.get(PAGE))

    assert "Aucun message n’est parti depuis 26 h alors que 3 étaient attendus." in page


def test_operator_reads_that_nothing_waits(planned: Cast, operator: Client) -> None:
    page = words(operator.get(PAGE))

    assert "Le courrier part." in page
    assert "Rien n’attend, dans aucun réseau." in page


def test_operator_reads_english(planned: Cast, operator: Client) -> None:
    page = words(operator.get(PAGE, headers={"accept-language": "en"}))

    assert "Mail goes out." in page
    assert "réseau" not in page


def test_operator_reads_that_the_database_is_away(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coaching.reminders.health_views.read_facts", lambda: None)

    page = operator.get(PAGE)

    assert page.status_code == 200
    assert "La base de données ne répond pas." in words(page)


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_any_number_of_codes(
    planned: Cast, operator: Client, count: int
) -> None:
    for number in range(count):
        waiting(planned, "dead", reason=f"smtp_55{number}", occurrence=str(number))
    operator.get(PAGE)

    with CaptureQueriesContext(connection) as queries:
        operator.get(PAGE)

    assert len([each for each in queries if "reminders_" in each["sql"]]) == 7


# --- the command ------------------------------------------------------------------------------------


def test_command_says_the_same_and_ends_with_one_when_something_is_wrong(planned: Cast) -> None:
    said = StringIO()
    call_command("health", stdout=said)
    assert "!!" not in said.getvalue()
    Heartbeat.objects.all().delete()

    with pytest.raises(SystemExit) as ended:
        call_command("health", "--language", "en", stdout=said)

    assert ended.value.code == 1
    assert "!!  No sign of life (tick + mail)" in said.getvalue()


@pytest.mark.django_db
def test_operator_made_at_the_command_line_signs_in_by_code_and_reads(
    client: Client, mailoutbox: list[Any]
) -> None:
    call_command("createsuperuser", "--noinput", email="ops@cairn.test", verbosity=0)

    client.post("/accounts/login/code/", {"email": "ops@cairn.test"})
    code = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", mailoutbox[-1].body, re.M)
    assert code is not None
    client.post("/accounts/login/code/confirm/", {"code": code[1]})

    assert client.get(PAGE).status_code == 200
