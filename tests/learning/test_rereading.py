"""The gentle rereading of a post: what it sees, what it leaves alone, in French and in English."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.learning.room.platforms import FACEBOOK_PAGE, GOOGLE, INSTAGRAM, LINKEDIN, PLATFORMS, platform
from coaching.learning.room.preview import folded, paragraphs
from coaching.learning.room.rereading import CODES, Mark, reread

GOOD = (
    "18 h 10, un jeudi. Le volet est à moitié baissé quand le téléphone sonne. Une voix que je connais : le "
    "plafond de sa cuisine vient de céder.\n\nÉlodie avait déjà son manteau. Elle a pris les clés et nous "
    "sommes partis. Dans votre métier, qu’est-ce qui ne peut pas attendre le lendemain ?"
)
GOOD_ENGLISH = (
    "This morning I found a blue notebook in a drawer. My predecessor used to write down, without a single "
    "name, questions not to forget. I nearly threw it away. Then I bought the same one, in green, and put it "
    "by the phone. And you, where do you write down the things no screen asks you for?"
)


def mark(text: str, code: str, *, sector: str = "general", values: tuple[str, ...] = ()) -> Mark:
    found = {each.code: each for each in reread(text, LINKEDIN, sector=sector, values=values)}
    return found[code]  # type: ignore[index]


@pytest.mark.parametrize("text", [GOOD, GOOD_ENGLISH], ids=["fr", "en"])
@pytest.mark.parametrize("sector", ["insurance", "bank", "real-estate", "staffing", "travel", "general"])
def test_a_scene_well_told_gets_six_fine_marks(text: str, sector: str) -> None:
    marks = reread(text, LINKEDIN, sector=sector, values=("Fiabilité", "Proximité"))

    assert [each.code for each in marks] == list(CODES)
    assert [each for each in marks if not each.is_fine] == []


def test_of_an_empty_page_nothing_is_said() -> None:
    assert reread(" \n ", LINKEDIN, sector="insurance") == ()


@pytest.mark.parametrize(
    "words",
    [
        "écrivez à marie.durand@exemple.fr",
        "au 06 12 34 56 78",
        "au +33 6 12 34 56 78",
        "au 0612345678",
        "contrat n° 4512-B78",
        "dossier n°AB12345",
        "policy number 77-12345",
        "le AX-1234567",
        "Mme Durand",
        "M. Le Goff",
        "Mrs Parker",
        "au 12 rue des Lilas",
        "FR76 3000 4000 1234 5678 9012",
    ],
)
def test_what_could_name_a_client_is_pointed_at(words: str) -> None:
    found = mark(f"Ce matin, une cliente est passée, {words}, et nous avons ri.", "client_data")

    assert not found.is_fine
    assert found.found


@pytest.mark.parametrize("words", ["en 2009", "18 h 10", "80 à 200 mots", "madame, dit-il", "à 100 mètres"])
def test_ordinary_figures_and_words_name_nobody(words: str) -> None:
    assert mark(f"Ce matin, {words}, une cliente est passée.", "client_data").is_fine


@pytest.mark.parametrize("text", ["Ma FIABILITE", "la fiabilité, toujours", "Fiabilité !"])
def test_a_value_that_is_written_out_is_seen_whatever_its_accents(text: str) -> None:
    assert mark(text, "value", values=("Fiabilité",)) == Mark("value", False, "named", ("Fiabilité",))


def test_a_value_inside_another_word_is_not_named() -> None:
    assert mark("Nous écoutons.", "value", values=("Écoute",)).is_fine


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Nous sommes une équipe engagée et proche de ses clients.", "no_moment"),
        ("Ce matin, plein soleil.", "nothing_happens"),
    ],
)
def test_general_ideas_are_no_scene_yet(text: str, why: str) -> None:
    assert mark(text, "scene").why == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hier il a ri. Par ailleurs, nous recrutons.", "second_idea"),
        ("Yesterday he laughed. By the way, we are hiring.", "second_idea"),
        ("#un #deux #trois #quatre", "many_tags"),
        ("Et vous ? Pourquoi ? Depuis quand ?", "many_questions"),
    ],
)
def test_a_second_idea_is_noticed(text: str, why: str) -> None:
    assert mark(text, "one_idea").why == why


@pytest.mark.parametrize(
    ("sector", "words"),
    [
        ("insurance", "la garantie bris de glace"),
        ("insurance", "20 % de remise"),
        ("bank", "un crédit sur vingt ans"),
        ("real-estate", "85 m² à vendre"),
        ("staffing", "une personne jeune diplômée, dynamique"),
        ("travel", "un séjour à partir de 400 €"),
        ("general", "50 euros offerts"),
    ],
)
def test_what_calls_for_a_mention_is_seen_by_sector(sector: str, words: str) -> None:
    found = mark(f"Ce matin, {words}.", "sector", sector=sector)

    assert not found.is_fine
    assert found.why == sector


def test_length_follows_the_platform() -> None:
    long = "mot " * 420

    assert reread(long, LINKEDIN, sector="general")[-1].why == "long"
    assert reread(long, GOOGLE, sector="general")[-1].why == "over_limit"
    assert reread("Trois mots seulement.", INSTAGRAM, sector="general")[-1].why == "short"


def test_an_unknown_platform_is_the_first_one() -> None:
    assert platform("myspace") is LINKEDIN
    assert platform(None) is LINKEDIN
    assert platform("facebook") is FACEBOOK_PAGE
    assert all(place.compose_url.startswith("https://") for place in PLATFORMS.values())


@given(st.text(max_size=300), st.sampled_from(sorted(PLATFORMS)), st.lists(st.text(max_size=12), max_size=3))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it(text: str, place: str, values: list[str]) -> None:
    for sector in ("insurance", "staffing", "unknown"):
        marks = reread(text, PLATFORMS[place], sector=sector, values=values)

        assert [each.code for each in marks] in ([], list(CODES))


@pytest.mark.parametrize("sign", ["a", "1", "1 ", "M. ", "n° ", "a@", "- ", "rue "])
def test_an_endless_text_is_reread_at_once(sign: str) -> None:
    started = time.perf_counter()

    for sector in ("insurance", "bank", "real-estate", "staffing", "travel", "general"):
        reread(sign * (20_000 // len(sign)), LINKEDIN, sector=sector, values=("Écoute",))

    assert time.perf_counter() - started < 3


@given(st.text(max_size=200), st.integers(min_value=1, max_value=80))
@settings(max_examples=150, deadline=None)
def test_the_fold_loses_no_word(text: str, fold: int) -> None:
    before, after = folded(text, fold)

    def joined(lines: list[str]) -> str:
        return "".join("".join(lines).split())

    assert joined([*before, *after]) == joined(paragraphs(text))
    assert sum(len(line) for line in before) <= fold
