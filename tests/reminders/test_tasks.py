"""Ticks and tasks: hints that may be lost, doubled or late; a copied database that sends nothing."""

from __future__ import annotations

import ast
import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders import tasks
from coaching.reminders.claiming import networks_with_work
from coaching.reminders.instance import MailHeld
from coaching.reminders.models import Heartbeat, InstanceIdentity, Reminder
from coaching.reminders.services import deliver_network
from config.celery import TICKS, app
from tests.factories import Cast
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

OUR_ROOMS = ("accounts", "agencies", "coaching", "config")


def nobody_is_due(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=timezone.now() + dt.timedelta(days=1))


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the tick gives to the broker."""
    found: list[int] = []
    monkeypatch.setattr(tasks.deliver, "delay", found.append)
    return found


def make_due(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=timezone.now() - dt.timedelta(minutes=1))


def test_tick_points_at_networks_with_due_people_only(cast: Cast, published: list[int]) -> None:
    make_due(cast)

    assert tasks.tick() == 1
    assert published == [cast.network.pk]


def test_tick_with_nothing_due_takes_two_queries(cast: Cast, published: list[int]) -> None:
    nobody_is_due(cast)

    with CaptureQueriesContext(connection) as queries:
        assert tasks.tick() == 0

    assert len(queries) == 2
    assert published == []


def test_tick_notes_a_beat_each_time(cast: Cast, published: list[int]) -> None:
    tasks.tick()
    first = Heartbeat.objects.get(name="tick").beat_at
    tasks.tick()

    assert Heartbeat.objects.get(name="tick").beat_at > first


def test_tick_survives_a_broker_that_is_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_due(cast)

    def away(_network_id: int) -> None:
        raise OperationalError("nobody listens")

    monkeypatch.setattr(tasks.deliver, "delay", away)

    assert tasks.tick() == 1


def test_pulse_notes_the_mail_queues_beat() -> None:
    tasks.pulse()
    tasks.pulse()

    assert Heartbeat.objects.filter(name="mail").count() == 1


def in_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """The task reads the database's clock; the policy's window is opened for whatever hour it is."""
    from coaching.reminders import planner, policy

    monkeypatch.setattr(policy, "why_closed", lambda *_args: "")
    monkeypatch.setattr(planner, "why_closed", lambda *_args: "")


def test_deliver_twice_and_once_late_sends_each_message_once(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_window(monkeypatch)
    with networks(cast.network.pk):
        now = timezone.now()
        Enrolment.objects.update(invited_at=now, next_check_at=now)

    first, second = tasks.deliver(cast.network.pk), tasks.deliver(cast.network.pk)
    late = deliver_network(cast.network.pk, now=timezone.now() + dt.timedelta(hours=5)).sent

    assert (first, second, late) == (2, 0, 0)
    assert len(mailbox.received) == 2


def test_deliver_for_a_network_that_is_gone_does_nothing() -> None:
    assert tasks.deliver(987_654_321) == 0


def test_sweep_does_the_same_without_a_broker(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_window(monkeypatch)
    with networks(cast.network.pk):
        now = timezone.now()
        Enrolment.objects.update(invited_at=now, next_check_at=now)
    said = StringIO()

    call_command("sweep", stdout=said)
    call_command("sweep", stdout=said)

    assert len(mailbox.received) == 2
    assert Heartbeat.objects.filter(name="sweep").exists()


# --- a copied database -------------------------------------------------------------------------


def test_first_installation_to_ask_owns_the_database(cast: Cast) -> None:
    deliver_network(cast.network.pk)
    deliver_network(cast.network.pk)

    assert InstanceIdentity.objects.get().instance_id == project.INSTANCE_ID


def test_copied_database_sends_nothing_and_plans_nothing(cast: Cast, mailbox: Mailbox, settings: Any) -> None:
    InstanceIdentity.objects.create(instance_id="production")
    settings.INSTANCE_ID = "laptop"
    make_due(cast)

    assert tasks.deliver(cast.network.pk) == 0
    with pytest.raises(MailHeld, match="other_instance"):
        deliver_network(cast.network.pk)
    with pytest.raises(CommandError, match="INSTANCE_ID"):
        call_command("sweep", stdout=StringIO())
    assert mailbox.received == []
    with networks(cast.network.pk):
        assert not Reminder.objects.exists()


def test_kill_switch_holds_everything(cast: Cast, mailbox: Mailbox) -> None:
    InstanceIdentity.objects.create(instance_id=project.INSTANCE_ID, is_mail_enabled=False)
    make_due(cast)

    assert tasks.deliver(cast.network.pk) == 0
    assert mailbox.received == []


# --- what crosses networks ----------------------------------------------------------------------


def test_functions_across_networks_answer_with_ids_and_instants_only() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, pg_get_function_result(oid), prosecdef FROM pg_proc "
            "WHERE proname LIKE 'networks\\_with\\_%' OR proname LIKE 'reminders\\_of\\_%' ORDER BY proname"
        )
        found = cursor.fetchall()

    assert found == [
        ("networks_with_cohorts_to_end", "SETOF bigint", True),
        ("networks_with_doubts_to_settle", "SETOF bigint", True),
        ("networks_with_due_enrolments", "SETOF bigint", True),
        ("networks_with_due_reminders", "SETOF bigint", True),
        ("networks_with_lost_alarms", "SETOF bigint", True),
        ("networks_with_stale_leases", "SETOF bigint", True),
        ("reminders_of_other_networks", "TABLE(recipient_id bigint, at timestamp with time zone)", True),
    ]


def test_networks_with_work_needs_no_scope_and_opens_none(cast: Cast) -> None:
    make_due(cast)

    assert networks_with_work() == [cast.network.pk]


# --- house rules, read from the code ------------------------------------------------------------


def ours() -> list[Path]:
    return [path for room in OUR_ROOMS for path in sorted((project.BASE_DIR / room).rglob("*.py"))]


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


A_TIME = {"eta", "countdown", "max_retries", "default_retry_delay", "autoretry_for", "retry_backoff"}
A_PROMISE = {"retry", "apply_async", "send_task", "AsyncResult", "GroupResult", "signature", "chord"}
A_RESULT = "result_backend"


def sins(source: str, *, is_tasks_module: bool) -> list[int]:
    """Lines that trust a task with a time, a retry or a result, or point at work elsewhere."""
    found = []
    for call in calls(ast.parse(source)):
        words = {keyword.arg for keyword in call.keywords}
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        is_hint = name in ("delay", "delay_on_commit")
        if words & A_TIME or name in A_PROMISE or (is_hint and not is_tasks_module):
            found.append(call.lineno)
    lines = enumerate(source.splitlines(), 1)
    return sorted(found + [number for number, line in lines if A_RESULT in line.lower()])


def test_no_code_gives_a_task_a_time_a_retry_or_a_result_nor_a_page_a_hint() -> None:
    # A page that published a hint would wait for the broker: pages leave rows, the tick finds them.
    found = {
        str(path): lines
        for path in ours()
        if (lines := sins(path.read_text(encoding="utf-8"), is_tasks_module=path.name == "tasks.py"))
    }

    assert found == {}


@pytest.mark.parametrize(
    "sin",
    [
        "deliver.apply_async([1], eta=soon)",
        "deliver.apply_async([1])",
        "deliver.s(1).set(countdown=5)",
        "self.retry()",
        "shared_task(autoretry_for=(OSError,))",
        "app.send_task('deliver')",
        "CELERY_RESULT_BACKEND = 'redis://'",
        "deliver.delay(1)",
        "deliver.delay_on_commit(1)",
    ],
)
def test_each_way_to_trust_a_task_is_seen(sin: str) -> None:
    assert sins(sin, is_tasks_module=False) == [1]


def test_hints_are_published_in_tasks_modules() -> None:
    assert sins("deliver.delay(1)", is_tasks_module=True) == []


def test_tasks_take_whole_numbers_only() -> None:
    app.loader.import_default_modules()
    ours_only = {name: task for name, task in app.tasks.items() if name.startswith(OUR_ROOMS)}
    assert {"coaching.reminders.tasks.deliver", "coaching.reminders.tasks.tick"} <= set(ours_only)
    for name, task in ours_only.items():
        annotations = {key: kind for key, kind in task.run.__annotations__.items() if key != "return"}
        assert set(annotations.values()) <= {"int"}, name
        assert all(key.endswith("_id") for key in annotations), name
        assert not task.acks_late, name


def test_each_tick_names_a_known_task_and_never_piles_up() -> None:
    app.loader.import_default_modules()
    for entry in TICKS.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] < entry["schedule"]
    assert not app.conf.result_backend
