"""The presence charter: started by earlier answers, changed by hand, dated, shared as a copy."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from agencies.scope import networks
from coaching.learning.access import get_copies_given_to, get_shared_items_for
from coaching.learning.charter import LINES, Known, cut, density, prefill
from coaching.learning.charter_words import as_text
from coaching.learning.models import PresenceCharter
from coaching.programmes.outline import outline_document
from tests.factories import PARIS, Cast, starter_document
from tests.learning.player import GOALS, SORT, Player, soup
from tests.learning.test_queries import counted

pytestmark = pytest.mark.django_db

HOME = "/n/rivages/learn/charter/"
SIX = "v4-ma-charte-de-presence/six-lignes"
PLACE = "v4-ma-charte-de-presence/lieu-themes-refus"
OUTLINE = outline_document(starter_document())


@pytest.fixture
def clock() -> object:
    with time_machine.travel(dt.datetime(2027, 3, 24, 9, 0, tzinfo=PARIS), tick=False) as traveller:
        yield traveller


def known(answers: dict[str, Any], **fields: Any) -> Known:
    defaults: dict[str, Any] = {"values": (), "acts": (), "language": "fr"}
    return Known(OUTLINE, answers, **(defaults | fields))


def texts(**prompts: str) -> dict[str, Any]:
    return {"texts": {key.replace("_", "-"): {"text": text, "revision": 1} for key, text in prompts.items()}}


def test_lines_start_from_the_answers() -> None:
    answers = {
        SIX: texts(ce_que_je_defends="La vérité sur les délais."),
        PLACE: texts(
            lieu="LinkedIn",
            trois_valeurs="- Discrétion : je ferme la porte.\nHumour : je ris de moi.",
            deux_refus="Répondre à chaud.\n\nNommer un client.",
        ),
        GOALS: {"goal-G4": "1", "goal-G1": "1", "goal-G2": "", "own": "Écrire mieux"},
        "w0-accueil/si-alors": {"if": "le café est froid", "then": "j’écris"},
        "v4-ma-charte-de-presence/mon-rythme": {"if": "le point finit", "then": "je note"},
    }

    lines = prefill(known(answers, acts=[("Proximité", "on s’assoit")], values=["Écoute"]))

    assert lines["stand"] == "La vérité sur les délais."
    assert (lines["value_1"], lines["proof_1"]) == ("Discrétion", "je ferme la porte.")
    assert (lines["value_2"], lines["value_3"]) == ("Humour", "")
    assert (lines["refusal_1"], lines["refusal_2"]) == ("Répondre à chaud.", "Nommer un client.")
    assert lines["place"] == "LinkedIn"
    assert lines["goals"].splitlines() == [
        "Une façon d’écrire fidèle à moi",
        "Le plaisir de l’échange",
        "Écrire mieux",
    ]
    assert (lines["if"], lines["then"]) == ("le point finit", "je note")
    assert lines["acts"] == "Proximité : on s’assoit"


def test_only_french_has_a_space_before_the_colon() -> None:
    lines = {"value_1": "Honesty", "proof_1": "I name it.", "place": "LinkedIn", "refusal_1": "Use fear."}

    with translation.override("en"):
        english = as_text(lines)
    with translation.override("fr"):
        french = as_text(lines)

    assert "– Honesty: I name it." in english
    assert "My place: LinkedIn" in english
    assert "What I refuse:\n– Use fear." in english
    assert "– Honesty\N{NO-BREAK SPACE}: I name it." in french
    acts = prefill(known({}, acts=[("Closeness", "we sit down")], language="en"))["acts"]
    assert acts == "Closeness: we sit down"


TARGET, TABLE = "v2-ce-que-je-defends/quatre-phrases", "mes-sujets-mon-ton/six-lignes"


def test_what_one_stands_for_starts_from_the_target_until_it_is_asked() -> None:
    target = {
        "sentence-clients": "Je dis la vérité sur les délais.",
        "distance-clients": "3",
        "sentence-equipe": "Chacun peut me contredire.",
        "distance-equipe": "1",
        "sentence-territoire-marque": " ",
        "distance-territoire-marque": "1",
    }

    assert prefill(known({TARGET: target}))["stand"] == "Chacun peut me contredire."
    asked = {TARGET: target, SIX: texts(ce_que_je_defends="La parole donnée.")}
    assert prefill(known(asked))["stand"] == "La parole donnée."


def test_themes_and_tone_start_from_the_editorial_table_until_they_are_asked() -> None:
    rows = [("Les toits", "voisin"), ("Les mots", "expert"), ("Les toits", "voisin"), ("La rue", "inconnu")]
    table = {f"row-{n}-theme": theme for n, (theme, _tone) in enumerate(rows, 1)}
    table |= {f"row-{n}-ton": tone for n, (_theme, tone) in enumerate(rows, 1)}

    lines = prefill(known({TABLE: table}))

    assert lines["themes"] == "Les toits, Les mots, La rue"
    assert lines["tone"].startswith("Voisin")
    assert prefill(known({TABLE: table}, language="en"))["tone"].startswith("Neighbour")
    asked = {TABLE: table, PLACE: texts(themes="Le quartier", ton="Calme")}
    assert [prefill(known(asked))[name] for name in ("themes", "tone")] == ["Le quartier", "Calme"]


def test_values_come_from_the_sort_until_they_are_named() -> None:
    lines = prefill(known({}, values=["Écoute", "Humour", "Audace", "Défi"]))

    assert [lines[f"value_{n}"] for n in (1, 2, 3)] == ["Écoute", "Humour", "Audace"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    "texts goal-G1 own if then values sentence-clients distance-clients row-1-theme row-1-ton".split()
)
STEPS = st.sampled_from([step.address for step in OUTLINE.steps])


@given(answers=st.dictionaries(STEPS, st.dictionaries(NAMES, JSON, max_size=4), max_size=6))
def test_no_stored_answer_breaks_the_first_charter(answers: dict[str, Any]) -> None:
    lines = prefill(known(answers))

    assert set(lines) == set(LINES)
    assert all(len(text) <= LINES[name] for name, text in lines.items())


@given(text=st.text(max_size=80), longest=st.integers(5, 40))
def test_a_cut_text_keeps_to_its_length(text: str, longest: int) -> None:
    assert len(cut(text, longest)) <= longest


def test_the_more_is_written_the_smaller_it_is_set() -> None:
    assert density({"lead": "Bref."}) == ""
    assert density({"lead": "x" * 1000}) == "dense"
    assert density({"lead": "x" * 2300}) == "denser"


def test_the_goals_that_were_ticked_stand_on_the_first_charter(player: Player) -> None:
    player.submit(GOALS, {"goal-G1": "1", "goal-G4": "1", "own": "Écrire mieux"})

    words = list(soup(player.client.get(HOME)).stripped_strings)

    for goal in ("Le plaisir de l’échange", "Une façon d’écrire fidèle à moi", "Écrire mieux"):
        assert goal in words


def test_the_page_is_read_before_it_is_written(player: Player) -> None:
    player.complete(SORT)
    with player.inside():
        assert not PresenceCharter.objects.exists()

    page = player.client.get(HOME).content.decode()

    assert "Voici ce que vos réponses y mettent déjà" in page
    assert "Les valeurs que je montre" in page


def test_without_any_answer_the_page_is_blank_and_says_so(player: Player) -> None:
    assert "La page est encore blanche" in player.client.get(HOME).content.decode()


def test_changing_a_line_changes_no_answer(player: Player) -> None:
    player.complete(SORT)
    before = player.content(SORT)
    form = soup(player.client.get(HOME + "edit/"))
    assert form.find(id="id_value_1")["value"]  # type: ignore[index]

    response = player.client.post(HOME + "edit/", {"value_1": "Patience", "lead": "Vrai, bref."})

    assert response["Location"] == HOME
    assert "Patience" in player.client.get(HOME).content.decode()
    assert player.content(SORT) == before


def test_a_line_too_long_is_refused_and_kept(player: Player) -> None:
    response = player.client.post(HOME + "edit/", {"lead": "x" * 161, "come": "Pour le café."})

    assert response.status_code == 422
    assert "Pour le café." in response.content.decode()


def test_more_rows_than_a_page_has_are_refused(player: Player) -> None:
    response = player.client.post(HOME + "edit/", {"goals": "\n".join("abcde")})

    assert response.status_code == 422
    assert "4 lignes au plus" in response.content.decode().replace("\u00a0", " ")


def test_an_older_screen_does_not_replace_a_newer_charter(player: Player) -> None:
    player.client.post(HOME + "edit/", {"lead": "Première", "revision": "0"})
    player.client.post(HOME + "edit/", {"lead": "Deuxième", "revision": "1"})

    late = player.client.post(HOME + "edit/", {"lead": "Tard", "revision": "1"})

    assert late.status_code == 409
    assert "Deuxième" in late.content.decode()
    assert "Tard" in late.content.decode()
    again = {field["name"]: field["value"] for field in soup(late).select("main input[name=revision]")}
    player.client.post(HOME + "edit/", {"lead": "Tard", **again})
    assert "Tard" in player.client.get(HOME).content.decode()


def test_saving_the_same_again_leaves_its_date(player: Player, clock: time_machine.Traveller) -> None:
    player.client.post(HOME + "edit/", {"lead": "Vrai.", "revision": "0"})
    clock.shift(dt.timedelta(days=3))

    player.client.post(HOME + "edit/", {"lead": "Vrai.", "revision": "1"})

    with player.inside():
        assert PresenceCharter.objects.get().dated_at.day == 24


@pytest.mark.parametrize("reader", ["coach", "manager", "peer"])
def test_nobody_else_finds_a_charter(player: Player, cast: Cast, reader: str) -> None:
    player.client.post(HOME + "edit/", {"lead": "À moi."})

    with networks(cast.network.pk, user_id=getattr(cast, reader).user_id):
        assert not PresenceCharter.objects.exists()


def test_coach_and_manager_read_the_copies_they_were_given(player: Player, cast: Cast) -> None:
    player.client.post(HOME + "edit/", {"lead": "Vrai, bref.", "refusal_1": "Secret"})
    text = soup(player.client.get(HOME + "share/")).find(id="id_copy").text  # type: ignore[union-attr]
    assert "Vrai, bref." in text

    player.client.post(HOME + "share/", {"audience": "manager", "copy": "Vrai, bref."})
    player.client.post(HOME + "share/", {"audience": "coach", "copy": "Vrai, pour la coach."})

    with networks(cast.network.pk):
        assert [str(each.text) for each in get_copies_given_to(cast.manager)] == ["Vrai, bref."]
        assert [str(each.text) for each in get_shared_items_for(cast.coach, cast.enrolment)] == [
            "Vrai, pour la coach."
        ]
    coach = Client()
    coach.force_login(cast.coach.user)
    page = coach.get(f"/n/rivages/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/")
    assert "Charte de présence" in page.content.decode()
    assert "Secret" not in page.content.decode()


def test_there_is_nothing_to_share_before_it_is_written(player: Player) -> None:
    assert player.client.get(HOME + "share/")["Location"] == HOME


def test_manager_page_does_not_tell_unwritten_from_ungiven(player: Player, cast: Cast) -> None:
    manager = Client()
    manager.force_login(cast.manager.user)
    path = f"/n/rivages/agencies/{cast.agencies[0].public_id}/"
    before = [manager.get(url).content for url in (path, "/n/rivages/given/")]

    player.client.post(HOME + "edit/", {"lead": "Écrite, pas donnée."})

    # The page of a cohort says nothing of charters: only the tokens of its forms differ.
    after = [manager.get(url).content for url in (path, "/n/rivages/given/")]
    assert [_without_tokens(each) for each in after] == [_without_tokens(each) for each in before]


def _without_tokens(content: bytes) -> str:
    page = soup(type("Page", (), {"content": content}))
    for field in page.select("[name=csrfmiddlewaretoken]"):
        field.decompose()
    return str(page)


def test_the_file_needs_nothing_else(player: Player) -> None:
    player.client.post(HOME + "edit/", {"lead": "Vrai, <b>bref</b>."})

    response = player.client.get(HOME + "download/")

    page = response.content.decode()
    assert response["Content-Disposition"] == 'attachment; filename="charte-de-presence.html"'
    assert "Vrai, &lt;b&gt;bref&lt;/b&gt;." in page
    assert "@page" in page
    assert "src=" not in page
    assert "href=" not in page


def test_steps_of_its_module_lead_to_it(player: Player) -> None:
    for address in (SIX, PLACE, "v4-ma-charte-de-presence/une-feuille"):
        assert HOME in [link.get("href") for link in player.page(address).select("a")], address


def test_the_page_asks_little(player: Player) -> None:
    player.client.post(HOME + "edit/", {"lead": "Vrai."})
    player.client.get(HOME)

    with counted() as queries:
        player.client.get(HOME)

    assert len(queries) == 4, queries  # the learner, the charter, its copies, the name of the agency
