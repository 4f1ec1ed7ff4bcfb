"""A digest as a mail programme shows it, and the pages that its links open without signing in."""

from __future__ import annotations

import datetime as dt
import os
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.claiming import claim
from coaching.reminders.models import Reminder
from coaching.reminders.services import plan_network
from coaching.reminders.taps import Tap, make_tap, mark
from coaching.reminders.tokens import Holder, make_token
from tests.browser.looks import AXE, DESK, EVERY_RULE, HEIGHTS, MEASURE, PHONE, RUN
from tests.factories import PARIS, Cast, make_cast
from tests.reminders.tapping import LESSON, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
# A mail is no page: the rules about landmarks do not apply to what a mail programme shows.
MAIL_RULES = [rule for rule in EVERY_RULE if rule != "best-practice"]


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Playwright's loop lives in the thread that also asks the database, until the very end of the run."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def digest(cast: Cast) -> str:
    """The HTML of the first person's digest of week 1."""
    take(cast, LESSON, ACTIVE)  # for a recall question
    with networks(cast.network.pk):
        Enrolment.objects.update(activated_at=ACTIVE, status="active", last_activity_at=ACTIVE)
    plan_network(cast.network.pk, TUESDAY)
    claimed = [*claim(cast.network.pk, now=TUESDAY).messages, *claim(cast.network.pk, now=TUESDAY).messages]
    content = next(each for each in claimed if each.kind == "weekly_digest").envelope.content
    part = message_from_bytes(content, policy=policy.default).get_body(("html",))  # type: ignore[arg-type]
    assert part is not None
    return str(part.get_content())


def wrong_with(
    browser: Browser, look: tuple[int, Any], rules: list[str], *, html: str = "", url: str = ""
) -> list[str]:
    width, scheme = look
    viewport = {"width": width, "height": HEIGHTS[width]}
    with browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(url) if url else page.set_content(html)
        measured = page.evaluate(MEASURE)
        page.evaluate(AXE)
        found: list[str] = page.evaluate(RUN, {"type": "tag", "values": rules})
    if measured["tooWide"] > 0:
        found.append(f"too wide: {measured['tooWide']} px")
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_digest_reads_well_on_phone_and_desk_in_light_and_dark(
    browser: Browser, look: tuple[int, Any]
) -> None:
    html = digest(make_cast())

    assert "/mail/recall/" in html
    assert "/mail/tap/" in html
    assert wrong_with(browser, look, MAIL_RULES, html=html) == []


@pytest.mark.parametrize("purpose", ["unsubscribe", "pause"])
def test_page_behind_a_link_of_a_mail_is_clean_in_every_look(
    browser: Browser, live_server: Any, purpose: Any
) -> None:
    cast = make_cast()
    token = make_token(purpose, Holder(cast.network.pk, cast.enrolment.public_id))

    problems = [
        problem
        for look in LOOKS
        for problem in wrong_with(browser, look, EVERY_RULE, url=f"{live_server.url}/mail/{purpose}/{token}/")
    ]

    assert problems == []


@pytest.mark.parametrize("action", ["next_week", "stuck"])
def test_page_behind_a_touch_is_clean_in_every_look(browser: Browser, live_server: Any, action: Any) -> None:
    cast = make_cast()
    plan_network(cast.network.pk, TUESDAY)
    with networks(cast.network.pk):
        row = Reminder.objects.of(cast.enrolment)[0]
    token = make_tap(action, Tap(Holder(cast.network.pk, cast.enrolment.public_id), row.kind, row.occurrence))
    url = f"{live_server.url}/mail/tap/{action}/{token}/"

    problems = [problem for look in LOOKS for problem in wrong_with(browser, look, EVERY_RULE, url=url)]
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        page.click("main form button")
        page.wait_for_url(url)

        assert page.locator("main form").count() == 0
    assert problems == []


def test_recall_question_of_a_mail_is_clean_asked_and_answered(browser: Browser, live_server: Any) -> None:
    cast = make_cast()
    take(cast, LESSON, timezone.now() - dt.timedelta(days=3))
    about = mark(LESSON + "rappel-la-place", 2, "assez-beau")
    holder = Holder(cast.network.pk, cast.enrolment.public_id)
    token = make_tap("recall", Tap(holder, "weekly_digest", "2027-W02", about))
    url = f"{live_server.url}/mail/recall/{token}/"

    problems = [problem for look in LOOKS for problem in wrong_with(browser, look, EVERY_RULE, url=url)]
    with browser.new_context(viewport={"width": PHONE, "height": HEIGHTS[PHONE]}) as context:
        page = context.new_page()
        page.goto(url)
        page.click("main form button")
        page.wait_for_selector(".fb")
        page.evaluate(AXE)
        problems += page.evaluate(RUN, {"type": "tag", "values": EVERY_RULE})

    assert problems == []
