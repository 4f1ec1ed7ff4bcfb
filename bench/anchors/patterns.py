"""`python -m bench.anchors.patterns PATTERN DSN PORT`: one worker of one pattern, until it is killed.

Short re-implementations of four ideas, with their weakness and nothing else: no copied code. The table is
`anchor(id, key, state, token, lease_until)`, the server speaks SMTP on the port.
"""

from __future__ import annotations

import smtplib
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg

TABLE = """
DROP TABLE IF EXISTS anchor;
CREATE TABLE anchor (id bigserial PRIMARY KEY, key text NOT NULL UNIQUE, state text NOT NULL DEFAULT 'due',
    token uuid, lease_until timestamptz);
CREATE INDEX ON anchor (id) WHERE state = 'due';
"""
PICK = "SELECT id, key FROM anchor WHERE state = 'due' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
STALE = "interval '5 seconds'"  # after which a worker is taken for dead
Connection = psycopg.Connection[tuple[Any, ...]]


class Post:
    """One SMTP session."""

    def __init__(self, port: int) -> None:
        self.smtp = smtplib.SMTP("127.0.0.1", port, "bench.example", timeout=15)

    def send(self, key: str) -> None:
        names = f"Message-ID: <{key}@bench.example>\r\nX-Reminder-Key: {key}\r\nTo: a@bench.example\r\n"
        text = f"{names}\r\nHello\r\n"
        self.smtp.sendmail("cairn@bench.example", ["a@bench.example"], text)


def mark_then_send(database: Connection, post: Post) -> bool:
    """Marked as done, committed, then sent: whoever dies in between loses it."""
    with database.transaction():
        row = database.execute(PICK).fetchone()
        if row is None:
            return False
        database.execute("UPDATE anchor SET state = 'sent' WHERE id = %s", [row[0]])
    post.send(row[1])
    return True


def lock_while_sending(database: Connection, post: Post) -> bool:
    """The row is locked while it is sent: whoever dies before the commit has it sent again."""
    with database.transaction():
        row = database.execute(PICK).fetchone()
        if row is None:
            return False
        post.send(row[1])
        database.execute("UPDATE anchor SET state = 'sent' WHERE id = %s", [row[0]])
    return True


def requeue_in_flight(database: Connection, post: Post) -> bool:
    """Marked in flight, sent, marked as sent; what stays in flight is put back into the queue."""
    database.execute(
        "UPDATE anchor SET state = 'due' WHERE state = 'inflight' AND lease_until < clock_timestamp()"
    )
    with database.transaction():
        row = database.execute(PICK).fetchone()
        if row is not None:
            database.execute(
                f"UPDATE anchor SET state = 'inflight', token = %s, lease_until = clock_timestamp() "
                f"+ {STALE} WHERE id = %s",
                [uuid.uuid4(), row[0]],
            )
    if row is None:
        return False
    post.send(row[1])
    database.execute("UPDATE anchor SET state = 'sent' WHERE id = %s AND state = 'inflight'", [row[0]])
    return True


PATTERNS: dict[str, Callable[[Connection, Post], bool]] = {
    "mark, then send": mark_then_send,
    "row locked while sending": lock_while_sending,
    "in flight, put back": requeue_in_flight,
}


def main() -> None:
    step, dsn, port = PATTERNS[sys.argv[1]], sys.argv[2], int(sys.argv[3])
    with psycopg.connect(dsn, autocommit=True) as database:
        post = Post(port)
        while True:
            if not step(database, post):
                time.sleep(0.02)


if __name__ == "__main__":
    main()
