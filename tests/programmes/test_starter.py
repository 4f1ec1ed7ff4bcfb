"""The programme that ships holds what domain.md section 6 says: minutes, themes, facts, roads, questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from coaching.programmes.outline import ProgrammeOutline, outline_document
from coaching.programmes.package import Package
from coaching.programmes.problems import Problem, Reason
from coaching.programmes.schema import SECTORS
from coaching.programmes.typography import NO_BREAK_SPACE

Document = dict[str, Any]

# domain.md 6.8, row by row, in the codes of 0.2; the columns are codes of modules.
COVERAGE = {
    "Six questions": {
        "V1": "Q2", "L04": "Q4", "V2": "Q1", "L06": "Q6", "V3": "Q3", "L08": "Q3 Q4", "L09": "Q3",
        "L10": "Q6", "L11": "Q5", "L13": "Q6", "L15": "Q6", "V4": "Q1 Q2 Q3 Q4 Q5 Q6",
    },
    "Places": {"L02": "T16", "L04": "T16", "V4": "T16"},
    "Own philosophy": {"L04": "T11"},
    "Facebook bias and lens": {"L03": "T3 T12", "L12": "T12"},
    "Generation": {"L05": "T4"},
    "Numbers illusion": {"L07": "T13", "L16": "T13"},
    "Goals": {
        "L02": "G4", "L04": "G7", "L06": "G1 G2 G9", "L08": "G1", "L09": "G2 G8", "L10": "G4 G5",
        "L11": "G3 G9", "L12": "G8", "L13": "G3 G5 G6 G7", "L15": "G3 G6 G9",
        "V4": "G1 G2 G3 G4 G5 G6 G7 G8 G9",
    },
    "Meaning": {"L01": "T8", "V2": "T8", "L09": "T8", "V4": "T8"},
    "Quality of presence": {"L07": "T9", "L14": "T9", "L16": "T9"},
    "Economic and relational stake": {"L10": "T15", "L13": "T10 T15", "L15": "T15"},
    "Person and brand values": {"V1": "T6", "V3": "T6"},
    "Free thought": {"L09": "T18", "L12": "T18"},
    "Networks are what we make of them": {"L01": "T14", "L02": "T14", "L16": "T14", "V4": "T14"},
    # 6.3 gives these to a lesson, the matrix has no row for them
    "The request and the appetite": {"L01": "T1 T2 T5", "L05": "T2"},
    "Oneself, also on each platform": {"L06": "T7", "L15": "T7", "L03": "T17", "L14": "T17"},
}  # fmt: skip
EVERY_CODE = (
    {f"T{n}" for n in range(1, 19)} | {f"Q{n}" for n in range(1, 7)} | {f"G{n}" for n in range(1, 10)}
)

# What reads like a finding about the world, and so needs a source; a scene's own numbers are told.
FACT = {
    "fr": re.compile(
        r"\d ?%|\b(?:étude|enquête|sondage|recherche|expérience)s? (?:sur|menée|britannique|ont|a)\b"
        r"|\bsur dix\b|\bplus de \d|\b\d{1,3} \d{3}\b|\bla loi\b|\btribuna|\bcour d’appel|\bmillions?\b"
    ),
    "en": re.compile(
        r"\d ?%|\b(?:study|studies|surveys?|poll|experiments?) (?:of|on|asked|carried)\b"
        r"|\bpeople in ten\b|\bmore than \d|\b\d{1,3},\d{3}\b|\bthe law\b|\btribunal|\bcourt of|\bmillions?\b"
    ),
}
FICTION = {"fr": ("1 999", "2 000"), "en": ("1,999", "2,000")}


@pytest.fixture
def outline(document: Document) -> ProgrammeOutline:
    return outline_document(document)


def modules_of_weeks(document: Document) -> list[Document]:
    return [document["modules"][key] for week in document["weeks"] for key in week["modules"]]


def by_code(document: Document) -> dict[str, Document]:
    return {module["code"]: module for module in document["modules"].values()}


def steps(document: Document, kind: str) -> list[Document]:
    return [step for module in modules_of_weeks(document) for step in module["steps"] if step["kind"] == kind]


def carried(module: Document) -> set[str]:
    """The themes that steps and questions carry, not only those the module announces."""
    parts = [part for step in module["steps"] for part in (step, *step.get("items", []))]
    return {code for part in parts for code in part.get("themes", [])}


def test_nothing_is_left_to_mend(starter: Package) -> None:
    """No missing translation, no broken reference, and every reading between 150 and 450 words."""
    assert starter.problems == []


def test_minutes_are_those_of_the_plan(document: Document) -> None:
    """domain.md 6.1 and 6.2."""
    weeks = [
        sum(document["modules"][key]["minutes"] for key in week["modules"]) for week in document["weeks"]
    ]
    kinds: Counter[str] = Counter()
    for module in modules_of_weeks(document):
        kinds[module["kind"]] += module["minutes"]

    assert weeks == [15, 42, 49, 40, 57, 60, 56, 52, 67]
    assert sum(weeks) == 438
    assert kinds == {
        "lesson": 203, "values": 105, "practice": 95, "onboarding": 15, "assessment": 15, "survey": 5,
    }  # fmt: skip
    assert sum(session["minutes"] for session in document["sessions"]) == 260


@pytest.mark.parametrize(
    ("row", "code"), [(row, code) for row, cells in COVERAGE.items() for code in cells], ids=lambda word: word
)
def test_declared_coverage_is_in_the_package(document: Document, row: str, code: str) -> None:
    module = by_code(document)[code]

    assert set(COVERAGE[row][code].split()) <= carried(module) & set(module["themes"])


def test_coverage_leaves_out_no_theme_question_or_goal(document: Document) -> None:
    declared = {code for cells in COVERAGE.values() for codes in cells.values() for code in codes.split()}

    assert declared == EVERY_CODE == set(document["themes"])


def texts(step: Document, language: str) -> Iterator[str]:
    for text in (step.get("body"), *step.get("body_variants", {}).values()):
        if text:
            yield text[language].replace(NO_BREAK_SPACE, " ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_fact_of_a_reading_carries_its_source(document: Document, language: str) -> None:
    unsourced, footnotes = [], 0
    for step in steps(document, "reading"):
        for text in texts(step, language):
            for paragraph in text.split("\n\n"):
                told = paragraph
                for number in FICTION[language]:
                    told = told.replace(number, "")
                codes = re.findall(r"\[\^(\w+)\]", paragraph)
                footnotes += len(codes)
                assert set(codes) <= set(document["sources"])
                if FACT[language].search(told) and not codes:
                    unsourced.append((step["key"], paragraph))

    assert unsourced == []
    assert footnotes >= 20


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_fact_without_its_footnote_is_seen(document: Document, language: str) -> None:
    """The rule above looks at what it should: without its notes, the text of L07 would be refused."""
    reading = next(step for step in steps(document, "reading") if step["key"] == "le-deux-millieme")

    assert FACT[language].search(reading["body"][language].replace(NO_BREAK_SPACE, " "))


def test_every_source_says_how_sure_it_is_and_when_to_look_again(document: Document) -> None:
    used = {code for step in steps(document, "reading") for code in step.get("sources", [])}

    assert used <= set(document["sources"])
    assert all(source["reliability"] and source["review_by"] for source in document["sources"].values())


def roads(scenario: Document, key: str | None) -> Iterator[tuple[str, ...]]:
    """The effect of each choice along every road from a scene to the end."""
    scene = next((scene for scene in scenario["scenes"] if scene["key"] == key), None)
    if scene is None:
        yield ()
    elif not scene.get("options"):
        yield from roads(scenario, scene["then"])
    else:
        for option in scene["options"]:
            for rest in roads(scenario, option["go_to"]):
                yield (option.get("effect", ""), *rest)


@pytest.mark.parametrize("sector", SECTORS)
def test_no_scenario_has_a_single_right_road(outline: ProgrammeOutline, sector: str) -> None:
    scenarios = [step for step in outline.steps if step.kind == "scenario"]
    assert len(scenarios) == 15

    for step in scenarios:
        content = step.content("fr", sector)
        open_roads = [road for road in roads(content, content["start"]) if "closes" not in road]

        assert len(open_roads) > 1, step.address


def test_every_lesson_and_values_module_is_recalled(document: Document) -> None:
    modules = [module for module in modules_of_weeks(document) if module["kind"] in ("lesson", "values")]

    assert len(modules) == 20
    assert [module["code"] for module in modules if not module.get("recall")] == []


def test_positioning_and_final_assessment_share_their_blueprint(document: Document) -> None:
    """domain.md 6.5: four scenarios, three choices of network, two rewritings, one look at oneself."""
    (positioning,) = [step for step in steps(document, "survey") if step["moment"] == "positioning"]
    (final,) = steps(document, "assessment")
    asked = Counter(item["type"] for item in positioning["items"])

    assert (positioning["minutes"], asked) == (8, {"choice": 8, "scale": 6, "text": 3})
    assert (final["minutes"], len(final["items"]), final["pass_percent"], final["attempts"]) == (
        15,
        10,
        70,
        2,
    )
    networks = [number for number, item in enumerate(final["items"]) if "T11" in item["themes"]]
    assert networks == [4, 5, 6]
    assert "rubric" in final


def test_week_four_rehearses_the_plan_and_takes_the_pulse(document: Document) -> None:
    week = [document["modules"][key] for key in document["weeks"][4]["modules"]]
    extra = [step for module in week for step in module["steps"] if step.get("optional")]

    assert [step["kind"] for step in extra] == ["if_then", "survey"]
    assert (extra[1]["moment"], len(extra[1]["items"])) == ("pulse", 1)


def test_surveys_are_asked_at_their_four_moments(document: Document) -> None:
    moments = [
        step["moment"]
        for module in document["modules"].values()
        for step in module["steps"]
        if step["kind"] == "survey"
    ]

    assert sorted(moments) == ["cold", "hot", "positioning", "pulse"]


def test_each_practice_is_worth_the_same_published_or_simulated(document: Document) -> None:
    """domain.md 6.5: validated from 5 of 8, and only where the frame is respected."""
    practices = steps(document, "practice")
    assert [practice["minutes"] for practice in practices] == [20, 30, 20, 25]

    for practice in practices:
        rubric = practice["rubric"]

        assert [route["key"] for route in practice["routes"]] == ["publier", "simuler"]
        assert (rubric["validated_from"], len(rubric["criteria"])) == (5, 4)
        assert [one["key"] for one in rubric["criteria"] if one.get("must_reach")] == ["cadre"]
        assert all(len(one["levels"]) == 3 for one in rubric["criteria"])


@pytest.mark.parametrize("sector", SECTORS)
def test_each_practice_has_a_checklist_for_the_sector(document: Document, sector: str) -> None:
    for practice in steps(document, "practice"):
        assert any(sector in point.get("only_for", []) for point in practice["checklist"]), practice["key"]


@pytest.mark.parametrize("code", ["L09", "L14"])
def test_two_lessons_speak_the_words_of_each_sector(document: Document, code: str) -> None:
    reading = by_code(document)[code]["steps"][0]

    assert set(reading["body_variants"]) == set(SECTORS)


def test_each_session_can_be_run_from_its_plan(outline: ProgrammeOutline) -> None:
    assert [session.key for session in outline.sessions] == ["s1", "s2", "entretien", "s3", "s4"]

    for session in outline.sessions:
        assert session.plan is not None
        assert sum(part.minutes for part in session.plan.agenda) == session.minutes
        assert len(session.plan.agenda) >= 5
        assert session.plan.materials


def test_a_plan_that_does_not_add_up_is_refused(
    problems_after: Callable[[str, str, str], list[Problem]],
) -> None:
    found = problems_after(
        "programme.yaml", "key: ouverture\n          minutes: 5", "key: ouverture\n          minutes: 6"
    )

    assert [problem.reason for problem in found] == [Reason.STAGE_MINUTES]
    assert found[0].path == "sessions > s1 > minutes"
