"""Sets the scene for the visits: who is signed in where, and the addresses only the running site knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from tests.browser.acts import SAMPLE, click, fill, send, upload
from tests.browser.demo import Demo
from tests.browser.looks import Eyes
from tests.browser.pages import VISITS
from tests.browser.site import text_of, wait_until

SYLVIE, MARC = "sylvie.hamel@rivages.test", "marc.bouvier@rivages.test"  # stopped early; was replaced
OLIVIER = "olivier.sanchez@toits.example"
PILOT, GUEST = "jeanne.pilote@coach.example", "paul.invite@coach.example"
PASSWORD = "trois pierres et un chemin"
OPERATOR = "exploitation@cairn.example"
# What no seeded story holds, and a mail server gives every day: a hand-over without an answer, a refusal.
IN_DOUBT = """
from agencies.scope import networks
from agencies.models import Network
from coaching.reminders.models import Reminder
with networks(Network.objects.get(slug="rivages").pk):
    rows = Reminder.objects.sent().filter(enrolment__cohort__public_id="{cohort}")
    first, second = rows.order_by("-pk")[:2]
    Reminder.objects.filter(pk=first.pk).update(state="uncertain", reason="no_answer", finished_at=None)
    Reminder.objects.filter(pk=second.pk).update(state="dead", reason="smtp_552")
"""
Scene = dict[str, str]


def set_scene(demo: Demo, browser: Browser) -> tuple[dict[str, Eyes], Scene]:
    """One window a person, and the names that the paths take."""
    eyes = {who: Eyes.open(browser) for who in VISITS}
    for role in ("head", "manager", "coach"):
        demo.enter(eyes[role].page, role)
    scene = dict(open_networks(demo))
    demo.sign_in_by_code(eyes["beginner"].page, SYLVIE)
    demo.sign_in_by_code(eyes["gone"].page, MARC)
    scene |= _newcomer(demo, eyes["newcomer"].page, scene)
    scene |= _new_coach(demo, eyes["new coach"].page, scene)
    scene |= _manager(demo, eyes["manager"].page)
    scene |= _coach(demo, eyes["coach"].page)
    scene |= _mails(demo, eyes["stranger"].page)
    demo.manage("shell", "-c", IN_DOUBT.format(cohort=scene["cohort"]))
    demo.manage("createsuperuser", "--noinput", "--email", OPERATOR)
    demo.sign_in_by_code(eyes["operator"].page, OPERATOR)
    for window in eyes.values():
        window.complaints()
    return eyes, scene


def open_networks(demo: Demo) -> Iterator[tuple[str, str]]:
    """Two more networks: in one everything is empty, the other waits for its people."""
    out = demo.manage("create_network", "oree", "Orée Voyages", "--sector", "travel", "--manager", OLIVIER)
    yield "oree", _path(re.findall(r"http\S+", out)[0])
    people = ["--manager", OLIVIER, "--coach", PILOT, "--coach", GUEST]
    out = demo.manage("create_network", "escales", "Escales", "--sector", "travel", *people)
    links = dict(re.findall(r"(\S+@\S+): (http\S+)", out))
    yield "pilot", links[PILOT]
    yield "invitation", _path(links[GUEST])


def _path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def _text_with(demo: Demo, address: str, words: str) -> str:
    """The first message to this address that says this."""
    return next((text for each in demo.letters(address) if words in (text := text_of(each))), "")


def _address(text: str, part: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*|{part}\S*)", text)
    assert found, text
    return found[1]


def _found(page: Page, pattern: str) -> str:
    """The first part in brackets among the links of the page."""
    links = page.eval_on_selector_all("a[href]", "all => all.map(each => each.getAttribute('href'))")
    found = next((match[1] for link in links if (match := re.search(pattern, link))), None)
    assert found, f"no link {pattern} on {page.url}"
    return found


def _newcomer(demo: Demo, page: Page, scene: Scene) -> Scene:
    """Manager of two networks, one just imported; awaited in a third."""
    demo.sign_in_by_code(page, OLIVIER)
    page.goto(demo.url + "/welcome/oree/")
    page.check("main [name=notice]")
    send()(page)
    page.goto(demo.url + "/n/oree/import/")
    upload("reseau.csv", SAMPLE.read_text().replace("@rivages.test", "@oree.test"))(page)
    click("button[name=action][value=confirm]")(page)
    return {"imported": _path(page.url)}


def _new_coach(demo: Demo, page: Page, scene: Scene) -> Scene:
    """Came by invitation with a password; has a cohort without anybody."""
    page.goto(scene["pilot"])
    page.fill("[name=name]", "Jeanne Pilote")
    page.check("[name=way_in][value=password]")
    page.fill("[name=password]", PASSWORD)
    page.check("[name=notice]")
    send()(page)
    page.goto(demo.url + "/n/escales/cohorts/new/")
    fill({"name": "À l’essai"})(page)
    lonely = page.url.split("/cohorts/")[1].split("/")[0]
    return {"lonely": lonely}


def _manager(demo: Demo, page: Page) -> Scene:
    page.goto(demo.url + "/n/rivages/overview/")
    agency = _found(page, r"/agencies/([\w-]+)/")
    support = page.locator("main a", has_text="Saint-Brieuc").first.get_attribute("href") or ""
    return {"agency": agency, "support": support.split("/agencies/")[1].split("/")[0]}


def _coach(demo: Demo, page: Page) -> Scene:
    page.goto(demo.url + "/n/toits/cohorts/")
    second = _found(page, r"/cohorts/(?!new/)([\w-]+)/$")
    page.goto(demo.url + "/n/rivages/cohorts/")
    cohort = _found(page, r"/cohorts/(?!new/)([\w-]+)/$")
    page.goto(f"{demo.url}/n/rivages/cohorts/{cohort}/")
    person = _found(page, r"/people/([\w-]+)/")
    page.goto(demo.url + "/n/rivages/cohorts/new/")
    fill({"name": "Grand Ouest, printemps"})(page)
    draft = page.url.split("/cohorts/")[1].split("/")[0]
    page.goto(f"{demo.url}/n/rivages/cohorts/{draft}/members/list/")
    fill({"text": "Zoé Petit; zoe.petit@rivages.test; Zéphyr"})(page)
    click("button[value=confirm]")(page)
    for box in page.locator("[name=people]").all():
        box.check()
    send("form:has([name=people])")(page)
    href = page.locator("a[href*='/preview/']", has_text="Zoé Petit").first.get_attribute("href") or ""
    waiting = href.split("/preview/")[1].split("/")[0]
    return {"second": second, "cohort": cohort, "person": person, "draft": draft, "waiting": waiting}


def _mails(demo: Demo, page: Page) -> Scene:
    """Addresses that only a mail tells."""
    text = wait_until(lambda: _text_with(demo, "@toits.example", "/mail/pause/"), 120, "an invitation")
    page.goto(demo.url + "/accounts/password/reset/")
    fill({"email": OLIVIER})(page)
    reset = wait_until(lambda: _text_with(demo, OLIVIER, "/reset/key/"), 20, "a link to set a password")
    page.goto(demo.url + "/inbox/")
    return {
        "unsubscribe": _address(text, "/mail/unsubscribe/"),
        "pause": _address(text, "/mail/pause/"),
        "reset": _address(reset, "/reset/key/"),
        "message": _found(page, r"(/inbox/[\w-]+/)$"),
    }
