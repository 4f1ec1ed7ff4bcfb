"""What templates say of versions and differences, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from accounts.templatetags.cairn import percent
from coaching.programmes.bilingual import Text
from coaching.programmes.difference import ModuleDifference, StepDifference
from coaching.programmes.links import draft_url
from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
from coaching.programmes.problems import KeyPath
from coaching.programmes.telling import changes_in_words, facts_in_words, part_in_words, place_in_words

register = template.Library()


@register.simple_tag
def version_title(version: ProgrammeVersion | ProgrammeDraft | None) -> str:
    """The title of the programme as this version has it, or a draft of `with_titles`."""
    french, english = getattr(version, "title_fr", ""), getattr(version, "title_en", "")
    is_english = (get_language() or "fr").startswith("en")
    return (english if is_english else french) or french or gettext("Sans titre")


@register.simple_tag(name="draft_url")
def address_of_draft(draft: ProgrammeDraft) -> str:
    """Where a draft is written."""
    return draft_url(draft)


@register.simple_tag
def changes(version: ProgrammeVersion) -> str:
    """What this version changed, in one sentence."""
    return changes_in_words(version.changes)


@register.simple_tag
def facts(entry: ModuleDifference | StepDifference) -> str:
    """Minutes, place, name, required or not: what changed of them."""
    return facts_in_words(entry)


@register.filter
def in_language(text: Text) -> str:
    return text.in_language(get_language() or "fr")


@register.filter
def place_words(path: KeyPath, titles: Mapping[str, Text] | str = "") -> str:
    return place_in_words(path, titles or None)  # type: ignore[arg-type] # "" where a template has none


@register.filter
def part_words(name: str) -> str:
    return part_in_words(name)


@register.simple_tag
def state_tag(state: str) -> SafeString:
    """A small label: added, removed, changed."""
    words, kind, icon = {
        "added": (gettext("ajout"), "ok", "plus"),
        "removed": (gettext("retrait"), "warn", "minus"),
        "changed": (gettext("changement"), "", "pencil-line"),
    }[state]
    context: dict[str, Any] = {"text": words, "kind": kind, "icon": icon}
    return render_to_string("components/tag.html", context)


@register.filter
def share(ratio: float | None) -> str:
    """« 42 % » of a ratio from 0 to 1, a dash where there is none."""
    return "–" if ratio is None else percent(int(100 * ratio + 0.5))
