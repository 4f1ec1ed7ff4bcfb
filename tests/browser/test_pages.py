"""Every page, for all who may open it: accessible, within the policy, never too wide; in both languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, get_resolver, resolve
from playwright.sync_api import Browser, Response

from tests.browser.acts import Visit
from tests.browser.demo import Demo
from tests.browser.looks import Eyes
from tests.browser.pages import NO_PAGE, VISITS
from tests.browser.scene import Scene, set_scene

pytestmark = pytest.mark.slow

Stage = tuple[dict[str, Eyes], Scene]


@pytest.fixture(scope="module")
def stage(demo: Demo, browser: Browser) -> Stage:
    return set_scene(demo, browser)


# French first: it opens every page in four looks; English then looks once more at each.
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("who", VISITS)
def test_every_page_is_clean(demo: Demo, stage: Stage, who: str, language: str) -> None:
    windows, scene = stage
    eyes = windows[who]
    speak(demo, eyes, language)

    problems = [
        f"{visit.name} ({address(eyes)}): {problem}"
        for visit in VISITS[who]
        for problem in look(demo, eyes, visit, scene, language)
    ]

    assert problems == []


def speak(demo: Demo, eyes: Eyes, language: str) -> None:
    """By the buttons at the foot of the page, as people do."""
    eyes.page.goto(demo.url + "/legal/")
    with eyes.page.expect_navigation():
        eyes.page.click(f"button[name=language][value={language}]")
    eyes.complaints()


def address(eyes: Eyes) -> str:
    return urlsplit(eyes.page.url).path


def look(demo: Demo, eyes: Eyes, visit: Visit, scene: Scene, language: str) -> list[str]:
    """Go there, do what there is to do, and look."""
    answers: list[int] = []

    def note(response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == eyes.page.main_frame:
            answers.append(response.status)

    eyes.page.on("response", note)
    if visit.path:
        eyes.page.goto(demo.url + visit.path.format(**scene))
    if visit.act:
        visit.act(eyes.page)
    eyes.page.remove_listener("response", note)
    found = arrived(eyes, visit, answers)
    found += eyes.problems(language) if language == "fr" else eyes.problems_on_the_phone(language)
    return found + eyes.complaints(status=visit.status)


def arrived(eyes: Eyes, visit: Visit, answers: list[int]) -> list[str]:
    """The page that was meant, with the answer that was meant."""
    status = answers[-1] if answers else visit.status
    wrong = [f"status {status} instead of {visit.status}"] if status != visit.status else []
    if visit.route and (seen := resolve(address(eyes)).view_name) != visit.route:
        wrong.append(f"this is {seen}, not {visit.route}")
    return wrong


def test_every_address_is_visited_or_said_to_be_no_page() -> None:
    visited = {visit.route for visits in VISITS.values() for visit in visits}

    assert routes(get_resolver()) - visited - set(NO_PAGE) == set()
    assert visited & set(NO_PAGE) == set()


def routes(resolver: Any, space: str = "") -> set[str]:
    """The names of all addresses below this one."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            found |= {space + entry.name} if entry.name else set()
        else:
            found |= routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
    return found


BROKEN = f"""<!doctype html><html lang="fr"><title>Cassée</title><main><h1>Une</h1><h1>Deux</h1>
<img src="/static/none.png"><p id="faint">Trop pâle</p><input><pre>{"large" * 100}</pre></main>"""


def test_a_broken_page_is_noticed(demo: Demo, browser: Browser) -> None:
    eyes = Eyes.open(browser)
    eyes.page.route(
        "**/broken/", lambda route: route.fulfill(body=BROKEN, content_type="text/html; charset=utf-8")
    )
    eyes.page.goto(demo.url + "/broken/")
    eyes.page.evaluate(
        "Object.assign(document.getElementById('faint').style, {color: '#ccc', background: '#fff'})"
    )

    problems = " ".join([*eyes.problems("en"), *eyes.complaints()])

    for expected in ("image-alt", "label", "color-contrast", "2 titles", "too wide", "in « fr »", "404"):
        assert expected in problems
    assert problems.count("color-contrast") == 4


def test_an_inline_script_is_refused_and_noticed(demo: Demo, browser: Browser) -> None:
    eyes = Eyes.open(browser)
    eyes.page.goto(demo.url + "/legal/")

    eyes.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )

    assert eyes.page.evaluate("window.ran") is None
    assert "Content Security Policy" in " ".join(eyes.complaints())
