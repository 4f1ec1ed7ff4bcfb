"""What the browser policy refuses must not be written: inline styles, handlers, scripts, remote files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/icons.svg").read_text()))
# A mail needs inline styles and absolute addresses; the browser policy does not apply to it.
PAGES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.relative_to(ROOT).parts
)
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _markup(path: Path) -> str:
    """The template without its comments and tags: what reaches the browser as markup."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", path.read_text(), flags=re.S)
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_page_keeps_to_the_policy(path: Path) -> None:
    markup = _markup(path)

    assert not re.search(r"\sstyle\s*=", markup)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", markup)
    assert not re.search(r"<style\b", markup)
    assert not re.search(r"(?<!&)#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b(?=[\";\s])", markup)
    assert not re.search(r"(?:src|srcset|poster)\s*=\s*[\"'](?:https?:)?//", markup)
    assert not re.search(r"<link[^>]+href\s*=\s*[\"'](?:https?:)?//", markup)


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_page_runs_only_scripts_from_files(path: Path) -> None:
    for attributes in re.findall(r"<script\b([^>]*)>", path.read_text()):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_page_uses_icons_that_exist(path: Path) -> None:
    used = set(re.findall(r'\{% icon "([\w-]+)"', path.read_text()))
    used |= set(re.findall(r'\bicon="([\w-]+)"', path.read_text()))

    assert used - SPRITE == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_script_makes_no_code_from_text_and_calls_nobody(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|https?://", text)


def test_navigation_icons_exist() -> None:
    from agencies.context import NAVIGATION

    assert {icon for rows in NAVIGATION.values() for _name, _label, icon in rows} <= SPRITE
