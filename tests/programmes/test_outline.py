"""The outline: order, minutes, sectors, and where to go next."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from coaching.programmes.outline import ProgrammeOutline, outline_document
from coaching.programmes.schema import SECTORS


@pytest.fixture
def outline(document: dict[str, Any]) -> ProgrammeOutline:
    return outline_document(document)


def test_weeks_and_sessions_follow_the_plan(outline: ProgrammeOutline) -> None:
    assert [week.key for week in outline.weeks] == [f"w{number}" for number in range(9)]
    assert [week.number for week in outline.weeks] == list(range(9))
    assert [(session.key, session.week_number, session.minutes) for session in outline.sessions] == [
        ("s1", 1, 60), ("s2", 3, 60), ("entretien", 5, 20), ("s3", 6, 60), ("s4", 8, 60),
    ]  # fmt: skip
    assert (outline.recall_days, outline.pass_percent, outline.version_label) == ((2, 7, 21), 70, "1.2.0")


@pytest.mark.parametrize("sector", SECTORS)
def test_first_weeks_last_as_long_as_the_programme_says(outline: ProgrammeOutline, sector: str) -> None:
    """domain.md 6.2: weeks 0 to 2 are 15, 42 and 49 minutes."""
    assert outline.required_minutes_by_week(sector)[:3] == (15, 42, 49)
    assert tuple(week.minutes for week in outline.weeks)[:3] == (15, 42, 49)
    assert outline.required_minutes(sector) == sum(outline.required_minutes_by_week(sector))


def test_steps_stand_in_the_order_of_the_weeks(outline: ProgrammeOutline) -> None:
    numbers = [step.week_number for step in outline.steps]

    assert numbers == sorted(numbers)
    assert [step.key for step in outline.modules_of_week(1)[0].steps] == [
        "affiche-comptoir-mot",
        "une-question-en-public",
        *[step.key for step in outline.modules_of_week(1)[0].steps[2:]],
    ]


@pytest.mark.parametrize("sector", SECTORS)
def test_boosters_stand_apart_and_count_in_no_total(outline: ProgrammeOutline, sector: str) -> None:
    """domain.md 6.2: five minutes each after 4, 8 and 12 weeks, the cold survey with the last."""
    assert [(booster.key, booster.after_weeks) for booster in outline.boosters] == [
        ("plus-4", 4), ("plus-8", 8), ("plus-12", 12),
    ]  # fmt: skip
    kinds = [[module.kind for module in booster.modules] for booster in outline.boosters]
    assert kinds == [["booster"], ["booster"], ["booster", "survey"]]

    modules = [module for booster in outline.boosters for module in booster.modules]
    steps = [step for module in modules for step in module.steps]

    assert [module.minutes for module in modules] == [5, 5, 5, 5]
    assert not {module.key for module in modules} & {module.key for module in outline.modules}
    assert not any(step.is_required for step in steps)
    assert outline.first_open({step.address for step in outline.steps}, sector) is None


def test_what_is_in_a_booster_is_found_by_its_address(outline: ProgrammeOutline) -> None:
    survey = outline.step("enquete-a-froid/avec-le-recul")
    module = outline.module("enquete-a-froid")

    assert survey is not None
    assert module is not None
    assert (survey.is_booster, survey.week_number, survey.data["moment"]) == (True, 20, "cold")
    assert module.steps == (survey,)


def test_unwritten_module_is_announced_and_counts_nothing(document: dict[str, Any]) -> None:
    document = copy.deepcopy(document)
    del document["modules"]["v4-ma-charte-de-presence"]
    document["to_write"] = {"v4-ma-charte-de-presence": 25}

    module = outline_document(document).module("v4-ma-charte-de-presence")

    assert module is not None
    assert not module.is_written
    assert (module.minutes, module.steps, module.required_minutes("bank")) == (25, (), 0)


def test_text_is_given_in_the_reader_s_language_with_lines_joined(outline: ProgrammeOutline) -> None:
    module = outline.module("v1-mes-valeurs")

    assert module is not None
    assert module.title.in_language("fr") == "Mes valeurs, mes mots"
    assert module.title.in_language("en-gb") == "My values, my words"
    assert module.teaser.in_language("en") == (
        "Sixty cards, five to keep, three moments to tell. In several sittings if you like, and just for you."
    )


def small_programme(*steps: dict[str, Any]) -> ProgrammeOutline:
    """Two modules of one week: the given steps, then one more step."""
    text = {"fr": "a", "en": "b"}

    def step(entry: dict[str, Any]) -> dict[str, Any]:
        return {"kind": "reading", "minutes": 5, "title": text, **entry}

    def module(key: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "key": key, "code": key, "kind": "lesson", "minutes": 5, "title": text, "teaser": text,
            "objective": text, "steps": [step(entry) for entry in entries],
        }  # fmt: skip

    modules = {
        "a": module("a", list(steps)),
        "b": {**module("b", [{"key": "z"}]), "prerequisites": ["a", "c"]},
    }
    return outline_document(
        {
            "key": "p", "version": "1", "title": text, "objective": text, "pass_percent": 70,
            "recall_days": [2],
            "weeks": [{"key": "w0", "title": text, "modules": ["a", "b", "c"]}], "to_write": {"c": 9},
            "themes": {}, "sources": {}, "decks": {}, "modules": modules,
        }
    )  # fmt: skip


def test_first_open_passes_over_done_optional_and_foreign_steps() -> None:
    outline = small_programme(
        {"key": "x"}, {"key": "y", "optional": True}, {"key": "bank-only", "only_for": ["bank"]}
    )

    def first(done: set[str], sector: str) -> str | None:
        step = outline.first_open(done, sector)
        return step.address if step else None

    assert first(set(), "travel") == "a/x"
    assert first({"a/x"}, "travel") == "b/z"
    assert first({"a/x"}, "bank") == "a/bank-only"
    assert first({"a/x", "b/z"}, "travel") is None


def test_next_after_offers_the_optional_step_then_what_was_left_open() -> None:
    outline = small_programme({"key": "x"}, {"key": "y", "optional": True}, {"key": "v"})

    def following(address: str, done: set[str]) -> str | None:
        step = outline.next_after(address, done, "bank")
        return step.address if step else None

    assert following("a/x", {"a/x"}) == "a/y"
    assert following("a/x", {"a/x", "a/y"}) == "a/v"
    assert following("b/z", {"a/v", "b/z"}) == "a/x"
    assert following("b/z", {"a/x", "a/v", "b/z"}) is None
    assert following("gone/step", set()) == "a/x"


def test_required_minutes_leave_out_optional_and_foreign_steps() -> None:
    outline = small_programme(
        {"key": "x"}, {"key": "y", "optional": True}, {"key": "t", "not_for": ["bank"], "minutes": 3}
    )

    assert outline.required_minutes_by_week("bank") == (10,)
    assert outline.required_minutes_by_week("travel") == (13,)


def test_prerequisite_asks_for_a_start_and_never_for_an_unwritten_module() -> None:
    outline = small_programme({"key": "x"}, {"key": "y"})

    assert outline.missing_prerequisites("b", set()) == ("a",)
    assert outline.missing_prerequisites("b", {"a/x"}) == ()


def test_deck_gives_families_and_cards(outline: ProgrammeOutline) -> None:
    deck = outline.deck("valeurs-60")

    assert (len(deck.families), len(deck.cards)) == (10, 60)
    assert deck.card("autonomie").label.in_language("en") == "Autonomy"
    assert {family.ring for family in deck.families if family.key == "tradition"} == {"outer"}


def test_sources_are_numbered_like_their_footnotes(outline: ProgrammeOutline) -> None:
    step = outline.step("v1-mes-valeurs/lire-ma-carte")

    assert step is not None
    assert [(source.code, source.number) for source in outline.sources_of(step)] == [("S1", 1), ("S4", 2)]


def test_content_is_in_one_language_and_keeps_author_notes_back(outline: ProgrammeOutline) -> None:
    step = outline.step("v1-mes-valeurs/trois-moments")

    assert step is not None
    content = step.content("en", "bank")
    assert content["prompts"][0]["question"].startswith("“{card}”: describe")
    assert content["prompts"][0]["starter"] == "It was around…"
    assert {"note", "only_for", "not_for", "formerly"}.isdisjoint(content)


def test_scenario_leads_past_hidden_scenes_in_every_sector(outline: ProgrammeOutline) -> None:
    for step in outline.steps:
        if step.kind != "scenario":
            continue
        for sector in SECTORS:
            content = step.content("fr", sector)
            shown = {scene["key"] for scene in content["scenes"]}
            assert content["start"] in shown
            for scene in content["scenes"]:
                for option in scene.get("options", []):
                    assert option["go_to"] is None or option["go_to"] in shown


def test_content_leaves_out_what_is_for_other_sectors(outline: ProgrammeOutline) -> None:
    step = outline.step("p2-post-valeur/ecrire-un-post")

    assert step is not None
    travel = {point["key"] for point in step.content("fr", "travel")["checklist"]}
    bank = {point["key"] for point in step.content("fr", "bank")["checklist"]}
    assert "voyage-conseil" in travel
    assert "voyage-conseil" not in bank


def test_step_the_player_cannot_show_is_passed_over_and_counts_nothing() -> None:
    outline = small_programme({"key": "x"}, {"key": "p", "kind": "not-played-yet", "minutes": 30})

    following = outline.next_after("a/x", {"a/x"}, "bank")

    assert following is not None
    assert following.address == "b/z"
    assert outline.required_minutes_by_week("bank") == (10,)
