"""The lines of a presence charter, and what earlier answers put into them the first time (V4). Pure.

Steps are found by their kind and by the keys of their questions, answers are read without trust: a programme
that asks otherwise, or has not asked yet, leaves a line blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coaching.learning.steps.base import Content, mapping, typed_text
from coaching.learning.steps.written import text_of
from coaching.programmes.outline import ProgrammeOutline, StepOutline

# line -> characters at most: together they fit one printed page (tests/browser holds it).
LINES: Mapping[str, int] = {
    "lead": 160,
    "value_1": 40,
    "proof_1": 110,
    "value_2": 40,
    "proof_2": 110,
    "value_3": 40,
    "proof_3": 110,
    "stand": 180,
    "drive": 180,
    "show": 180,
    "topics": 180,
    "take": 180,
    "come": 180,
    "place": 160,
    "themes": 160,
    "tone": 110,
    "refusal_1": 120,
    "refusal_2": 120,
    "goals": 200,
    "acts": 420,
    "if": 160,
    "then": 200,
}
# The lines that hold several rows, and how many: three goals and one's own, an act per brand value.
ROWS: Mapping[str, int] = {"goals": 4, "acts": 7}
SIX = ("stand", "drive", "show", "topics", "take", "come")
# Keys of the questions of V4 and the line that each answer starts.
QUESTIONS: Mapping[str, str] = {
    "ce-que-je-defends": "stand",
    "ce-qui-m-anime": "drive",
    "ce-que-je-montre": "show",
    "de-quoi-et-comment": "topics",
    "ce-que-j-apporte": "take",
    "pourquoi-venir": "come",
    "lieu": "place",
    "themes": "themes",
    "ton": "tone",
}
THEMES_SHOWN = 3  # of the editorial table (domain.md 6, L12)
VALUES_QUESTION, REFUSALS_QUESTION = "trois-valeurs", "deux-refus"
LONG, VERY_LONG = 700, 1250  # characters of the whole page above which it is set smaller


@dataclass(frozen=True, slots=True)
class Known:
    """What is at hand of one person: answers by address, first values in words, acts by brand value."""

    outline: ProgrammeOutline
    answers: Mapping[str, Content]
    values: Sequence[str]
    acts: Sequence[tuple[str, str]]
    language: str


def prefill(known: Known) -> dict[str, str]:
    """Every line as earlier answers start it; "" where nothing was said."""
    lines = dict.fromkeys(LINES, "")
    step = charter_step(known.outline)
    if step is not None:
        _from_questions(lines, known, step.module_key)
        lines["goals"] = _goals(step, mapping(known.answers.get(step.address)), known)
    _from_target(lines, known)
    _from_table(lines, known)
    if not lines["value_1"]:
        for number, label in enumerate(known.values[:3], 1):
            lines[f"value_{number}"] = label
    colon = " :" if known.language == "fr" else ":"
    lines["acts"] = "\n".join(f"{label}{colon} {act}" for label, act in known.acts)
    _from_plan(lines, known)
    return {name: cut(tidy(name, text), LINES[name]) for name, text in lines.items()}


def charter_step(outline: ProgrammeOutline) -> StepOutline | None:
    """The step that opens the charter's module: the one that asks for goals."""
    return next((step for step in outline.steps if step.kind == "goals"), None)


def _from_questions(lines: dict[str, str], known: Known, module_key: str) -> None:
    for address, content in known.answers.items():
        if address.partition("/")[0] != module_key:
            continue
        for prompt, entry in mapping(content.get("texts")).items():
            text = str(mapping(entry).get("text") or "").strip()
            if line := QUESTIONS.get(prompt):
                lines[line] = text
            elif prompt == VALUES_QUESTION:
                _named(lines, _rows(text))
            elif prompt == REFUSALS_QUESTION:
                for number, row in enumerate(_rows(text)[:2], 1):
                    lines[f"refusal_{number}"] = row


def _rows(text: str) -> list[str]:
    """The lines a person wrote, without their bullets."""
    return [row for line in text.splitlines() if (row := line.strip().lstrip("-–•*").strip())]


