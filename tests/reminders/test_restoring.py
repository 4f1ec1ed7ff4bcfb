"""A copied or restored database sends nothing by itself; the operator's switch holds everything."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders import tasks
from coaching.reminders.instance import MailHeld, beat, require_may_send, why_held
from coaching.reminders.models import Heartbeat, InstanceIdentity, Reminder
from coaching.reminders.restoring import after_restore
from coaching.reminders.services import deliver_network, plan_network
from tests.chaos.conftest import environment
from tests.factories import PARIS, Cast, make_cast
from tests.reminders.conftest import Mailbox

LAUNCH = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)
NEXT_MONDAY = dt.datetime(2027, 1, 11, 10, 0, tzinfo=PARIS)
WEDNESDAY = dt.datetime(2027, 1, 13, 10, 0, tzinfo=PARIS)  # the digest's Tuesday is over
DAY = dt.timedelta(days=1)


def told(command: str, *args: str) -> str:
    said = StringIO()
    call_command(command, *args, stdout=said)
    return said.getvalue()


def rows(cast: Cast, **filters: Any) -> list[Reminder]:
    with networks(cast.network.pk):
        return list(Reminder.objects.filter(**filters).order_by("pk"))


@pytest.fixture
def restored(db: None) -> None:
    """The database says that it was written elsewhere, as a restored one does."""
    require_may_send()
    InstanceIdentity.objects.update(home="7/16384/17001")
    beat("tick")


# --- it is seen ---------------------------------------------------------------------------------


def test_table_that_a_restore_made_anew_is_not_at_home(as_owner: None) -> None:
    require_may_send()
    assert why_held() == ""

    with connection.cursor() as cursor:  # what pg_restore does, also into the same database
        cursor.execute("CREATE TABLE restored (LIKE reminders_instanceidentity INCLUDING ALL)")
        cursor.execute("INSERT INTO restored SELECT * FROM reminders_instanceidentity")
        cursor.execute("ALTER TABLE reminders_instanceidentity RENAME TO earlier")
        cursor.execute("ALTER TABLE restored RENAME TO reminders_instanceidentity")
    found = why_held()

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE reminders_instanceidentity")
        cursor.execute("ALTER TABLE earlier RENAME TO reminders_instanceidentity")
    assert found == "restored"
    assert why_held() == ""


@pytest.mark.django_db
def test_restored_database_sends_and_plans_nothing(cast: Cast, mailbox: Mailbox, restored: None) -> None:
    assert tasks.deliver(cast.network.pk) == 0
    with pytest.raises(MailHeld, match="restored"):
        deliver_network(cast.network.pk, now=LAUNCH)
    with pytest.raises(CommandError, match="restored"):
        told("sweep")

    assert mailbox.received == []
    assert rows(cast) == []


@pytest.mark.django_db
def test_database_of_before_there_were_homes_stays_where_it_is() -> None:
    InstanceIdentity.objects.create(instance_id="127.0.0.1")

    assert why_held() == ""
    assert InstanceIdentity.objects.get().home


# --- what becomes of it -------------------------------------------------------------------------


def active(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(status="active", activated_at=ACTIVE, last_activity_at=ACTIVE)


@pytest.mark.django_db
def test_what_was_due_since_the_dump_waits_and_what_comes_later_leaves(
    cast: Cast, mailbox: Mailbox, restored: None
) -> None:
    active(cast)
    plan_network(cast.network.pk, NEXT_MONDAY)
    (digest,) = rows(cast, enrolment=cast.enrolment, kind="weekly_digest", occurrence="2027-W02")
    assert digest.due_at < WEDNESDAY

    done = after_restore(NEXT_MONDAY, is_same_site=True, now=WEDNESDAY)

    assert done.in_doubt == len(rows(cast, state="uncertain", reason="restored")) > 0
    assert all(row.next_try_at > WEDNESDAY for row in rows(cast, state="due"))
    (row,) = rows(cast, pk=digest.pk)
    assert (row.state, row.handed_over_at, row.in_doubt_since) == ("uncertain", digest.due_at, WEDNESDAY)
    for hours in (0, 1, 30):
        deliver_network(cast.network.pk, now=WEDNESDAY + dt.timedelta(hours=hours))
    arrived = [str(mail["X-Reminder-Key"]) for mail in mailbox.received]
    assert digest.dedupe_key not in arrived
    assert rows(cast, pk=digest.pk)[0].state == "skipped"  # a digest is closed after a day


@pytest.mark.django_db
def test_what_the_site_planned_and_sent_after_the_dump_is_not_sent_again(
    cast: Cast, mailbox: Mailbox, restored: None
) -> None:
    active(cast)
    with networks(cast.network.pk):
        Reminder.objects.all().delete()
        Enrolment.objects.update(next_check_at=WEDNESDAY + 30 * DAY)  # the dump has no row of this week

    after_restore(NEXT_MONDAY, is_same_site=True, now=WEDNESDAY)

    (digest,) = rows(cast, enrolment=cast.enrolment, kind="weekly_digest", occurrence="2027-W02")
    assert (digest.state, digest.reason) == ("uncertain", "restored")
    deliver_network(cast.network.pk, now=WEDNESDAY)
    assert digest.dedupe_key not in [str(mail["X-Reminder-Key"]) for mail in mailbox.received]


@pytest.mark.django_db
def test_messages_in_hand_when_the_dump_was_made_are_in_doubt(cast: Cast, restored: None) -> None:
    from coaching.reminders.claiming import claim
    from coaching.reminders.ledger import begin_handing

    plan_network(cast.network.pk, LAUNCH)
    message = claim(cast.network.pk, now=LAUNCH).messages[0]
    begin_handing(message, LAUNCH)

    after_restore(LAUNCH, is_same_site=True, now=LAUNCH + DAY)

    assert {row.state for row in rows(cast, kind="invitation")} == {"uncertain"}
    assert {row.lease_token for row in rows(cast)} == {None}


@pytest.mark.django_db
def test_second_run_changes_nothing_more(cast: Cast, restored: None) -> None:
    plan_network(cast.network.pk, LAUNCH)
    first = after_restore(LAUNCH, is_same_site=True, now=LAUNCH + DAY).in_doubt

    assert first > 0
    assert after_restore(LAUNCH, is_same_site=True, now=LAUNCH + DAY).in_doubt == 0


@pytest.mark.django_db
def test_same_site_sends_again_and_everybody_signs_in_anew(
    cast: Cast, restored: None, client: Client
) -> None:
    client.force_login(cast.head.user)
    assert Session.objects.exists()

    said = told("post_restore", "--same-site")

    assert why_held() == ""
    assert not Session.objects.exists()
    assert "Mail leaves again" in said
    assert InstanceIdentity.objects.get().restored_at is not None


@pytest.mark.django_db
def test_another_site_gets_a_name_of_its_own_and_sends_once_it_bears_it(
    restored: None, settings: Any
) -> None:
    said = told("post_restore")
    name = InstanceIdentity.objects.get().instance_id

    assert name.startswith("127.0.0.1-")
    assert f"INSTANCE_ID={name}" in said
    assert why_held() == "other_instance"
    settings.INSTANCE_ID = name
    assert why_held() == ""


@pytest.mark.django_db
def test_database_that_was_not_restored_is_left_alone(cast: Cast) -> None:
    plan_network(cast.network.pk, LAUNCH)
    require_may_send()
    beat("tick")

    with pytest.raises(CommandError, match="not restored from a dump"):
        told("post_restore")

    assert rows(cast, state="uncertain") == []


@pytest.mark.django_db
def test_database_that_was_moved_with_nothing_lost_goes_on_as_it_was(cast: Cast, restored: None) -> None:
    plan_network(cast.network.pk, LAUNCH)

    told("post_restore", "--moved")

    assert why_held() == ""
    assert rows(cast, state="uncertain") == []
    with pytest.raises(CommandError, match="--moved: expected a database of this site"):
        told("post_restore", "--moved")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["yesterday", "2026-11-29T03:00", "2026-13-29T03:00+01:00"])
def test_instant_of_the_dump_that_is_none_is_refused(restored: None, text: str) -> None:
    with pytest.raises(CommandError, match=r"--dumped-at: expected an instant such as"):
        told("post_restore", "--dumped-at", text)

    assert why_held() == "restored"


@pytest.mark.django_db
def test_dump_without_a_sign_of_life_asks_when_it_was_made(restored: None) -> None:
    Heartbeat.objects.all().delete()

    with pytest.raises(CommandError, match="--dumped-at: expected when the dump was made"):
        told("post_restore")


# --- the switch ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_switch_holds_everything_and_says_why(cast: Cast, mailbox: Mailbox) -> None:
    assert "Mail leaves." in told("mail")

    assert "the provider warned us" in told("mail", "--stop", "the provider warned us")
    with pytest.raises(MailHeld, match="disabled"):
        deliver_network(cast.network.pk, now=LAUNCH)
    assert "the provider warned us" in told("mail", "--status")
    assert "Mail leaves." in told("mail", "--start")

    assert deliver_network(cast.network.pk, now=LAUNCH).sent == 2


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_switch_without_a_reason_is_refused(why: str) -> None:
    with pytest.raises(CommandError, match="why nothing may leave"):
        told("mail", "--stop", why)

    assert why_held() == ""


@pytest.mark.django_db
def test_switch_thrown_first_of_all_leaves_the_database_to_its_site() -> None:
    told("mail", "--stop", "not yet")

    assert why_held() == "disabled"
    told("mail", "--start")
    assert why_held() == ""


@pytest.mark.django_db
def test_dry_run_says_what_would_leave_and_leaves_no_trace(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coaching.reminders import planner, policy

    monkeypatch.setattr(policy, "why_closed", lambda *_args: "")
    monkeypatch.setattr(planner, "why_closed", lambda *_args: "")
    with networks(cast.network.pk):
        Enrolment.objects.update(invited_at=timezone.now(), next_check_at=timezone.now())

    said = told("sweep", "--dry-run")

    assert "2 would leave: invitation" in said
    assert mailbox.received == []
    assert rows(cast) == []


# --- a worker without a broker --------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_worker_without_a_broker_does_all_the_work_and_ends_cleanly_when_asked(mailbox: Mailbox) -> None:
    cast = make_cast(2)
    with networks(cast.network.pk):
        Enrolment.objects.update(invited_at=timezone.now(), next_check_at=timezone.now())
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(next_check_at=None)
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "run_worker"],
        env=environment(REDIS_URL="redis://127.0.0.1:1/0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        end = time.monotonic() + 60
        while not (rows(cast, enrolment=cast.enrolment) and rows(cast, enrolment=cast.enrolments[1])):
            assert child.poll() is None, child.communicate()[0].decode()[-2000:]
            assert time.monotonic() < end, "it never planned"
            time.sleep(0.1)
        child.terminate()
        said = child.communicate(timeout=60)[0].decode()
    finally:
        child.kill()
        child.wait(10)

    assert child.returncode == 0, said[-2000:]
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"tick", "mail"}
