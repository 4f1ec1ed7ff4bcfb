"""Reads Moodle's GIFT: single and multiple choice, true or false, matching, missing word. No Django.

What the programme format has no question for (short answer, number, essay) is a problem that names
its line and its column; a category is left out with a note. docs/quizzes.md shows what is read.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from coaching.programmes.problems import Reason
from coaching.programmes.quizzes.model import Kind, ReadAnswer, ReadPair, ReadQuestion, ReadQuiz, Spot, plain

_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_WEIGHT = re.compile(r"\s*%\s*(-?\d+(?:[.,]\d+)?)\s*%")
_WEIGHT_START = re.compile(r"\s*%")
_TRUE_FALSE = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(?:#|\Z)", re.IGNORECASE)
_WORDS = {  # the two answers of a true or false question, by the language of the file
    "fr": ("Vrai", "Faux"),
    "en": ("True", "False"),
}
_GAP = "_____"


@dataclass(frozen=True)
class _Cut:
    """A piece of a question's text and where it starts in the file."""

    text: str
    spot: Spot

    def part(self, start: int, end: int | None = None) -> "_Cut":
        ahead = self.text[:start]
        line = self.spot.line + ahead.count("\n")
        column = start - ahead.rfind("\n") if "\n" in ahead else self.spot.column + start
        return _Cut(self.text[start:end], Spot(line, column))

    @property
    def at_words(self) -> "_Cut":
        """The same without the space ahead, so that a problem points at the first character."""
        return self.part(len(self.text) - len(self.text.lstrip()))


def read_gift(text: str, *, language: str = "fr", file: str = "quiz.gift") -> ReadQuiz:
    """The questions of a GIFT text, and every problem in it."""
    quiz = ReadQuiz(file)
    for block in _blocks(text, quiz):
        question = _Question(block, quiz, language).read()
        if question is not None:
            quiz.questions.append(question)
    if not quiz.questions and not quiz.problems:
        quiz.add(Spot(1, 1), Reason.EMPTY)
    return quiz


