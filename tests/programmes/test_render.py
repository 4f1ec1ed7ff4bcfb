"""Long texts become HTML that can carry words, links to sources and nothing else."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.programmes.render import ALLOWED_TAGS, body_html, render_document, render_markdown, sanitised

ALLOWED_ATTRIBUTES = {("a", "href"), ("a", "rel"), ("ol", "start")}


def elements(html: str) -> list[Any]:
    """Every element a browser would build from this HTML."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [element for element in tree.iter() if isinstance(element.tag, str) and element is not tree]


def assert_harmless(html: str) -> None:
    for element in elements(html):
        assert element.tag in ALLOWED_TAGS
        for name, value in element.attrib.items():
            assert (element.tag, name) in ALLOWED_ATTRIBUTES
            if name == "href":
                assert re.match(r"https://|mailto:|#source-[A-Z]\d", value)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Une ligne.\nDeux lignes.", "<p>Une ligne.\nDeux lignes.</p>"),
        ("**Fort** et *doux*", "<p><strong>Fort</strong> et <em>doux</em></p>"),
        ("> Une citation", "<blockquote>\n<p>Une citation</p>\n</blockquote>"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("1. un\n2. deux", "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>"),
        ("# Titre", "<h2>Titre</h2>"),
        ("##### Petit", "<h4>Petit</h4>"),
        (
            "[site](https://exemple.fr)",
            '<p><a href="https://exemple.fr" rel="noopener noreferrer">site</a></p>',
        ),
        (
            "Un fait.[^S11]",
            '<p>Un fait.<sup><a href="#source-S11" rel="noopener noreferrer">2</a></sup></p>',
        ),
        ("Un fait inconnu.[^S99]", "<p>Un fait inconnu.</p>"),
    ],
)
def test_markdown_becomes_the_expected_html(markdown: str, html: str) -> None:
    assert render_markdown(markdown, ["S1", "S11"]) == html


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://exemple.fr/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](/n/reseau/quitter)",
    "[x](//exemple.fr)",
    "[x](http://exemple.fr)",
    '[x](https://exemple.fr "onmouseover=alert(1)")',
    '[x](https://exemple.fr/"onmouseover="alert(1))',
    "<a href='https://exemple.fr' hx-get='/x' hx-trigger='load'>x</a>",
    "<div data-hx-post='/x' x-data='{}' @click='x'>x</div>",
    "<p style='position:fixed'>x</p>",
    "<style>*{display:none}</style>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<form action='https://exemple.fr'><input name=a></form>",
    "<iframe src='https://exemple.fr'></iframe>",
    "<base href='https://exemple.fr'>",
    "<meta http-equiv=refresh content='0;url=https://exemple.fr'>",
    '[^S1"><script>alert(1)</script>]',
    "[a]: javascript:alert(1)\n\n[a]",
    "<!-- --!><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_comes_out_harmless_from_markdown(attack: str) -> None:
    assert_harmless(render_markdown(attack, ["S1"]))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_comes_out_harmless_from_html(attack: str) -> None:
    assert_harmless(sanitised(attack))


HTML = st.lists(
    st.sampled_from(ATTACKS)
    | st.sampled_from(["<", ">", "</", "<!--", "-->", "<p>", "</p>", "<svg>", "<math>"])
    | st.sampled_from(['"', "'", "`", "*", "[", "]("])
    | st.text(max_size=8),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(HTML)
def test_any_input_comes_out_harmless_and_stable(html: str) -> None:
    assert_harmless(render_markdown(html, ["S1"]))
    assert_harmless(sanitised(html))

    assert sanitised(sanitised(html)) == sanitised(html)


def test_sector_passage_stands_in_its_place(document: dict[str, Any]) -> None:
    address = "montrer-sans-nommer/du-mot-a-la-scene"

    rendered = render_document(document)

    bank = body_html(rendered, address, "fr", "bank")
    assert "nom du chien" in bank
    assert "[[variant]]" not in bank
    assert "nom du chien" not in body_html(rendered, address, "fr", "insurance")
    assert body_html(rendered, address, "en", "general") == body_html(rendered, address, "en", "unknown")


def test_every_long_text_of_the_starter_is_rendered(document: dict[str, Any]) -> None:
    rendered = render_document(document)

    for module_key, module in document["modules"].items():
        for step in module["steps"]:
            address = f"{module_key}/{step['key']}"
            assert (address in rendered) == (step["kind"] in ("reading", "practice"))
    for languages in rendered.values():
        for pages in languages.values():
            for html in pages.values():
                assert_harmless(re.sub(r"<figure.*?</figure>", "", html, flags=re.DOTALL))  # test_figures.py
                assert html.startswith("<")


def test_step_without_long_text_has_no_html(document: dict[str, Any]) -> None:
    assert body_html(render_document(document), "v1-mes-valeurs/tri-des-cartes", "fr", "bank") == ""
