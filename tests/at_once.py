"""Somebody else at the same row in the same moment: a thread with a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from django.db import connection

from agencies.models import Membership
from agencies.scope import networks

WAITING = """
SELECT count(*) FROM pg_locks WHERE NOT granted
AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())
"""


class SomebodyElse(Thread):
    """Does one thing as this member; keeps what came of it, and how it ended."""

    def __init__(self, member: Membership, act: Callable[[], object]) -> None:
        super().__init__()
        self.member, self.act = member, act
        self.found: object = None
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            with networks(self.member.network.pk, user_id=self.member.user_id):
                self.found = self.act()
        except Exception as error:
            self.failed = error
        finally:
            connection.close()

    def until_it_waits(self) -> None:
        pause = Event()
        self.start()
        for _time in range(500):
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
            pause.wait(0.02)
        raise AssertionError("it never waited")

    def how_it_ended(self) -> object:
        """None when nothing went wrong; a refusal by its code."""
        self.join(timeout=20)
        assert not self.is_alive(), "it never ended"
        return getattr(self.failed, "code", self.failed)