def _blocks(text: str, quiz: ReadQuiz) -> Iterator[_Cut]:
    """The questions, set apart by empty lines; comments and categories stand empty-handed."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            if lines:
                lines.append("")  # keeps the count of lines
            continue
        if bare.startswith("$CATEGORY"):
            quiz.add(Spot(number, line.index("$") + 1), Reason.CATEGORY_LEFT_OUT)
            bare = ""
        if bare:
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield _Cut("\n".join(lines), Spot(start, 1)).at_words
            lines = []


def _find(text: str, wanted: str, start: int = 0) -> int:
    """The place of the first of these characters that no backslash escapes, -1 when there is none."""
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] in wanted:
            return at
        at += 1
    return -1


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text, flags=re.DOTALL)


class _Refused(Exception):
    def __init__(self, spot: Spot, reason: Reason, **params: object) -> None:
        super().__init__(reason)
        self.spot, self.reason, self.params = spot, reason, params


class _Question:
    """Reads one question."""

    def __init__(self, block: _Cut, quiz: ReadQuiz, language: str) -> None:
        self._block, self._quiz, self._language = block, quiz, language
        self._is_html = False
        self._name = ""

    def read(self) -> ReadQuestion | None:
        """The question, or None after its problem was added."""
        try:
            stem, answers, after = self._cut()
            text = self._words(stem)
            if after.text.strip():
                text = f"{text} {_GAP} {self._words(after)}".strip()
            if not text:
                raise _Refused(self._block.spot, Reason.NO_QUESTION)
            return self._question(text, answers)
        except _Refused as refused:
            self._quiz.add(refused.spot, refused.reason, self._name, **refused.params)
            return None

    def _cut(self) -> tuple[_Cut, _Cut, _Cut]:
        """The question, what stands between its braces, and what follows them."""
        rest = self._without_title()
        opens, closes = _find(rest.text, "{"), _find(rest.text, "}")
        if closes >= 0 and (opens < 0 or closes < opens):
            raise _Refused(rest.part(closes).spot, Reason.BRACE_NOT_OPENED)
        if opens < 0:
            raise _Refused(self._block.spot, Reason.NO_ANSWERS)
        if closes < 0:
            raise _Refused(rest.part(opens).spot, Reason.BRACE_NOT_CLOSED)
        inner = _find(rest.text, "{", opens + 1)
        if inner >= 0:
            reason = Reason.BRACE_NOT_CLOSED if inner < closes else Reason.SECOND_ANSWERS
            raise _Refused(rest.part(opens if inner < closes else inner).spot, reason)
        stray = _find(rest.text, "}", closes + 1)
        if stray >= 0:
            raise _Refused(rest.part(stray).spot, Reason.BRACE_NOT_OPENED)
        return rest.part(0, opens), rest.part(opens + 1, closes), rest.part(closes + 1)

    def _without_title(self) -> _Cut:
        rest = self._block
        if rest.text.startswith("::"):
            end = rest.text.find("::", 2)
            while end > 0 and rest.text[end - 1] == "\\":
                end = rest.text.find("::", end + 1)
            if end < 0:
                raise _Refused(rest.spot, Reason.TITLE_NOT_CLOSED)
            self._name = plain(_unescaped(rest.text[2:end]))
            rest = rest.part(end + 2)
        if match := _FORMAT.match(rest.text):
            self._is_html = match[1] == "html"
            rest = rest.part(match.end())
        return rest

    def _words(self, cut: _Cut) -> str:
        text = _unescaped(cut.text)
        marked = _FORMAT.match(text)
        if marked:
            text = text[marked.end() :]
        if self._is_html or (marked and marked[1] == "html"):
            if _TAG.search(text):
                self._quiz.add(cut.at_words.spot, Reason.TAGS_LEFT_OUT, self._name)
            text = html.unescape(_TAG.sub(" ", text))
        return plain(text)

    def _question(self, text: str, inside: _Cut) -> ReadQuestion:
        inside, general = self._without_general(inside)
        if not inside.text.strip():
            raise _Refused(inside.spot, Reason.KIND_ESSAY)
        if inside.text.lstrip().startswith("#"):
            raise _Refused(inside.at_words.spot, Reason.KIND_NUMERICAL)
        if _TRUE_FALSE.match(inside.text) and _find(inside.text, "=~") < 0:
            return self._made("single", text, self._true_false(inside, general))
        read = [self._answer(cut, general) for cut in self._answers(inside)]
        answers = [answer for answer, _sign, _arrow in read]
        if not any(sign == "~" for _answer, sign, _arrow in read):
            if all(arrow >= 0 for _answer, _sign, arrow in read) and len(read) > 1:
                pairs = tuple(self._pair(cut, general) for cut in self._answers(inside))
                return self._made("matching", text, (), pairs)
            if any(arrow >= 0 for _answer, _sign, arrow in read):
                missing = next(answer for answer, _sign, arrow in read if arrow < 0)
                raise _Refused(missing.spot, Reason.NO_ARROW)
            raise _Refused(inside.at_words.spot, Reason.KIND_SHORT_ANSWER)
        right = [answer for answer in answers if answer.is_right]
        if not right:
            raise _Refused(inside.at_words.spot, Reason.NO_RIGHT_ANSWER)
        is_one = len(right) == 1 and any(sign == "=" for _answer, sign, _arrow in read)
        return self._made("single" if is_one else "multiple", text, tuple(answers))

    def _made(
        self, kind: Kind, text: str, answers: tuple[ReadAnswer, ...], pairs: tuple[ReadPair, ...] = ()
    ) -> ReadQuestion:
        return ReadQuestion(self._block.spot, kind, text, answers, pairs, self._name)

    def _without_general(self, inside: _Cut) -> tuple[_Cut, str]:
        """The answers, and the feedback for everybody (####)."""
        at = inside.text.find("####")
        while at > 0 and inside.text[at - 1] == "\\":
            at = inside.text.find("####", at + 1)
        if at < 0:
            return inside, ""
        return inside.part(0, at), self._words(inside.part(at + 4))

    def _true_false(self, inside: _Cut, general: str) -> tuple[ReadAnswer, ...]:
        parts = []
        at = _find(inside.text, "#")
        while at >= 0:
            end = _find(inside.text, "#", at + 1)
            parts.append(self._words(inside.part(at + 1, end if end >= 0 else None)))
            at = end
        if_wrong, if_right = [*parts, "", ""][:2]
        is_true = inside.text.strip()[0].upper() == "T"
        spot = inside.at_words.spot
        yes, no = _WORDS["en" if self._language == "en" else "fr"]
        return tuple(
            ReadAnswer(spot, word, right, (if_right if right else if_wrong) or general)
            for word, right in ((yes, is_true), (no, not is_true))
        )

    def _answers(self, inside: _Cut) -> Iterator[_Cut]:
        """Each answer with its sign, `=` or `~`."""
        at = _find(inside.text, "=~")
        if at < 0 or inside.text[:at].strip():
            raise _Refused(inside.at_words.spot, Reason.NOT_AN_ANSWER)
        while at >= 0:
            end = _find(inside.text, "=~", at + 1)
            yield inside.part(at, end if end >= 0 else None)
            at = end

    def _answer(self, cut: _Cut, general: str) -> tuple[ReadAnswer, str, int]:
        sign, body = cut.text[0], cut.part(1)
        weight = None
        if match := _WEIGHT.match(body.text):
            weight = float(match[1].replace(",", "."))
            if not -100 <= weight <= 100:
                raise _Refused(body.at_words.spot, Reason.BAD_WEIGHT)
            body = body.part(match.end())
        elif _WEIGHT_START.match(body.text):
            raise _Refused(body.at_words.spot, Reason.BAD_WEIGHT)
        text, feedback = self._text_and_feedback(body, general)
        if not text:
            raise _Refused(cut.spot, Reason.EMPTY_ANSWER)
        is_right = weight > 0 if weight is not None else sign == "="
        return ReadAnswer(cut.spot, text, is_right, feedback), sign, body.text.find("->")

    def _text_and_feedback(self, body: _Cut, general: str) -> tuple[str, str]:
        mark = _find(body.text, "#")
        if mark < 0:
            return self._words(body), general
        return self._words(body.part(0, mark)), self._words(body.part(mark + 1)) or general

    def _pair(self, cut: _Cut, general: str) -> ReadPair:
        answer, _sign, _arrow = self._answer(cut, general)
        left, _, right = answer.text.partition("->")
        if not left.strip() or not right.strip():
            raise _Refused(cut.spot, Reason.EMPTY_ANSWER)
        return ReadPair(cut.spot, left.strip(), right.strip(), answer.feedback)
