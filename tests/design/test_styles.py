"""Colours live in one file, and both ways into the dark theme say the same."""

from __future__ import annotations

import hashlib
import re
import tomllib

from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
APP = "".join((CSS / name).read_text() for name in ("app.css", "learning.css", "pages.css"))
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def _declarations(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


def test_dark_by_choice_equals_dark_by_system() -> None:
    by_system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\n    \}', TOKENS, re.S)
    by_choice = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}', TOKENS, re.S)

    assert by_system is not None
    assert by_choice is not None
    assert _declarations(by_system[1]) == _declarations(by_choice[1])
    assert len(_declarations(by_system[1])) > 40


def test_components_write_no_colour_themselves() -> None:
    assert HEX.findall(APP) == []


def test_every_token_used_is_defined() -> None:
    sources = [APP, *(p.read_text() for p in (settings.BASE_DIR / "static" / "icons").glob("*.svg"))]
    used = {name for source in sources for name in re.findall(r"var\((--[\w-]+)\)", source)}

    assert used - set(_declarations(TOKENS)) == set()


def test_every_font_comes_in_one_journey_of_a_slow_line() -> None:
    """A connection begins with ten packets (RFC 6928); what fits needs no second journey."""
    for path in (settings.BASE_DIR / "static" / "fonts").glob("*.woff2"):
        assert path.stat().st_size < 13.9 * 1024, path.name


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = settings.BASE_DIR / "static" / "fonts"

    families = {path.name.split("-")[0] for path in fonts.glob("*.woff2")}

    assert families == {path.stem.removeprefix("OFL-") for path in fonts.glob("OFL-*.txt")}


def test_what_others_made_is_listed_unchanged_and_with_its_licence() -> None:
    static = settings.BASE_DIR / "static"

    listed = tomllib.loads((static / "VENDOR.toml").read_text())["file"]

    for entry in listed:
        assert hashlib.sha256((static / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
        assert (static / entry["licence_text"]).exists()
    assert {entry["path"] for entry in listed} >= {
        f"fonts/{p.name}" for p in (static / "fonts").glob("*.woff2")
    }
