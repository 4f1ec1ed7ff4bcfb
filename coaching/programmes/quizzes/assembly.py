"""From the questions of one file, or of its two languages, to the items of a step. No Django.

Keys of questions and answers that the step already has are kept, so that answers given stay
readable; so is their English when no English file comes, for the editor to show what fell behind.
The English of what is new is left empty, for the editor to show as missing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coaching.programmes.problems import Problem, Reason
from coaching.programmes.quizzes.model import ReadAnswer, ReadPair, ReadQuestion, ReadQuiz, Spot
from coaching.programmes.schema.text import Language
from coaching.programmes.sentences import tidy_text

Item = dict[str, Any]

_SHORTEST = {"single": 3, "multiple": 3, "ordering": 3, "matching": 3}
_LONGEST = {"single": 5, "multiple": 6, "ordering": 6, "matching": 6}
_LONGEST_KEY = 40
_LONGEST_TEXT = 20_000
_THEME = re.compile(r"[A-Z][0-9]{1,3}[a-z]?")


def assemble(
    french: ReadQuiz, english: ReadQuiz | None = None, known: Sequence[Mapping[str, Any]] = ()
) -> tuple[list[Item], list[Problem]]:
    """The items, and every problem of both files; no items when one of them is an error."""
    _check(french)
    problems = french.problems
    if english is not None:
        _check(english)
        _check_twins(french, english)
        problems = [*french.problems, *english.problems]
    if any(problem.is_error for problem in problems):
        return [], problems
    others = english.questions if english is not None else [None] * len(french.questions)
    taken: set[str] = set()
    return [
        _item(question, other, known, taken) for question, other in zip(french.questions, others, strict=True)
    ], problems


def _check(quiz: ReadQuiz) -> None:
    """What the format asks of each question; what an author can still write in the editor is a note."""
    for question in quiz.questions:
        entries: Sequence[ReadAnswer | ReadPair] = question.answers or question.pairs
        path = question.name or question.text
        if len(entries) > _LONGEST[question.kind]:
            most = _LONGEST[question.kind]
            quiz.add(entries[most].spot, Reason.TOO_MANY_ENTRIES, path, limit=most, actual=len(entries))
        elif len(entries) < _SHORTEST[question.kind]:
            quiz.add(question.spot, Reason.FEW_ANSWERS, path, actual=len(entries))
        if question.kind == "multiple" and all(answer.is_right for answer in question.answers):
            quiz.add(question.spot, Reason.RIGHT_AND_WRONG_OPTIONS, path)
        for code in question.themes:
            if not _THEME.fullmatch(code):
                quiz.add(question.spot, Reason.BAD_FORM, path, example="T1")
        for entry in entries:
            if not entry.feedback:
                quiz.add(entry.spot, Reason.NO_FEEDBACK, path)
        for spot, text in _texts(question):
            if len(text) > _LONGEST_TEXT:
                quiz.add(spot, Reason.TEXT_TOO_LONG, path, limit=_LONGEST_TEXT)
    quiz.problems.sort(key=lambda problem: (problem.line, problem.column or 0))


def _texts(question: ReadQuestion) -> Iterable[tuple[Spot, str]]:
    yield question.spot, question.text
    for answer in question.answers:
        yield answer.spot, answer.text
        yield answer.spot, answer.feedback
    for pair in question.pairs:
        yield pair.spot, pair.left
        yield pair.spot, pair.right
        yield pair.spot, pair.feedback


def _check_twins(french: ReadQuiz, english: ReadQuiz) -> None:
    """Both files hold the same questions in the same order."""
    if len(french.questions) != len(english.questions):
        french_count, english_count = len(french.questions), len(english.questions)
        english.add(Spot(1, 1), Reason.TWIN_QUESTIONS, french=french_count, english=english_count)
        return
    for ours, theirs in zip(french.questions, english.questions, strict=True):
        same = ours.kind == theirs.kind and len(ours.pairs) == len(theirs.pairs)
        right = [answer.is_right for answer in ours.answers] == [answer.is_right for answer in theirs.answers]
        if not (same and right):
            english.add(theirs.spot, Reason.TWIN_ANSWERS, theirs.name or theirs.text, line=ours.spot.line)


def _item(
    question: ReadQuestion,
    other: ReadQuestion | None,
    known: Sequence[Mapping[str, Any]],
    taken: set[str],
) -> Item:
    old = _known_item(question, known)
    text = _both(question.text, other.text if other else None, old.get("question"))
    item: Item = {"key": _key(old.get("key"), question.name or question.text, taken), "type": question.kind}
    item |= {name: old[name] for name in ("only_for", "not_for", "note") if name in old}
    themes = list(question.themes) or old.get("themes", [])
    if themes:
        item["themes"] = themes
    item["question"] = text
    keys: set[str] = set()
    if question.kind == "matching":
        twins = other.pairs if other else [None] * len(question.pairs)
        item["pairs"] = [
            _pair(pair, twin, old.get("pairs", []), keys)
            for pair, twin in zip(question.pairs, twins, strict=True)
        ]
        return item
    pairs = zip(question.answers, other.answers if other else [None] * len(question.answers), strict=True)
    options = [_option(answer, twin, old.get("options", []), keys) for answer, twin in pairs]
    if question.kind == "ordering":
        options = [{name: value for name, value in each.items() if name != "correct"} for each in options]
    item["options"] = options
    return item


def _option(
    answer: ReadAnswer, twin: ReadAnswer | None, known: Sequence[Mapping[str, Any]], taken: set[str]
) -> Item:
    old = _known_entry(answer.key, "text", answer.text, known)
    return {
        "key": _key(old.get("key"), answer.key or answer.text, taken),
        "correct": answer.is_right,
        "text": _both(answer.text, twin.text if twin else None, old.get("text")),
        "feedback": _both(answer.feedback, twin.feedback if twin else None, old.get("feedback")),
    }


def _pair(pair: ReadPair, twin: ReadPair | None, known: Sequence[Mapping[str, Any]], taken: set[str]) -> Item:
    old = _known_entry(pair.key, "left", pair.left, known)
    return {
        "key": _key(old.get("key"), pair.key or pair.left, taken),
        "left": _both(pair.left, twin.left if twin else None, old.get("left")),
        "right": _both(pair.right, twin.right if twin else None, old.get("right")),
        "feedback": _both(pair.feedback, twin.feedback if twin else None, old.get("feedback")),
    }


def _known_item(question: ReadQuestion, known: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The item of the step that this question is, by its key or its French words."""
    return _known_entry(question.name, "question", question.text, known)


