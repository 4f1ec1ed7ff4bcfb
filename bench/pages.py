"""The measured pages: who asks for what, what the answer must hold, and what it may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from accounts.models import User
from bench.data import Built

BACKEND = "accounts.backends.AuthenticationBackend"


@dataclass(frozen=True)
class Page:
    """One measured address. `units` and `queries` are the limits (None: shown, not judged)."""

    name: str
    path: str
    session: str
    expect: str
    units: float | None = None
    queries: int | None = None
    kilobytes: float | None = None
    times_of: str = ""  # another page of the table, and how many times its cost this one may have
    times: float | None = None

    @property
    def cookie(self) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={self.session}" if self.session else ""


def sign_in(user: User) -> str:
    """A session of this person, without the price of a password."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


COHORT_PAGE = "cohort page, 20 agencies"


def measured(usual: Built, large: Built, wide: Built, coached: Sequence[Built]) -> list[Page]:
    """The pages with a limit (performance goals), then the same at four hundred people."""
    slug, lesson = usual.network.slug, usual.lesson
    manager, wide_coach = sign_in(usual.manager.user), sign_in(wide.coach.user)
    return [
        Page(
            "lesson page",
            f"/n/{slug}/learn/{lesson.address}/",
            sign_in(usual.head.user),
            lesson.title.fr.split("’")[0].split("'")[0][:20],
            units=30,
            queries=7,
            kilobytes=80,
        ),
        Page(
            "overview, 20 agencies x 9 weeks",
            f"/n/{slug}/overview/",
            manager,
            "Agence 00019",
            units=45,
            queries=6,
            kilobytes=60,
        ),
        Page(
            "overview, 20 agencies, 400 people",
            f"/n/{large.network.slug}/overview/",
            sign_in(large.manager.user),
            "Agence 00019",
            queries=6,
            kilobytes=60,
        ),
        *_of_a_coach(coached),
        Page(
            "API, 50 agencies", f"/api/v1/n/{wide.network.slug}/agencies", wide_coach, '"next":"http', 20, 4
        ),
        Page(
            "API, 50 enrolments",
            f"/api/v1/n/{wide.network.slug}/enrolments",
            wide_coach,
            '"next":"http',
            20,
            4,
        ),
    ]


def _of_a_coach(coached: Sequence[Built]) -> list[Page]:
    """Four networks in one page cost under three times what one network's page does, in as many queries."""
    one, session = coached[0], sign_in(coached[0].coach.user)
    return [
        Page(
            COHORT_PAGE,
            f"/n/{one.network.slug}/cohorts/{one.cohort.public_id}/",
            session,
            "Agence 00019",
            queries=16,
        ),
        Page(
            "coach's home, 4 networks x 20 agencies",
            "/coach/",
            session,
            coached[-1].network.name,
            queries=14,
            times_of=COHORT_PAGE,
            times=3,
        ),
    ]


@dataclass(frozen=True)
class Asked:
    """Statements of one request: those inside the network's scope, and all with session and sign-in."""

    in_scope: int
    all: int


def count_queries(page: Page) -> Asked:
    """One request inside this process, its statements counted (the outline is warm, as in a worker)."""
    client = Client(headers={"accept-language": "fr", "host": "127.0.0.1"})
    client.cookies[settings.SESSION_COOKIE_NAME] = page.session
    client.get(page.path)
    seen: list[bool] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append("set_config('app.networks'" in sql and bool(params) and params[0] not in ("", "{}"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(page.path)
    if answer.status_code != 200:
        raise AssertionError(f"{page.path}: {answer.status_code}")
    opened = len(seen) - 1 - seen[::-1].index(True)
    return Asked(len(seen) - 1 - opened, len(seen))
