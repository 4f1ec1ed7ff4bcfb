"""What is published of the style sheets: one file, whole, without comments, and fonts that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from accounts.templatetags.cairn import style_sheets

SOURCES = [settings.BASE_DIR / "static" / name for name in settings.STYLE_SHEETS]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The folder that collectstatic fills, as a site that people use has it."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "config.static_storage.OneSheetStorage"}}
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=storages):
        call_command(
            "collectstatic", interactive=False, verbosity=0, ignore_patterns=["rest_framework", "admin"]
        )
    return tmp_path


def _rules(css: str) -> list[str]:
    """Its selectors and declarations, in their order, addresses of files aside."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return [" ".join(part.split()) for part in re.split(r"[{}]|url\([^)]*\)", css) if part.strip()]


def test_the_sheets_of_every_page_are_published_as_one_file_with_every_rule(published: Path) -> None:
    (sheet,) = published.glob("css/cairn.*.css")
    css = sheet.read_text()

    assert "/*" not in css
    assert _rules(css) == [rule for source in SOURCES for rule in _rules(source.read_text())]


def test_fonts_that_the_sheet_names_are_published_and_compressed_copies_stand_beside_it(
    published: Path,
) -> None:
    (sheet,) = published.glob("css/cairn.*.css")

    fonts = re.findall(r'url\("([^"]+woff2)"\)', sheet.read_text())

    assert len(fonts) == 2
    assert all((sheet.parent / font).exists() for font in fonts)
    assert {each.suffix for each in published.glob("css/cairn.*.css.*")} == {".br", ".gz"}


def test_another_sheet_is_published_as_it_is(published: Path) -> None:
    (sheet,) = published.glob("css/pages.*.css")

    assert sheet.read_text() == (settings.BASE_DIR / "static" / "css" / "pages.css").read_text()


@pytest.mark.parametrize(
    ("is_collected", "sheets"), [(True, ["/static/css/cairn.css"]), (False, ["tokens", "app", "learning"])]
)
def test_a_page_links_the_one_file_where_it_is(is_collected: bool, sheets: list[str]) -> None:
    with override_settings(COLLECTED=is_collected):
        links = re.findall(r'href="([^"]+)"', style_sheets())

    assert links == [each if each.endswith(".css") else f"/static/css/{each}.css" for each in sheets]
