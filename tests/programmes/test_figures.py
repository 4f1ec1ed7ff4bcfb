"""A drawing reaches a page in one language, and carries shapes and words and nothing else."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.programmes.figures import ALLOWED, figure_html, read_figure
from coaching.programmes.outline import outline_document
from coaching.programmes.package import Package, files_of_document, read_files
from coaching.programmes.problems import Reason
from coaching.programmes.render import body_html, render_document
from tests.programmes.tiny import DOCUMENT, DRAWING, FIGURE, tiny_files

WORDS = '<text lang="fr" x="20" y="24" text-anchor="middle" class="t-d">Nom</text>'


def test_drawing_is_written_in_the_reader_s_language() -> None:
    html = figure_html(DRAWING, "en")

    assert html.startswith(
        '<figure class="fig"><svg viewBox="0 0 40 40" role="img" aria-labelledby="figure-title figure-desc">'
        '<title id="figure-title">A ring</title><desc id="figure-desc">A ring, and a name in it</desc>'
    )
    assert '<circle class="line" cx="20" cy="20" r="9.5"></circle>' in html
    assert ">Name</text>" in html
    assert "Nom" not in html
    assert "lang=" not in html


def test_drawing_stands_where_the_text_says_for_every_sector() -> None:
    rendered = render_document(DOCUMENT)

    french = body_html(rendered, "la-lecon/lire", "fr", "bank")
    assert french.count('<figure class="fig">') == 1
    assert french.endswith("</figure>")
    assert "[[figure]]" not in french


def test_drawing_travels_without_loss() -> None:
    package = read_files(tiny_files())

    assert package.errors == []
    assert package.document is not None
    assert files_of_document(package.document)[FIGURE] == tiny_files()[FIGURE]
    assert tiny_files()[FIGURE].decode() == f"{DRAWING}\n"


def test_outline_does_not_carry_the_drawing() -> None:
    step = outline_document(DOCUMENT).step("la-lecon/lire")

    assert step is not None
    assert "figure" not in step.data


@pytest.mark.parametrize(
    "intruder",
    [
        "<script>alert(1)</script>",
        '<image href="https://example.org/a.png"/>',
        '<use href="#a"/>',
        '<a href="https://example.org"><text lang="fr">x</text></a>',
        "<style>*{fill:red}</style>",
        "<foreignObject><p>x</p></foreignObject>",
        '<animate attributeName="href"/>',
        '<rect width="4" height="4" style="fill:red"/>',
        '<rect width="4" height="4" onclick="alert(1)"/>',
        '<rect width="4" height="4" fill="url(https://example.org/a)"/>',
        '<rect width="4" height="4" id="menu"/>',
        '<rect width="4" height="4" class="btn"/>',
        '<rect width="4" height="4" transform="translate(url(x))"/>',
        '<path d="M0 0 url(x)"/>',
        '<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="a"/>',
        '<text lang="de" x="1" y="2">Wort</text>',
        '<text lang="fr" x="1" y="2">a<tspan>b</tspan></text>',
        '<svg viewBox="0 0 1 1"/>',
        "words beside shapes",
        "<!-- hidden -->",
        "<![CDATA[x]]>",
        "<?xml-stylesheet href='a'?>",
    ],
)
def test_what_is_no_shape_and_no_word_is_refused(intruder: str) -> None:
    svg = DRAWING.replace("</g>", f"</g>\n{intruder}")

    _, faults = read_figure(svg)

    assert Reason.FIGURE_NOT_ALLOWED in [fault.reason for fault in faults]
    assert faults[0].line == 8
    assert figure_html(svg, "fr") == ""


def test_entities_are_refused_before_anything_is_expanded() -> None:
    svg = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + DRAWING.replace("Nom", "&b;")

    root, faults = read_figure(svg)

    assert root is None
    assert [fault.reason for fault in faults] == [Reason.FIGURE_NOT_ALLOWED]


def test_groups_in_groups_without_end_are_refused() -> None:
    deep = 2_500
    svg = DRAWING.replace("</g>", f"</g>{'<g>' * deep}{'</g>' * deep}")

    _, faults = read_figure(svg)

    assert {fault.reason for fault in faults} == {Reason.FIGURE_NOT_ALLOWED}
    assert figure_html(svg, "fr") == ""


@given(st.text(st.characters(codec="utf-8"), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_words_stay_words(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    html = figure_html(DRAWING.replace(">Nom<", f">{escaped}<"), "fr")

    assert_harmless(html)


@given(st.text("<>/=\"' svgtexonclickhrf:#!?&;[]()-0123456789", max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_file_is_refused_or_harmless(noise: str) -> None:
    assert_harmless(figure_html(DRAWING.replace("</g>", f"</g>{noise}"), "fr"))


def assert_harmless(html: str) -> None:
    for element in ElementTree.fromstring(html or "<figure/>").iter():
        extra = {"role", "aria-labelledby", "id"}
        assert element.tag == "figure" or set(element.attrib) <= set(ALLOWED[element.tag]) | extra


def test_starter_explains_seven_readings_by_a_drawing(starter: Package) -> None:
    assert starter.document is not None
    steps: list[Any] = [step for module in starter.document["modules"].values() for step in module["steps"]]
    drawings = [step["figure"] for step in steps if "figure" in step]

    assert len(drawings) == 7
    assert all(figure_html(drawing, language) for drawing in drawings for language in ("fr", "en"))
