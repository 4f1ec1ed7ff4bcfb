"""French and English typography, typed plainly; ␣ stands for the no-break space in these tables."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.programmes.typography import NO_BREAK_SPACE, typographed


def french(text: str) -> str:
    return typographed(text).replace(NO_BREAK_SPACE, "␣")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Bonjour, que voulez-vous faire ?", "Bonjour, que voulez-vous faire␣?"),
        ("Bonjour, que voulez-vous faire?", "Bonjour, que voulez-vous faire␣?"),
        ("Oui ; non ! Vraiment ?!", "Oui␣; non␣! Vraiment␣?!"),
        ("Il dit : « Bonjour »", "Il dit␣: «␣Bonjour␣»"),
        ("« Bonjour ! »", "«␣Bonjour␣!␣»"),
        ("«Bonjour»", "«␣Bonjour␣»"),
        ("Note :", "Note␣:"),
        ("**Style :** long", "**Style␣:** long"),
        ("À 18 h 10, 10 000 personnes et 20 €", "À 18␣h␣10, 10␣000␣personnes et 20␣€"),
        ("1 000 000 de mots", "1␣000␣000 de mots"),
        ("70 % en 12 minutes", "70␣% en 12␣minutes"),
        ("Mme Dupont et M. Élan", "Mme␣Dupont et M.␣Élan"),
        ("l'agence d'à côté, aujourd'hui", "l’agence d’à côté, aujourd’hui"),
        ("l'« accueil »", "l’«␣accueil␣»"),
        ("Attendez...", "Attendez…"),
        ("L’espace fine\u202f: une seule sorte", "L’espace fine␣: une seule sorte"),
        ("10:30 ou clé:valeur", "10:30 ou clé:valeur"),
        ("Voir https://exemple.fr/?a=1;b=2! Et ?", "Voir https://exemple.fr/?a=1;b=2␣! Et␣?"),
        ("écrire à aide@exemple.fr !", "écrire à aide@exemple.fr␣!"),
        ("%(name)s : %(count)s minutes, 50 %%", "%(name)s␣: %(count)s␣minutes, 50 %%"),
        ("{name} ; {count:d} min", "{name}␣; {count:d}␣min"),
        ("l'%(name)s et l'{card}", "l’%(name)s et l’{card}"),
        ("A &amp; B ; C&nbsp;!", "A &amp; B␣; C&nbsp;␣!"),
        ('<a href="/x?y=1;z">Suite</a> ?', '<a href="/x?y=1;z">Suite</a>␣?'),
        ("Vraiment (?)", "Vraiment (?)"),
        ("Une note[^S11] ; deux", "Une note[^S11]␣; deux"),
        ("", ""),
    ],
)
def test_french_typography(typed: str, expected: str) -> None:
    assert french(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Don't stop...", "Don’t stop…"),
        ("the heads' own words", "the heads’ own words"),
        ("What now? 10,000 people: 6:10 p.m.", "What now? 10,000 people: 6:10 p.m."),
    ],
)
def test_english_typography(typed: str, expected: str) -> None:
    assert typographed(typed, "en") == expected


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab1 0\u00a0\u202f;:?!»«'…..’\n()[]*h%€Mme&<>{}\ue000s@/htp") | st.text())
def test_typography_twice_is_typography_once(text: str) -> None:
    for language in ("fr", "en"):
        once = typographed(text, language)  # type: ignore[arg-type]

        assert typographed(once, language) == once  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aé ?!;:«»%()s{}name<b>&;"))
def test_typography_changes_spaces_only_around_words(text: str) -> None:
    def squeeze(value: str) -> str:
        return "".join(value.split())

    assert squeeze(typographed(text)) == squeeze(text)