def _known_entry(key: str, name: str, french: str, known: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The entry under this key, else the one that says the same in French; {} for a new one."""
    said = _tidy("fr", french)
    by_key = (entry for entry in known if key and entry["key"] == key)
    by_words = (entry for entry in known if entry.get(name, {}).get("fr") == said)
    return next(by_key, None) or next(by_words, {})


def _both(french: str, english: str | None, known: Mapping[str, str] | None) -> dict[str, str]:
    """Both languages; without an English file (None) the English that is known stays, where French does."""
    if english is None:
        kept = (known or {}).get("en", "") if french else ""
        return {"fr": _tidy("fr", french), "en": kept}
    return {"fr": _tidy("fr", french), "en": _tidy("en", english)}


def _tidy(language: Language, text: str) -> str:
    return tidy_text(language, text) if text else ""


def _key(known: str | None, words: str, taken: set[str]) -> str:
    """The known key, else one of the format made of these words; not among those taken."""
    bare = unicodedata.normalize("NFKD", words.replace("œ", "oe").replace("æ", "ae").replace("’", "-"))
    letters = "".join(letter for letter in bare.lower() if not unicodedata.combining(letter))
    whole = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    short = whole if len(whole) <= _LONGEST_KEY else whole[:_LONGEST_KEY].rsplit("-", 1)[0].strip("-")
    stem = known or short or "question"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    taken.add(key)
    return key
