"""Markdown of a programme -> sanitised HTML, done once at publication. No Django.

Only long texts (readings, practice briefs) become HTML; short texts stay text and are escaped by
the templates. What an author can express is the list of tags below, whatever the source.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from coaching.programmes.checks.walk import VARIANT_SLOT
from coaching.programmes.figures import FIGURE_SLOT, figure_html
from coaching.programmes.lasting import with_lasting_keys
from coaching.programmes.schema import GENERAL, LANGUAGES, SECTORS, Document

Rendered = dict[str, dict[str, dict[str, str]]]

# h1 is the title of the page; nothing here can carry a style, a class, an id or a handler.
ALLOWED_TAGS = frozenset(
    {"p", "em", "strong", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "a", "sup", "br", "hr"}
)
_ALLOWED_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SAFE_HREF = re.compile(r"https://|mailto:|#source-[A-Z][0-9]{1,3}[a-z]?\Z")
_FOOTNOTE = re.compile(r"\[\^([A-Z][0-9]{1,3}[a-z]?)\]")
_FIGURE_PARAGRAPH = f"<p>{FIGURE_SLOT}</p>"
_HEADING = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}


def render_document(document: Document) -> Rendered:
    """HTML of every long text: {"module/step": {"fr": {"": html, "bank": html…}, "en": …}}.

    "" is what people see whose sector has no passage of its own. Addresses are lasting, as the outline's.
    """
    rendered: Rendered = {}
    for module_key, module in with_lasting_keys(document)["modules"].items():
        for step in module["steps"]:
            if "body" in step:
                rendered[f"{module_key}/{step['key']}"] = _render_step(step)
    return rendered


def body_html(rendered: Rendered, address: str, language: str, sector: str) -> str:
    """The HTML of one step for one reader; empty when the step has no long text."""
    versions = rendered.get(address, {}).get(language, {})
    return versions.get(sector, versions.get("", ""))


def render_markdown(text: str, sources: Sequence[str] = ()) -> str:
    """Sanitised HTML of a Markdown text; `[^S11]` becomes a numbered link to `#source-S11`.

    A footnote that is not among `sources` is left out. Idempotent once sanitised.
    """
    return sanitised(_MARKDOWN.render(text, {"sources": list(sources)})).strip()


def sanitised(html: str) -> str:
    """The HTML reduced to the allowed tags and links."""
    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes=_ALLOWED_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _render_step(step: Document) -> dict[str, dict[str, str]]:
    variants: Mapping[str, Mapping[str, str]] = step.get("body_variants", {})
    sources = step.get("sources", [])
    rendered: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        body = step["body"][language]
        passages: dict[str, str] = {
            sector: variants[sector][language] for sector in SECTORS if sector in variants
        }
        pages: dict[str, str] = {
            sector: body.replace(VARIANT_SLOT, passage) for sector, passage in passages.items()
        }
        pages[""] = body.replace(VARIANT_SLOT, passages.get(GENERAL, ""))
        figure = figure_html(step["figure"], language) if "figure" in step else ""
        rendered[language] = {
            # after the sanitiser, which knows no drawing: figures.py wrote it from what it understood
            sector: render_markdown(page, sources).replace(_FIGURE_PARAGRAPH, figure)
            for sector, page in pages.items()
        }
    return rendered


def _safe_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _SAFE_HREF.match(value) else None
    if attribute == "start":
        return value if value.isascii() and value.isdigit() and len(value) < 4 else None
    return value if attribute == "rel" else None  # set by the sanitiser itself, never by an author


def _footnote(state: StateInline, silent: bool) -> bool:
    """Inline rule: `[^S11]` is a raised link to the source, numbered in the order of the step."""
    match = _FOOTNOTE.match(state.src, state.pos)
    if match is None:
        return False
    sources = state.env.get("sources", [])
    if not silent and match[1] in sources:
        state.push("source_marker", "", 0).meta = {
            "code": match[1],
            "number": sources.index(match[1]) + 1,
        }
    state.pos = match.end()
    return True


def _render_footnote(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    meta = tokens[index].meta
    return f'<sup><a href="#source-{meta["code"]}">{meta["number"]}</a></sup>'


def _render_heading(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].tag = _HEADING[tokens[index].tag]
    return str(renderer.renderToken(tokens, index, options, env))


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    # No pictures from elsewhere, no code, no definitions hidden from the reader.
    markdown.disable(["image", "html_inline", "html_block", "code", "fence", "backticks", "reference"])
    markdown.inline.ruler.before("link", "source_marker", _footnote)
    markdown.add_render_rule("source_marker", _render_footnote)
    markdown.add_render_rule("heading_open", _render_heading)
    markdown.add_render_rule("heading_close", _render_heading)
    return markdown


_MARKDOWN = _markdown()
