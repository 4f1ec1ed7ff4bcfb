"""The translation tool finds every text and everything that is wrong with a catalogue."""

from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from config.translations import catalogues, review
from config.translations.extract import texts

NO_BREAK = "\u00a0"
PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

class Form:
    label = _("Bonjour !")
    other = pgettext("mois", "mars")

def count(n):
    return ngettext("%(n)s agence", "%(n)s agences", n) % {"n": n}
"""
TEMPLATE = """{% load i18n %}
    <p title="it's">{% translate "Qui voit quoi ?" %}</p>
        {% blocktranslate trimmed with name=person.name %}
            Bonjour {{ name }},
            entrez.
        {% endblocktranslate %}
  {% blocktranslate count n=rows|length %}une ligne{% plural %}{{ n }} lignes{% endblocktranslate %}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for room in ("accounts", "agencies", "coaching", "config", "templates", "agencies/migrations"):
        (tmp_path / room).mkdir()
    (tmp_path / "accounts/forms.py").write_text(PYTHON)
    (tmp_path / "templates/page.html").write_text(TEMPLATE)
    (tmp_path / "agencies/migrations/0001.py").write_text("_('jamais')")
    catalogues.update(tmp_path, texts(tmp_path))
    return tmp_path


def translate(root: Path, **more: str) -> Catalog:
    """Fill the English catalogue of the texts above; `more` replaces by source."""
    english = catalogues.read(root, "en")
    known = {"Bonjour !": "Hello!", "mars": "March", "Qui voit quoi ?": "Who sees what?"}
    for source, text in known.items():
        english.get(source, "mois" if source == "mars" else None).string = text
    english.get("Bonjour %(name)s, entrez.").string = more.get("greeting", "Hello %(name)s, come in.")
    english.get("%(n)s agence").string = ("%(n)s agency", "%(n)s agencies")
    english.get("une ligne").string = ("one row", "%(n)s rows")
    catalogues.write(root, "en", english)
    return english


def test_every_text_of_python_and_templates_is_found_with_plural_and_context(root):
    found = {(message.id, message.context) for message in texts(root) if message.id}

    assert found == {
        ("Bonjour !", None),
        ("mars", "mois"),
        (("%(n)s agence", "%(n)s agences"), None),
        ("Qui voit quoi ?", None),
        ("Bonjour %(name)s, entrez.", None),
        (("une ligne", "%(n)s lignes"), None),
    }


def test_french_is_the_text_as_typed_with_no_break_spaces(root):
    french = catalogues.read(root, "fr")

    assert french.get("Qui voit quoi ?").string == f"Qui voit quoi{NO_BREAK}?"


def test_complete_catalogues_have_no_problems_and_updating_again_changes_nothing(root):
    translate(root)
    before = catalogues.po_path(root, "en").read_bytes()

    catalogues.update(root, texts(root))

    assert review.problems(root, texts(root)) == []
    assert catalogues.po_path(root, "en").read_bytes() == before


def test_a_text_without_english_is_told(root):
    found = review.problems(root, texts(root))

    assert "en: not translated: 'Bonjour !'" in found
    assert not [line for line in found if line.startswith("fr")]


def test_a_new_text_is_told_with_its_file_until_the_catalogues_are_updated(root):
    translate(root)
    (root / "config/new.py").write_text('_("Nouveau")')

    found = review.problems(root, texts(root))

    assert found == [f"{each}: not in the catalogue: 'Nouveau' (config/new.py)" for each in ("fr", "en")]


def test_a_text_that_left_the_code_is_told(root):
    translate(root)
    (root / "templates/page.html").write_text("")

    found = review.problems(root, texts(root))

    assert "en: stale, no longer in the code: 'Qui voit quoi ?'" in found


@pytest.mark.parametrize("greeting", ["Hello %(nom)s, come in.", "Hello, come in.", "Hello %(name)s%(name)s"])
def test_other_placeholders_than_the_source_s_are_told(root, greeting):
    translate(root, greeting=greeting)

    found = review.problems(root, texts(root))

    assert found == ["en: other placeholders than its source: 'Bonjour %(name)s, entrez.'"]


def test_a_fuzzy_translation_is_told(root):
    translate(root)
    english = catalogues.read(root, "en")
    english.get("Bonjour !").flags.add("fuzzy")
    catalogues.write(root, "en", english)

    assert review.problems(root, texts(root)) == ["en: fuzzy: 'Bonjour !'"]


def test_french_that_was_edited_by_hand_is_told(root):
    translate(root)
    french = catalogues.read(root, "fr")
    french.get("Bonjour !").string = "Salut !"
    catalogues.write(root, "fr", french)

    assert review.problems(root, texts(root)) == ["fr: not as typed in the code: 'Bonjour !'"]


def test_compiling_writes_what_gettext_reads_and_only_when_the_source_is_newer(root):
    translate(root)

    first, second = catalogues.compile_all(root), catalogues.compile_all(root)

    assert [path.name for path in first] == ["django.mo", "django.mo"]
    assert second == []
    with first[1].open("rb") as handle:
        assert GNUTranslations(handle).pgettext("mois", "mars") == "March"


def test_a_compiled_catalogue_that_is_out_of_date_is_told(root):
    translate(root)
    catalogues.compile_all(root)
    translate(root, greeting="Good day %(name)s, come in.")

    found = review.problems(root, texts(root))

    assert found == ["en: django.mo is out of date (manage.py translations --compile)"]
