"""Each kind through the pages: feedback at once, refusal without loss, resuming, going back."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from coaching.learning.access import get_learner_for
from coaching.learning.models import SurveyReply
from coaching.learning.steps.quiz import feedback
from tests.learning.player import GESTURE, MOMENTS, SCENARIO, SORT, SURVEY, Player

pytestmark = pytest.mark.django_db

QUIZ = "communiquer-c-est-relier/diffuser-ou-relier"
IF_THEN = "w0-accueil/si-alors"


def soup(response: object) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")  # type: ignore[attr-defined]


# --- quiz ------------------------------------------------------------------------------------


def quiz_items(player: Player) -> list[dict]:
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        step = learner.outline.step(QUIZ)
        assert step is not None
        return step.content("fr", "insurance")["items"]


def answer_to(item: dict, *, right: bool) -> dict:
    """Form fields of a right or wrong response to one question."""
    if item["type"] == "single":
        return {"answer": next(o["key"] for o in item["options"] if o["correct"] == right)}
    if item["type"] == "multiple":
        return {"answer": [o["key"] for o in item["options"] if o["correct"] == right]}
    if item["type"] == "ordering":
        keys = [o["key"] for o in item["options"]]
        keys = keys if right else keys[::-1]
        return {f"place-{key}": place for place, key in enumerate(keys, 1)}
    keys = [p["key"] for p in item["pairs"]]
    others = keys if right else [*keys[1:], keys[0]]
    return {f"match-{key}": other for key, other in zip(keys, others, strict=True)}


def test_a_quiz_gives_feedback_at_once_and_completes_with_the_last_question(player: Player) -> None:
    items = quiz_items(player)

    for number, item in enumerate(items, 1):
        response = player.submit(QUIZ, answer_to(item, right=number > 1), query=f"q={number}")
        assert response.headers["Location"] == player.url(QUIZ, f"q={number}")

    first = soup(player.get(QUIZ, "q=1")).get_text()
    assert "Pas tout à fait" in first
    assert "Oui, c’est bien vu" in soup(player.get(QUIZ, "q=2")).get_text()
    with player.inside():
        noted = player.enrolment().completions.get(address=QUIZ)
    assert (noted.score, noted.max_score, noted.missed) == (len(items) - 1, len(items), [items[0]["key"]])


def test_a_retry_keeps_the_first_score_and_shows_the_best(player: Player) -> None:
    items = quiz_items(player)
    for number, item in enumerate(items, 1):
        player.submit(QUIZ, answer_to(item, right=False), query=f"q={number}")

    for number, item in enumerate(items, 1):
        player.submit(QUIZ, answer_to(item, right=True), query=f"q={number}&again=1")

    with player.inside():
        assert player.enrolment().completions.get(address=QUIZ).score == 0
    text = soup(player.get(QUIZ)).get_text()
    assert f"Premier essai : 0 sur {len(items)}" in text.replace("\u00a0", " ")
    assert f"Meilleur essai : {len(items)} sur {len(items)}" in text.replace("\u00a0", " ")


def test_a_wrong_choice_is_answered_first_and_the_useful_one_apart(player: Player) -> None:
    item = next(item for item in quiz_items(player) if item["type"] == "single")
    number = quiz_items(player).index(item) + 1
    wrong = next(option for option in item["options"] if not option["correct"])
    good = next(option for option in item["options"] if option["correct"])

    player.submit(QUIZ, {"answer": wrong["key"]}, query=f"q={number}")

    page = player.page(QUIZ, f"q={number}")
    said = page.select_one(".fb").get_text()  # type: ignore[union-attr]
    useful = page.find("section", {"aria-labelledby": "useful"}).get_text()  # type: ignore[union-attr]
    assert wrong["feedback"].split("\n")[0] in said
    assert "Oui" not in said
    assert good["text"].split("\n")[0] in useful
    assert good["feedback"].split("\n")[-1] in useful
    assert good["feedback"].split("\n")[-1] not in said


def test_what_is_said_about_a_useful_answer_loses_its_yes() -> None:
    option = {"text": "a", "correct": True, "feedback": "Oui. Deux ou trois suffisent."}
    other = {"key": "b", "text": "b", "correct": False, "feedback": "Oui, mais après."}
    item = {"key": "q", "type": "single", "options": [{"key": "a", **option}, other]}

    assert feedback(item, "a")["mine"][0]["feedback"] == "Deux ou trois suffisent."
    assert feedback(item, "b")["useful"][0]["feedback"] == "Deux ou trois suffisent."
    assert feedback(item, "b")["mine"][0]["feedback"] == "Oui, mais après."


def test_no_choice_is_told_in_a_summary_that_leads_to_the_field(player: Player) -> None:
    response = player.submit(QUIZ, {}, query="q=2")

    page = soup(response)
    assert response.status_code == 422
    assert page.title is not None
    assert page.title.get_text().startswith("Erreur")
    assert page.select_one(".errsum a")["href"] == "#f-answer"  # type: ignore[index]
    assert "question 2 sur" in page.select_one(".eyebrow").get_text()  # type: ignore[union-attr]


# --- scenario --------------------------------------------------------------------------------


def test_a_scenario_shows_the_consequence_and_goes_back(player: Player) -> None:
    player.submit(SCENARIO, {"choice": "appelez-nous"})
    page = player.page(SCENARIO)
    assert "Ce que votre choix a changé" in page.get_text()
    assert "Donc non" in page.get_text()

    player.submit(SCENARIO, {"back": "1"})

    assert "Ce que votre choix a changé" not in player.page(SCENARIO).get_text()
    assert player.done() == set()


def test_a_scenario_is_done_at_an_end_and_double_clicks_change_nothing(player: Player) -> None:
    player.submit(SCENARIO, {"choice": "appelez-nous"})
    player.client.post(player.url(SCENARIO), {"at": "0", "choice": "appelez-nous"})
    assert player.content(SCENARIO)["path"] == ["appelez-nous"]  # type: ignore[index]

    player.submit(SCENARIO, {"choice": "reprendre"})

    assert player.done() == {SCENARIO}
    assert "au bout de ce chemin" in player.page(SCENARIO).get_text()


def test_the_situation_can_be_read_again_after_a_choice(player: Player) -> None:
    opening = player.page(SCENARIO).select_one(".bubble").get_text()  # type: ignore[union-attr]

    player.submit(SCENARIO, {"choice": "appelez-nous"})

    again = player.page(SCENARIO).select_one("details.more")
    assert again is not None
    assert opening in again.get_text()


def test_the_map_keeps_the_roads_not_taken(player: Player) -> None:
    roads = len(player.page(SCENARIO).select("button[name=choice]"))

    player.submit(SCENARIO, {"choice": "appelez-nous"})

    page = player.page(SCENARIO)
    ahead = len(page.select("button[name=choice]"))
    assert len(page.select(".fork .past")) == 1
    assert len(page.select(".fork ellipse[rx='11']")) == roads - 1
    assert len(page.select(".fork ellipse[rx='13']")) == ahead


def test_a_scenario_can_be_passed(player: Player) -> None:
    onwards = player.page(SCENARIO).select_one(".stepbar .btn:not(.btn--sq)")

    assert onwards is not None
    assert "Passer" in onwards.get_text()
    assert player.client.get(str(onwards["href"])).status_code == 200
    assert player.done() == set()


def test_an_unknown_road_is_refused(player: Player) -> None:
    assert player.submit(SCENARIO, {"choice": "fuir"}).status_code == 422


# --- card sort -------------------------------------------------------------------------------


def shown_card(player: Player) -> str:
    found = player.page(SORT).select_one("form[data-card-sort] input[name=card]")
    assert found is not None
    return str(found["value"])


def test_each_placement_is_saved_and_the_next_card_waits(player: Player) -> None:
    first = shown_card(player)

    player.client.post(player.url(SORT), {"card": first, "pile": "2"})

    second = shown_card(player)
    assert second != first
    assert shown_card(player) == second  # resumes exactly
    assert player.content(SORT)["sort"]["ratings"] == {first: 2}  # type: ignore[index]


def test_undo_brings_the_last_card_back(player: Player) -> None:
    first = shown_card(player)
    player.client.post(player.url(SORT), {"card": first, "pile": "0"})

    player.client.post(player.url(SORT), {"undo": "1"})

    assert shown_card(player) == first


def test_a_double_click_does_not_place_the_next_card(player: Player) -> None:
    first = shown_card(player)
    for _click in range(2):
        player.client.post(player.url(SORT), {"card": first, "pile": "1"})

    assert player.content(SORT)["sort"]["ratings"] == {first: 1}  # type: ignore[index]


def test_the_list_sorts_many_cards_at_once(player: Player) -> None:
    form = player.page(SORT, "view=list").select("input[type=radio][value='1']")
    cards = {str(field["name"]): "1" for field in form}

    response = player.client.post(player.url(SORT), {"list": "1", **cards})

    assert len(cards) == 60
    assert response.status_code == 302
    assert "Garder dix cartes" in player.page(SORT).get_text()


def test_two_cards_of_ones_own_and_not_a_third(player: Player) -> None:
    for label in ("Patience", "Sobriété"):
        assert player.client.post(player.url(SORT), {"own_label": label, "add_own": "1"}).status_code == 302

    third = player.client.post(player.url(SORT), {"own_label": "Encore", "add_own": "1"})
    empty = player.client.post(player.url(SORT), {"own_label": " ", "add_own": "1"})

    assert third.status_code == empty.status_code == 422
    assert [card["label"] for card in player.content(SORT)["sort"]["own"]] == ["Patience", "Sobriété"]  # type: ignore[index]


def test_three_rounds_by_plain_posts_lead_to_the_circle(player: Player) -> None:
    for _number in range(60):
        player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})
    for number in range(50):
        player.client.post(player.url(SORT), {"card": shown_card(player), "let_go": "1"})
        assert number < 49 or "Votre ordre" in player.page(SORT).get_text()
    for _number in range(5):
        button = player.page(SORT).select_one("button[name=choose]")
        player.client.post(player.url(SORT), {"choose": button["value"]})  # type: ignore[index]
    strange = player.client.post(player.url(SORT), {"undo": "1", "choose": "no-such-card"})
    assert strange.status_code == 302
    again = player.page(SORT).select_one("button[name=choose]")
    player.client.post(player.url(SORT), {"choose": again["value"]})  # type: ignore[index]
    lowest = player.page(SORT).select("button[name=up]")[-1]["value"]
    player.client.post(player.url(SORT), {"up": lowest})
    assert player.done() == set()

    response = player.client.post(player.url(SORT), {"finish": "1"})

    page = player.page(SORT).get_text()
    assert response.status_code == 302
    assert player.done() == {SORT}
    assert "Pas encore de contraste" in page  # all on one pile
    assert "ni un test ni un diagnostic" in page
    assert player.content(SORT)["top"][3]["key"] == lowest  # type: ignore[index]


def test_the_circle_table_and_values_page_show_the_same_order(player: Player) -> None:
    player.complete(SORT, seed=3)

    circle = [b.get_text() for b in player.page(SORT).select("ol.rank b")]
    values = soup(player.client.get(player.home + "values/")).select("ol.rank b")

    assert len(circle) == 5
    assert [b.get_text() for b in values] == circle
    assert len(player.page(SORT).select("table.mini tbody tr")) == 10
    assert circle[0] in soup(player.get()).select_one(".note").get_text()  # type: ignore[union-attr]


def test_redoing_the_sort_keeps_the_values_until_the_new_ones_are_there(player: Player) -> None:
    player.complete(SORT, seed=3)
    before = [b.get_text() for b in player.page(SORT).select("ol.rank b")]

    player.client.post(player.url(SORT), {"redo": "1"})

    assert shown_card(player)
    values = soup(player.client.get(player.home + "values/")).select("ol.rank b")
    assert [b.get_text() for b in values] == before


def test_the_last_circle_stays_until_the_new_sort_is_finished(player: Player) -> None:
    player.complete(SORT, seed=3)
    before = [b.get_text() for b in player.page(SORT).select("ol.rank b")]
    assert "restent lisibles" in player.page(SORT, "view=redo").get_text()
    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})

    last = player.page(SORT, "view=circle")

    assert [b.get_text() for b in last.select("ol.rank b")] == before
    assert "Un nouveau tri est en cours" in last.get_text()


def test_a_new_sort_can_be_given_up(player: Player) -> None:
    player.complete(SORT, seed=3)
    before = player.content(SORT)
    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})

    player.client.post(player.url(SORT), {"give_up": "1"})

    assert player.content(SORT) == before


def test_a_second_click_on_redo_keeps_the_cards_already_placed(player: Player) -> None:
    player.complete(SORT, seed=3)
    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})

    player.client.post(player.url(SORT), {"redo": "1"})

    assert len(player.content(SORT)["sort"]["ratings"]) == 1  # type: ignore[index]


def in_third_round(player: Player) -> list[str]:
    """Ten cards are left to choose among; their keys in the order of the page."""
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        keys = [card.key for card in learner.outline.deck("valeurs-60").cards]
    piles = {f"rate-{key}": "2" if place < 10 else "0" for place, key in enumerate(keys)}
    player.client.post(player.url(SORT), {"list": "1", **piles})
    return [str(button["value"]) for button in player.page(SORT).select("button[name=choose]")]


def gone_to(player: Player, data: dict) -> str:
    """The part of the page that a post leads to; it is there."""
    place = player.client.post(player.url(SORT), data).headers["Location"].partition("#")[2]
    assert player.page(SORT).find(id=place), place
    return place


def test_choosing_goes_on_with_the_card_that_takes_the_place(player: Player) -> None:
    cards = in_third_round(player)
    assert len(cards) == 10

    assert gone_to(player, {"choose": cards[8]}) == f"choose-{cards[9]}"
    assert gone_to(player, {"choose": cards[9]}) == f"choose-{cards[7]}"
    assert gone_to(player, {"choose": cards[0]}) == f"choose-{cards[1]}"
    assert gone_to(player, {"up": cards[0]}) == f"up-{cards[0]}"
    assert gone_to(player, {"up": cards[0]}) == f"down-{cards[0]}"
    assert gone_to(player, {"unchoose": cards[0]}) == f"choose-{cards[0]}"
    for card in cards[:2]:
        gone_to(player, {"choose": card})
    assert gone_to(player, {"choose": cards[2]}) == "ranked"


def test_passing_a_card_goes_on_with_the_next_at_the_same_button(player: Player) -> None:
    assert gone_to(player, {"card": shown_card(player), "skip": "1"}) == "skip"


# --- reflection ------------------------------------------------------------------------------


def test_a_reflection_repeats_the_three_first_cards(player: Player) -> None:
    player.complete(SORT, seed=3)
    cards = [b.get_text() for b in player.page(SORT).select("ol.rank b")][:3]

    for number, card in enumerate(cards, 1):
        page = player.page(MOMENTS, f"p={number}")
        assert card in page.h1.get_text()  # type: ignore[union-attr]
        response = player.submit(MOMENTS, {"text": f"Un moment de {card}."}, query=f"p={number}")

    assert response.headers["Location"] == player.url(GESTURE)
    assert player.done() == {SORT, MOMENTS}


def test_a_reflection_waits_for_its_sort(player: Player) -> None:
    assert "D’abord le tri" in player.page(MOMENTS).get_text()
    assert player.post(MOMENTS, {"prompt": "un-moment", "text": "x"}).status_code == 422


def test_one_may_think_without_writing(player: Player) -> None:
    empty = player.submit(GESTURE, {"text": "  "})
    assert empty.status_code == 422

    player.submit(GESTURE, {"text": "", "action": "thought"})

    assert player.done() == {GESTURE}


def test_a_sign_that_stands_alone_is_no_word(player: Player) -> None:
    player.submit(GESTURE, {"text": "« Et vous ? » — oui"})

    assert player.page(GESTURE).select_one("[data-words]").get_text() == "3\u00a0mots"  # type: ignore[union-attr]


def test_a_text_too_long_comes_back_whole(player: Player) -> None:
    text = "mot " * 6000

    response = player.submit(GESTURE, {"text": text})

    assert response.status_code == 422
    assert soup(response).textarea.get_text().strip() == text.strip()  # type: ignore[union-attr]


def test_an_older_screen_never_overwrites_a_newer_text(player: Player) -> None:
    player.submit(GESTURE, {"text": "Première version"})
    player.submit(GESTURE, {"text": "Version du téléphone"})

    response = player.submit(GESTURE, {"text": "Version du bureau", "revision": "1"})

    page = soup(response)
    assert response.status_code == 409
    assert "Version du téléphone" in page.blockquote.get_text()  # type: ignore[union-attr]
    assert page.textarea.get_text().strip() == "Version du bureau"  # type: ignore[union-attr]
    assert player.content(GESTURE)["texts"]["un-geste"]["text"] == "Version du téléphone"  # type: ignore[index]


def test_sending_again_after_both_were_shown_is_deliberate(player: Player) -> None:
    player.submit(GESTURE, {"text": "a"})
    player.submit(GESTURE, {"text": "b"})
    conflict = soup(player.submit(GESTURE, {"text": "c", "revision": "1"}))
    revision = conflict.select_one("#step input[name=revision]")["value"]  # type: ignore[index]

    player.submit(GESTURE, {"text": "c", "revision": revision})

    assert player.content(GESTURE)["texts"]["un-geste"]["text"] == "c"  # type: ignore[index]


# --- survey, if… then ------------------------------------------------------------------------


def test_a_survey_goes_to_the_coach_when_its_last_part_is_sent(player: Player) -> None:
    assert "Votre coach lira vos réponses" in player.page(SURVEY).get_text()
    refused = player.submit(SURVEY, {})
    assert refused.status_code == 422

    for _part in range(20):
        page = player.page(SURVEY)
        names = {str(field["name"]) for field in page.select("#step input[type=radio]")}
        chosen = {name: page.select_one(f"input[name='{name}']")["value"] for name in names}  # type: ignore[index]
        if player.submit(SURVEY, chosen).headers["Location"].split("?")[0] != player.url(SURVEY):
            break

    assert player.done() == {SURVEY}
    with player.inside():
        reply = SurveyReply.objects.get()
    assert reply.content["answers"]


def test_nothing_of_a_survey_is_sent_before_its_end(player: Player) -> None:
    page = player.page(SURVEY)
    names = {str(field["name"]) for field in page.select("#step input[type=radio]")}

    player.submit(SURVEY, {name: page.select_one(f"input[name='{name}']")["value"] for name in names})  # type: ignore[index]

    with player.inside():
        assert not SurveyReply.objects.exists()
    assert player.content(SURVEY)["part"] == 1  # type: ignore[index]


def send_survey(player: Player) -> None:
    for part in range(1, 20):
        page = player.page(SURVEY, f"p={part}")
        names = {str(field["name"]) for field in page.select("#step input[type=radio]")}
        chosen = {name: page.select_one(f"input[name='{name}']")["value"] for name in names}  # type: ignore[index]
        posted = player.submit(SURVEY, chosen, query=f"p={part}")
        if posted.headers["Location"].split("?")[0] != player.url(SURVEY):
            return


def test_a_sent_survey_shows_what_was_sent_and_when(player: Player) -> None:
    send_survey(player)

    page = player.page(SURVEY)

    assert "Envoyé à votre coach le mercredi 20 janvier à 9\u00a0h" in page.get_text()
    assert "1 sur 5" in page.select_one("dl").get_text()  # type: ignore[union-attr]
    assert "Sans réponse" in page.select_one("dl").get_text()  # type: ignore[union-attr]
    assert not page.select("#step")
    assert page.find("a", href=player.url(SURVEY, "p=1"))


def test_a_change_of_a_sent_survey_waits_for_its_sending(player: Player) -> None:
    send_survey(player)
    name = player.page(SURVEY, "p=8").select_one("#step textarea")["name"]  # type: ignore[index]
    draft(player, {"part": "8", name: "Une phrase."})
    assert "Une phrase" not in player.page(SURVEY).get_text()
    assert "Vous avez changé des réponses" in player.page(SURVEY).get_text()

    player.submit(SURVEY, {name: "Une phrase."}, query="p=8")

    assert "Une phrase" in player.page(SURVEY).get_text()
    assert "Vous avez changé des réponses" not in player.page(SURVEY).get_text()


def draft(player: Player, data: dict) -> int:
    url = player.url(f"{SURVEY}/autosave")
    return player.client.post(url, data, headers={"Accept": "application/json"}).status_code


def test_a_part_not_yet_sent_keeps_its_answers_and_those_of_the_others(player: Player) -> None:
    first, second = (player.page(SURVEY, f"p={n}").select_one("#step input[type=radio]") for n in (1, 2))
    assert first is not None
    assert second is not None

    draft(player, {"part": "1", first["name"]: first["value"]})
    draft(player, {"part": "2", second["name"]: second["value"]})

    assert player.page(SURVEY).select_one("#step input[checked]")["name"] == first["name"]  # type: ignore[index]
    assert player.page(SURVEY, "p=2").select_one("#step input[checked]")["name"] == second["name"]  # type: ignore[index]
    assert player.done() == set()
    with player.inside():
        assert not SurveyReply.objects.exists()


def test_free_words_of_a_survey_are_kept_as_they_are_written(player: Player) -> None:
    name = player.page(SURVEY, "p=8").select_one("#step textarea")["name"]  # type: ignore[index]

    assert draft(player, {"part": "8", name: "Une phrase."}) == 200
    assert draft(player, {"part": "8", name: "x" * 2001}) == 422

    assert player.page(SURVEY, "p=8").textarea.get_text().strip() == "Une phrase."  # type: ignore[union-attr]


def test_an_if_then_plan_needs_both_halves(player: Player) -> None:
    half = player.submit(IF_THEN, {"if": "Après la réunion du jeudi", "then": ""})
    assert half.status_code == 422
    assert "Après la réunion du jeudi" in half.content.decode()

    player.submit(IF_THEN, {"if": "Après la réunion du jeudi", "then": "j’écris trois lignes"})

    assert player.done() == {IF_THEN}
    assert "j’écris trois lignes" in player.client.get(player.home + "values/").content.decode()
