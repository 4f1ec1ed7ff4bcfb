"""Template tags: icons, initials, French hours and spaces, fields."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from accounts.templatetags import cairn

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bruno Le Roux", "BL"),
        ("Hélène", "H"),
        ("Élise Fournier", "ÉF"),
        ("nora.slimani@rivages.example", "NS"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials(name: str | None, expected: str) -> None:
    assert cairn.initials(name) == expected


def test_tint_of_a_person_never_changes() -> None:
    tints = {cairn.tint("Bruno Le Roux") for _ in range(5)}

    assert len(tints) == 1
    assert {cairn.tint(f"Personne {n}") for n in range(60)} == set(cairn.TINTS)


def test_network_badge_shows_its_letter_and_one_of_six_colours() -> None:
    network = SimpleNamespace(name="toits & clés", colour=2)

    html = cairn.network_badge(network)

    assert html == '<span class="net net--2" aria-hidden="true">T</span>'
    assert cairn.network_class(SimpleNamespace(colour=7)) == "net--1"


@pytest.mark.parametrize(
    ("language", "moment", "expected"),
    [
        ("fr", dt.time(8, 45), f"8{NBSP}h{NBSP}45"),
        ("fr", dt.time(13, 0), f"13{NBSP}h"),
        ("fr", dt.time(0, 5), f"0{NBSP}h{NBSP}05"),
        ("en", dt.time(8, 45), f"8:45{NBSP}a.m."),
        ("en", dt.time(13, 0), f"1{NBSP}p.m."),
        ("en", dt.time(0, 5), f"12:05{NBSP}a.m."),
        ("en", dt.time(12, 0), f"12{NBSP}p.m."),
    ],
)
def test_clock(language: str, moment: dt.time, expected: str) -> None:
    with translation.override(language):
        assert cairn.clock(moment) == expected


def test_clock_shows_an_instant_in_the_persons_zone() -> None:
    instant = dt.datetime(2026, 7, 1, 10, 0, tzinfo=dt.UTC)

    with translation.override("fr"), timezone.override("Indian/Reunion"):
        assert cairn.clock(instant) == f"14{NBSP}h"


@pytest.mark.parametrize(
    ("language", "day", "expected"),
    [
        ("fr", dt.date(2026, 11, 24), "mardi 24 novembre"),
        ("fr", dt.date(2026, 12, 1), "mardi 1er décembre"),
        ("en", dt.date(2026, 12, 1), "Tuesday 1 December"),
    ],
)
def test_day_month(language: str, day: dt.date, expected: str) -> None:
    with translation.override(language):
        assert cairn.day_month(day) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4, f"4{NBSP}min"),
        (0, f"0{NBSP}min"),
        (60, f"1{NBSP}h"),
        (65, f"1{NBSP}h{NBSP}05"),
        (None, ""),
    ],
)
def test_minutes_tells_nothing_from_zero(value: int | None, expected: str) -> None:
    assert cairn.minutes(value) == expected


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("Qui voit quoi ?", f"Qui voit quoi{NBSP}?"),
        ("Vraiment?!", f"Vraiment{NBSP}?!"),
        ("Le mot « juste »", f"Le mot «{NBSP}juste{NBSP}»"),
        ("À 9:30 : café", f"À 9:30{NBSP}: café"),
        ("https://x.fr/?a=1;b=2", "https://x.fr/?a=1;b=2"),
        ("l'agence", "l’agence"),
    ],
)
def test_typo_sets_french_spaces(plain: str, expected: str) -> None:
    with translation.override("fr"):
        assert cairn.typo(plain) == expected


def test_typo_leaves_english_alone() -> None:
    with translation.override("en"):
        assert cairn.typo("Who sees what?") == "Who sees what?"


def test_typo_escapes_nothing_and_marks_nothing_safe() -> None:
    with translation.override("fr"):
        html = Template("{{ text|typo }}").render(Context({"text": "<b>Non</b> !"}))

    assert html == f"&lt;b&gt;Non&lt;/b&gt;{NBSP}!"


class CodeForm(forms.Form):
    code = forms.CharField(help_text="vieux", widget=forms.TextInput(attrs={"placeholder": "Code"}))
    choice = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    agree = forms.BooleanField(label="D’accord", help_text="Vraiment", required=False)


def render_field(form: forms.Form, arguments: str) -> str:
    return Template(f"{{% load cairn %}}{{% field {arguments} %}}").render(Context({"form": form}))


def test_field_takes_the_words_of_the_page_and_ties_them_to_the_control() -> None:
    html = render_field(CodeForm(), 'form.code label="Le code" hint="À coller" inputmode="numeric"')

    assert '<label for="id_code">Le code</label>' in html
    assert 'id="id_code_helptext">À coller' in html
    assert 'aria-describedby="id_code_helptext"' in html
    assert 'inputmode="numeric"' in html
    assert "placeholder" not in html


def test_invalid_field_names_its_error_for_a_screen_reader() -> None:
    html = render_field(CodeForm({}), "form.code")

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'id="id_code_error"' in html


def test_radio_buttons_are_a_group_with_a_legend() -> None:
    html = render_field(CodeForm({}), 'form.choice label="Choix"')

    assert html.count("<fieldset") == 1
    assert "<legend>Choix</legend>" in html
    assert 'aria-describedby="id_choice_error"' in html


def test_checkbox_reads_its_hint() -> None:
    html = render_field(CodeForm(), "form.agree")

    assert 'aria-describedby="id_agree_helptext"' in html
    assert '<small id="id_agree_helptext">Vraiment</small>' in html


def test_error_summary_links_to_each_control() -> None:
    html = CodeForm({}).as_div()

    assert 'href="#id_code"' in html
    assert 'href="#id_choice_0"' in html
    assert html.index("errsum") < html.index('<label for="id_code"')


def test_valid_form_has_no_summary() -> None:
    assert "errsum" not in CodeForm().as_div()


def test_masked_email_hides_the_name() -> None:
    assert cairn.masked_email("karim@rivages.example") == "k•••••@rivages.example"
    assert cairn.masked_email("") == ""


def test_browser_name_is_short() -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"

    with translation.override("fr"):
        assert cairn.browser_name(agent) == "Chrome sur Windows"


def test_inline_svg_drops_the_prologue() -> None:
    assert cairn.inline_svg("<?xml version='1.0'?>\n<svg></svg>") == "<svg></svg>"


def test_empty_field_says_what_to_do() -> None:
    with translation.override("fr"):
        errors = CodeForm({}).errors

    assert errors["code"] == ["Remplissez ce champ."]
    assert errors["choice"] == ["Choisissez une réponse."]


def test_short_dates_follow_french_usage() -> None:
    days = [dt.date(2026, 12, 8), dt.date(2027, 1, 5), dt.date(2027, 2, 2)]

    with translation.override("fr"):
        french = [cairn.short_date(day) for day in days]
    with translation.override("en"):
        english = cairn.short_date(days[0])

    assert french == ["mar. 8 déc.", "mar. 5 janv.", "mar. 2 févr."]
    assert english == "Tue 8 Dec"


def test_a_label_that_ends_a_sentence_loses_its_point_before_a_colon() -> None:
    assert cairn.unstopped("J’ai lu la note d’information.") == "J’ai lu la note d’information"
