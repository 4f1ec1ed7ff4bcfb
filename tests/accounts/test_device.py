"""Installing the site on a phone, the page without network, and what signing out leaves behind."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.device import GROUND, THEME
from tests.factories import Cast

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Vos valeurs, vos mots, votre rythme."), ("en", "Your values")]
)
def test_the_manifest_speaks_the_language_of_the_page(client: Client, language: str, words: str) -> None:
    response = client.get(f"/manifest-{language}.webmanifest")

    assert response.headers["Content-Type"] == "application/manifest+json"
    assert response.json()["description"].startswith(words)
    assert (response.json()["start_url"], response.json()["lang"]) == ("/", language)


def test_there_is_no_manifest_in_another_language(client: Client, db: None) -> None:
    assert client.get("/manifest-de.webmanifest").status_code == 404


def test_a_page_links_the_manifest_of_its_language(client: Client, db: None) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    html = client.get("/accounts/login/").content.decode()

    assert '<link rel="manifest" href="/manifest-en.webmanifest">' in html
    assert 'rel="apple-touch-icon"' in html


def test_icons_have_the_size_that_the_manifest_says(client: Client) -> None:
    for icon in client.get("/manifest-fr.webmanifest").json()["icons"]:
        content = (ROOT / icon["src"].lstrip("/")).read_bytes()
        width, height = struct.unpack(">II", content[16:24])

        assert icon["sizes"] == f"{width}x{height}"


def test_colours_are_those_of_the_tokens() -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text()
    named = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", tokens))

    assert (named["sapin-900"], named["n-50"]) == (THEME, GROUND)
    assert "--band: var(--sapin-900);" in tokens
    assert "--bg: var(--n-50);" in tokens


def test_the_service_worker_answers_at_the_root_and_is_asked_for_anew(client: Client, db: None) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "any"

    response = client.get("/sw.js")
    response.close()

    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("language", "words"), [("fr", "Pas de réseau"), ("en", "No network")])
def test_the_page_without_network_names_nobody(client: Client, cast: Cast, language: str, words: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    visitor = client.get("/away/").content
    client.force_login(cast.head.user)
    cast.head.user.language = language
    cast.head.user.save()

    assert words in visitor.decode()
    assert client.get("/away/").content == visitor


def test_a_page_names_whose_things_may_wait_on_the_device(client: Client, cast: Cast) -> None:
    mark = re.compile(r'<meta name="owner" content="([0-9a-f]{16})">')
    assert not mark.search(client.get("/accounts/login/").content.decode())

    found = []
    for person in (cast.head, cast.coach):
        client.force_login(person.user)
        found += mark.findall(client.get("/profile/").content.decode())

    assert len(set(found)) == 2


def test_signing_out_tells_the_browser_to_forget(client: Client, cast: Cast) -> None:
    client.force_login(cast.head.user)

    response = client.post("/accounts/logout/")

    assert response.headers["Clear-Site-Data"] == '"storage"'
