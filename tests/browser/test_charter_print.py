"""The charter is one sheet of paper: the page and the file, with few words and with every line full."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from coaching.learning.charter import LINES
from tests.browser.acts import fill
from tests.browser.demo import KARIM, Demo
from tests.browser.looks import Eyes

pytestmark = pytest.mark.slow

CHARTER = "/n/rivages/learn/charter/"
SENTENCE = "Je rappelle avant midi, même quand personne n’a la réponse, et je dis quand nous saurons. "
SHORT = {
    "lead": "Vrai, bref.",
    "value_1": "Humour",
    "stand": "La vérité sur les délais.",
    "if": "le café est prêt",
}
LONG = {name: (SENTENCE * 6)[:longest].strip() for name, longest in LINES.items()}
# Half of every line: what people write who write much.
MIDDLE = {name: (SENTENCE * 6)[: longest * 6 // 10].strip() for name, longest in LINES.items()}
# Little on every line, where the type is still large.
FEW = {name: (SENTENCE * 6)[: max(6, longest * 19 // 100)].strip() for name, longest in LINES.items()}
# Broken into as many rows as there may be.
BROKEN = LONG | {"acts": "\n".join([SENTENCE[:57]] * 7), "goals": "\n".join([SENTENCE[:48]] * 4)}


def sheets(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", document))


@pytest.fixture(scope="module")
def head(demo: Demo, browser: Browser) -> Page:
    eyes = Eyes.open(browser)
    demo.sign_in_by_code(eyes.page, KARIM)
    return eyes.page


@pytest.mark.parametrize(
    "lines", [SHORT, FEW, MIDDLE, LONG, BROKEN], ids=["short", "few", "middle", "long", "broken"]
)
def test_charter_is_one_sheet(demo: Demo, head: Page, tmp_path: Path, lines: dict[str, str]) -> None:
    head.goto(demo.url + CHARTER + "edit/")
    fill(dict.fromkeys(LINES, "") | lines)(head)
    assert head.url == demo.url + CHARTER

    assert sheets(head.pdf(prefer_css_page_size=True)) == 1

    with head.expect_download() as download:
        head.click("a[href$='/download/']")
    file = tmp_path / "charte.html"
    download.value.save_as(file)
    alone = head.context.new_page()
    alone.goto(file.as_uri())
    assert sheets(alone.pdf(prefer_css_page_size=True)) == 1
    alone.close()
