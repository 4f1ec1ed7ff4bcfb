"""A package of one lesson that holds something of everything, to break in every way."""

from __future__ import annotations

from typing import Any

from coaching.programmes.package import PackageFiles, files_of_document

LESSON = "modules/la-lecon/module.yaml"
FRENCH = "modules/la-lecon/lire.fr.md"
ENGLISH = "modules/la-lecon/lire.en.md"
FIGURE = "modules/la-lecon/lire.svg"
DECK = "decks/le-jeu.yaml"

Document = dict[str, Any]


def both(french: str, english: str) -> Document:
    return {"fr": french, "en": english}


FEEDBACK = both(
    "Une phrase assez longue pour apprendre vraiment une chose utile à quelqu’un.",
    "A sentence that is long enough to really teach one useful thing to someone.",
)
DRAWING = """\
<svg viewBox="0 0 40 40" xmlns="http://www.w3.org/2000/svg">
  <title lang="fr">Un rond</title>
  <title lang="en">A ring</title>
  <desc lang="fr">Un rond, et un nom dedans</desc>
  <desc lang="en">A ring, and a name in it</desc>
  <g transform="rotate(2 20 20)">
    <circle class="line" cx="20" cy="20" r="9.5"/>
  </g>
  <text lang="fr" x="20" y="24" text-anchor="middle" class="t-d">Nom</text>
  <text lang="en" x="20" y="24" text-anchor="middle" class="t-d">Name</text>
</svg>"""
BODY = both("Mot " * 159 + "fin.[^S1]", "Word " * 159 + "end.[^S1]")
WITH_FIGURE = {language: f"{text}\n\n[[figure]]" for language, text in BODY.items()}
LABEL = both("Nom", "Name")


def option(key: str, **more: object) -> Document:
    return {"key": key, "text": both(f"Choix {key}", f"Choice {key}"), "feedback": FEEDBACK, **more}


def question(key: str, kind: str, *right: str) -> Document:
    options = [option(letter, correct=letter in right) for letter in ("un", "deux", "trois")]
    return {"key": key, "type": kind, "question": both("Quoi donc", "What then"), "options": options}


def step(key: str, kind: str, minutes: int, **more: object) -> Document:
    return {
        "key": key,
        "kind": kind,
        "minutes": minutes,
        "title": both(f"Titre {key}", f"Title {key}"),
    } | more


def scene(key: str, **more: object) -> Document:
    return {"key": key, "text": both(f"Scène {key}", f"Scene {key}"), **more}


def labelled(*keys: str) -> list[Document]:
    return [{"key": key, "label": LABEL} for key in keys]


STEPS = [
    step("lire", "reading", 2, sources=["S1"], themes=["T1"], body=WITH_FIGURE, figure=DRAWING),
    step("quiz", "quiz", 1, items=[question("seule", "single", "un")]),
    step("choix", "quiz", 1, items=[question("plusieurs", "multiple", "trois")]),
    step(
        "scenario",
        "scenario",
        3,
        scenes=[scene("debut", options=[option("aller", card="carte-a", go_to="suite")]), scene("suite")],
    ),
    step(
        "tri",
        "card_sort",
        4,
        deck="le-jeu",
        keep_min=1,
        keep_max=2,
        rank=1,
        own_cards=1,
        own_cards_warning=both("Attention", "Careful"),
        piles=labelled("a", "b", "c"),
        rounds=labelled("d", "e", "f"),
    ),
    step("noter", "reflection", 5, for_each="tri/top-3", prompts=[{"key": "p", "question": LABEL}]),
    step(
        "agir",
        "practice",
        6,
        body=both(BODY["fr"].replace("[^S1]", ""), BODY["en"].replace("[^S1]", "")),
        routes=labelled("publier", "simuler"),
        evidence=["text"],
        stages=[{"key": "s", "minutes": 6, "label": LABEL, "help": LABEL}],
        checklist=[],
        peer_question=LABEL,
        rubric={"validated_from": 1, "criteria": []},
    ),
]
DOCUMENT: Document = {
    "format": "cairn-programme/1",
    "key": "parcours",
    "version": "1.0",
    "languages": ["fr", "en"],
    "title": both("Le parcours", "The programme"),
    "audience": LABEL,
    "objective": LABEL,
    "licence": "CC-BY",
    "pass_percent": 70,
    "recall_days": [2],
    "sectors": labelled("bank"),
    "weeks": [
        {"key": "w1", "title": both("Semaine", "Week"), "modules": ["la-lecon"]},
        {"key": "w2", "title": both("Suite", "Next"), "modules": ["a-ecrire"]},
    ],
    "sessions": [{"key": "seance", "week": "w1", "minutes": 60, "title": LABEL}],
    "to_write": {"a-ecrire": 5},
    "themes": {"T1": both("Thème", "Theme")},
    "sources": {
        "S1": {
            "reliability": "A",
            "citation": "Livre",
            "address": "isbn",
            "supports": LABEL,
            "review_by": "2027-03",
        }
    },
    "decks": {
        "le-jeu": {
            "key": "le-jeu",
            "title": LABEL,
            "caution": LABEL,
            "families": [{"key": "famille", "angle": 0, "label": LABEL}],
            "cards": [
                {"key": key, "family": "famille", "label": LABEL, "definition": LABEL}
                for key in ("carte-a", "carte-b")
            ],
        }
    },
    "modules": {
        "la-lecon": {
            "key": "la-lecon",
            "code": "L01",
            "kind": "lesson",
            "minutes": 22,
            "title": both("La leçon", "The lesson"),
            "teaser": LABEL,
            "objective": {"level": "apply", **LABEL},
            "themes": ["T1"],
            "steps": STEPS,
            "recall": [question("rappel", "single", "deux")],
        }
    },
}


def tiny_files() -> PackageFiles:
    """Its files, without any problem."""
    return files_of_document(DOCUMENT)
