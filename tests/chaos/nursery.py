"""`python -m tests.chaos.nursery`: imports the product once and forks workers from it, so that many can die.

Orders come as JSON lines on its input, births and deaths go as JSON lines to its output. Each child is a
process of its own with its own connections, and is killed like any other.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any


class Nursery:
    """Who lives, what each is for, and who is replaced when they die."""

    def __init__(self) -> None:
        self.alive: dict[int, dict[str, Any]] = {}
        self.is_open = True

    def run(self) -> None:
        self.tell(event="ready")
        rest = b""
        while True:
            readable, _, _ = select.select([0], [], [], 0.005)
            if readable:
                read = os.read(0, 65536)
                if not read:
                    return self.close()
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    self.obey(json.loads(line))
            self.bury()

    def obey(self, order: dict[str, Any]) -> None:
        if order["do"] == "stop":
            self.is_open = False
            for pid in self.alive:
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGTERM)
            self.tell(event="stopped")
        else:
            self.is_open = True
            warm_up()
            for _ in range(order.get("count", 1)):
                self.fork(order)

    def fork(self, order: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            work(order)
        self.alive[pid] = order
        self.tell(event="born", pid=pid)

    def bury(self) -> None:
        while self.alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            order = self.alive.pop(pid)
            self.tell(event="died", pid=pid, code=os.waitstatus_to_exitcode(status))
            if order.get("replaced") and self.is_open:
                self.fork(order)

    def close(self) -> None:
        for pid in self.alive:
            os.kill(pid, signal.SIGKILL)

    def tell(self, **words: Any) -> None:
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()


def warm_up() -> None:
    """What every process reads once is read before it is born; the connection stays with the parent."""
    from django.db import connections
    from django.urls import reverse
    from django.utils import translation

    from coaching.programmes.models import ProgrammeVersion
    from coaching.programmes.runtime import outline_of

    for language in ("en", "fr"):
        with translation.override(language):
            reverse("learning:home", args=["foule"])

    for version in ProgrammeVersion.objects.light():
        outline_of(version)
    connections.close_all()


def work(order: dict[str, Any]) -> None:
    """The child's whole life; it never returns."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    code = 0
    try:
        from django.conf import settings
        from django.db import connections

        from coaching.reminders import failpoints

        for name, value in order.get("settings", {}).items():
            setattr(settings, name, value)
        if "database" in order:
            connections["default"].settings_dict["NAME"] = order["database"]
        point, _, times = order.get("failpoint", "").partition(":")
        failpoints._wanted, failpoints._left = point, int(times or 1)
        code = WORK[order["do"]](order)
    except Exception:
        sys.stderr.write(traceback.format_exc())
        sys.stderr.flush()
        code = 1
    os._exit(code)


def deliver(order: dict[str, Any]) -> int:
    """Once, or for ever: a failure costs a turn, as a failed task does."""
    from django.db import Error, connections

    from coaching.reminders.instance import MailHeld
    from coaching.reminders.services import deliver_network

    options: dict[str, Any] = {"batch": order.get("batch", 20)}
    if order.get("now"):
        options["now"] = dt.datetime.fromisoformat(order["now"])
    while True:
        try:
            done = deliver_network(order["network"], transport=courier(order), **options)
        except MailHeld:
            return 3
        except Error:  # the database is away
            if not order.get("replaced"):
                raise
            connections.close_all()
            time.sleep(0.05)
            continue
        if not order.get("replaced"):
            return 0
        if not done.sent:
            time.sleep(0.02)


def courier(order: dict[str, Any]) -> Any:
    """None is the product's own choice."""
    if not order.get("deduplicating"):
        return None
    from tests.chaos.deduplicating import DeduplicatingTransport

    return DeduplicatingTransport()


def task(order: dict[str, Any]) -> int:
    """One Celery task, here, at the signal: the file that is waited for appears."""
    from config.celery import app

    app.loader.import_default_modules()
    if order.get("broker"):
        app.conf.broker_url = order["broker"]
    while not os.path.exists(order["gate"]):  # noqa: PTH110
        time.sleep(0.001)
    app.tasks[order["name"]](*order["args"])
    return 0


def command(order: dict[str, Any]) -> int:
    """One of our own commands."""
    from django.core.management import CommandError, call_command

    try:
        call_command(order["name"], *order.get("args", ()), stdout=io.StringIO())
    except CommandError:
        return 3
    return 0


def post(order: dict[str, Any]) -> int:
    """A page is posted, and the process dies right after its n-th commit; 0: right before its first."""
    import time_machine
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    client = Client(raise_request_exception=True, headers={"host": settings.ALLOWED_HOSTS[0]})
    client.cookies.load(order["cookies"])
    left = order["commits"]
    commit = connection._commit

    def and_die() -> Any:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        commit()
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    connection._commit = and_die  # type: ignore[method-assign]
    with time_machine.travel(dt.datetime.fromisoformat(order["now"])):
        answer = client.post(order["path"], order["fields"])
    return 0 if answer.status_code < 400 else 2


WORK = {"deliver": deliver, "task": task, "command": command, "post": post}


def main() -> None:
    import django

    django.setup()
    from django.template.loader import get_template

    import config.celery
    import config.urls  # noqa: F401

    for path in sorted(Path("templates/emails").iterdir()):
        get_template(f"emails/{path.name}")
    Nursery().run()


if __name__ == "__main__":
    main()