def _named(lines: dict[str, str], rows: Iterable[str]) -> None:
    """« Discrétion : je ferme la porte. »: a value and its proof."""
    for number, row in enumerate(list(rows)[:3], 1):
        value, colon, proof = row.partition(":")
        if not colon or len(value.strip()) > LINES["value_1"]:
            value, proof = "", row
        lines[f"value_{number}"], lines[f"proof_{number}"] = value.strip(), proof.strip()


def _goals(step: StepOutline, content: Content, known: Known) -> str:
    """The chosen goals in words, then one's own, as `steps.goals` stores them."""
    themes = known.outline.themes
    chosen = [code for code in step.data.get("goals", ()) if content.get(f"goal-{code}") and code in themes]
    words = [themes[code].in_language(known.language) for code in chosen]
    if own := _said(content, "own"):
        words.append(" ".join(own.split()))
    return "\n".join(words)


def _from_target(lines: dict[str, str], known: Known) -> None:
    """Until V4 asks what one stands for: the sentence of the target that one already lives most closely."""
    for step, content in _answered(known, "bullseye"):
        keys = [domain["key"] for domain in step.data["domains"]]
        said = [(_said(content, f"distance-{key}"), _said(content, f"sentence-{key}")) for key in keys]
        placed = [(distance, sentence) for distance, sentence in said if distance and sentence]
        if placed and not lines["stand"]:
            lines["stand"] = min(placed, key=lambda pair: pair[0])[1]


def _from_table(lines: dict[str, str], known: Known) -> None:
    """Until V4 asks for themes and tone: those of the editorial table, the tone that comes most often."""
    for step, content in _answered(known, "editorial_table"):
        rows, labels = range(1, step.data["rows"] + 1), _labels(step, "ton", known.language)
        themes = [text for row in rows if (text := _said(content, f"row-{row}-theme"))]
        tones = [tone for row in rows if (tone := _said(content, f"row-{row}-ton")) in labels]
        if themes and not lines["themes"]:
            lines["themes"] = ", ".join(list(dict.fromkeys(themes))[:THEMES_SHOWN])
        if tones and not lines["tone"]:
            lines["tone"] = labels[max(tones, key=tones.count)]


def _said(content: Content, name: str) -> str:
    return text_of(content, name).strip()


def _answered(known: Known, kind: str) -> Iterator[tuple[StepOutline, Content]]:
    for step in known.outline.steps:
        if step.kind == kind and step.address in known.answers:
            yield step, mapping(known.answers[step.address])


def _labels(step: StepOutline, column: str, language: str) -> dict[str, str]:
    """The choices of a column, in words."""
    columns = step.content(language, "general")["columns"]
    choices = next((each.get("choices", ()) for each in columns if each["key"] == column), ())
    return {choice["key"]: choice["label"] for choice in choices}


def _from_plan(lines: dict[str, str], known: Known) -> None:
    """The latest « si… alors… » of the programme that has both halves."""
    for _step, content in _answered(known, "if_then"):
        cue, act = _said(content, "if"), _said(content, "then")
        if cue and act:
            lines["if"], lines["then"] = cue, act


def tidy(name: str, text: str) -> str:
    """A line as it is kept: on one row, or on its few rows without blank ones."""
    words = typed_text(text)
    if name not in ROWS:
        return " ".join(words.split())
    return "\n".join(row for line in words.splitlines() if (row := " ".join(line.split())))


def cut(text: Any, longest: int) -> str:
    """A text of at most that many characters, cut at a space and marked « … »."""
    words = typed_text(text).strip()
    if len(words) <= longest:
        return words
    kept = words[: longest - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:.") + "…"


def is_blank(lines: Mapping[str, str]) -> bool:
    return not any(text.strip() for text in lines.values())


def density(lines: Mapping[str, str]) -> str:
    """How small the page is set so that it stays one page: "", "dense" or "denser"."""
    # A line that the person broke counts as most of a printed line.
    size = sum(len(text) + 60 * text.count("\n") for text in lines.values())
    return "denser" if size > VERY_LONG else "dense" if size > LONG else ""
