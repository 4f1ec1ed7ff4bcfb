"""Quizzes as text: GIFT and Markdown, read with every problem at its line and column, and written back."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from coaching.programmes.problems import Reason
from coaching.programmes.quizzes import (
    ReadQuiz,
    assemble,
    gift_of,
    markdown_of,
    read_gift,
    read_markdown,
    read_quiz,
)
from coaching.programmes.schema import Item
from coaching.programmes.wording import problem_sentence
from tests.factories import starter_document

ITEMS: TypeAdapter[list[Item]] = TypeAdapter(list[Item])


def problems(quiz: ReadQuiz) -> list[tuple[int, int | None, Reason]]:
    return [(problem.line, problem.column, problem.reason) for problem in quiz.problems]


SINGLE = """\
// un commentaire
::silence:: Que dit un silence ? {
  ~Rien du tout # Un silence se lit aussi.
  =Il dit quelque chose # On ne peut pas ne pas communiquer.
  ~%0%Il dit « non » # Pas toujours.
}
"""


def test_gift_single_choice_is_read_with_title_feedback_and_comment() -> None:
    quiz = read_gift(SINGLE)

    [question] = quiz.questions
    assert not quiz.problems
    assert (question.kind, question.name, question.text) == ("single", "silence", "Que dit un silence ?")
    assert [answer.is_right for answer in question.answers] == [False, True, False]
    assert question.answers[2].feedback == "Pas toujours."
    assert (question.answers[1].spot.line, question.answers[1].spot.column) == (4, 3)


def test_gift_weights_make_a_multiple_choice() -> None:
    quiz = read_gift("Lesquels ? {~%50%un#a ~%50%deux#b ~%-100%trois#c}")

    [question] = quiz.questions
    assert question.kind == "multiple"
    assert [answer.is_right for answer in question.answers] == [True, True, False]


def test_gift_escapes_are_text() -> None:
    quiz = read_gift(r"Que vaut 2 \= 2 \{ou\} a\:b \~ \# ? {=oui\#non#a ~b#b\nc ~c\\d#c}")

    [question] = quiz.questions
    assert question.text == "Que vaut 2 = 2 {ou} a:b ~ # ?"
    assert question.answers[0].text == "oui#non"
    assert question.answers[1].feedback == "b\nc"
    assert question.answers[2].text == "c\\d"


@pytest.mark.parametrize(
    ("word", "right"), [("T", "Vrai"), ("TRUE", "Vrai"), ("F", "Faux"), ("false", "Faux")]
)
def test_gift_true_or_false_has_its_two_answers_and_a_note_that_one_is_missing(word: str, right: str) -> None:
    quiz = read_gift(f"Une chose.{{{word}#si faux#si juste}}")
    _items, found = assemble(quiz)

    [question] = quiz.questions
    assert [answer.text for answer in question.answers if answer.is_right] == [right]
    assert {answer.is_right: answer.feedback for answer in question.answers} == {
        True: "si juste",
        False: "si faux",
    }
    assert [problem.reason for problem in found] == [Reason.FEW_ANSWERS]


def test_gift_matching_and_missing_word_and_general_feedback() -> None:
    quiz = read_gift(
        "Reliez. {=a -> 1#x =b -> 2 =c -> 3 ####Pour tous}\n\n[plain]Le {=ciel ~sol ~mur ####Oui} est bleu."
    )

    matching, missing = quiz.questions
    assert [(pair.left, pair.right, pair.feedback) for pair in matching.pairs] == [
        ("a", "1", "x"),
        ("b", "2", "Pour tous"),
        ("c", "3", "Pour tous"),
    ]
    assert missing.text == "Le _____ est bleu."
    assert {answer.feedback for answer in missing.answers} == {"Oui"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonne question", (1, 1, Reason.NO_ANSWERS)),
        ("\n\n  Quoi ? {=a ~b", (3, 10, Reason.BRACE_NOT_CLOSED)),
        ("Quoi } {=a ~b}", (1, 6, Reason.BRACE_NOT_OPENED)),
        ("Quoi ? {=a ~b}\n}", (2, 1, Reason.BRACE_NOT_OPENED)),
        ("Quoi ? {=a ~b} et {=c}", (1, 19, Reason.SECOND_ANSWERS)),
        ("Un. {=a ~b}\n\n::titre Quoi ? {=a ~b}", (3, 1, Reason.TITLE_NOT_CLOSED)),
        ("Quoi ? {a =b}", (1, 9, Reason.NOT_AN_ANSWER)),
        ("Quoi ? {\n=a\n~%500%b}", (3, 2, Reason.BAD_WEIGHT)),
        ("Quoi ? {\n=a\n~%x%b}", (3, 2, Reason.BAD_WEIGHT)),
        ("Quoi ? {~a ~b}", (1, 9, Reason.NO_RIGHT_ANSWER)),
        ("Quoi ? {=a ~}", (1, 12, Reason.EMPTY_ANSWER)),
        ("Quoi ? {}", (1, 9, Reason.KIND_ESSAY)),
        ("Combien ? {#42:1}", (1, 12, Reason.KIND_NUMERICAL)),
        ("Qui ? {=Bruno =Claire}", (1, 8, Reason.KIND_SHORT_ANSWER)),
        ("Reliez {=a -> 1\n=b\n=c -> 3}", (2, 1, Reason.NO_ARROW)),
        ("{=a ~b ~c}", (1, 1, Reason.NO_QUESTION)),
        ("", (1, 1, Reason.EMPTY)),
        ("  $CATEGORY: a/b", (1, 3, Reason.CATEGORY_LEFT_OUT)),
        ("::t::[html]<b>Quoi</b> {=a ~b ~c}", (1, 12, Reason.TAGS_LEFT_OUT)),
    ],
)
def test_gift_problem_has_line_column_and_reason(text: str, expected: tuple[int, int, Reason]) -> None:
    found = read_gift(text)

    assert problems(found) == [expected]
    assert all(problem_sentence(problem) for problem in found.problems)


def test_one_bad_question_hides_nothing_of_the_others() -> None:
    quiz = read_gift("Un. {=a ~b ~c}\n\nDeux\n\nTrois. {=a ~b ~c}\n\nQuatre {")

    assert [question.text for question in quiz.questions] == ["Un.", "Trois."]
    assert problems(quiz) == [(3, 1, Reason.NO_ANSWERS), (7, 8, Reason.BRACE_NOT_CLOSED)]


MARKDOWN = """\
# Le quiz de la leçon

## Que dit un silence ? {#silence}
themes: T1, T8

- [ ] Rien du tout {#rien}
  > Un silence se lit aussi.
- [x] Il dit quelque chose
  > On ne peut pas
  > ne pas communiquer.
- [ ] Il dit « non »
  > Pas toujours.

## Dans quel ordre ?
1. Lire
   > D’abord.
2. Penser
   > Ensuite.
3. Répondre
   > Enfin.

## Reliez
- gauche -> droite
  > a
- haut → bas
  > b
- avant -> après
  > c

## Une seule juste parmi plusieurs
type: multiple
- [x] a
  > a
- [ ] b
  > b
- [ ] c
  > c
"""


def test_markdown_form_is_read_whole() -> None:
    quiz = read_markdown(MARKDOWN)
    items, found = assemble(quiz)

    assert not found
    assert [(item["key"], item["type"]) for item in items] == [
        ("silence", "single"),
        ("dans-quel-ordre", "ordering"),
        ("reliez", "matching"),
        ("une-seule-juste-parmi-plusieurs", "multiple"),
    ]
    assert items[0]["themes"] == ["T1", "T8"]
    assert [option["key"] for option in items[0]["options"]] == ["rien", "il-dit-quelque-chose", "il-dit-non"]
    assert items[0]["question"] == {"fr": "Que dit un silence\u00a0?", "en": ""}
    assert "correct" not in items[1]["options"][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("une ligne\n## Q\n- [x] a\n- [ ] b\n- [ ] c", (1, 1, Reason.OUTSIDE_QUESTION)),
        ("## Q", (1, 1, Reason.NO_ANSWERS)),
        ("## {#cle}\n- [x] a", (1, 1, Reason.NO_QUESTION)),
        ("## Q\n> retour\n- [x] a", (2, 1, Reason.FEEDBACK_OF_NOTHING)),
        ("## Q\n- [y] a\n- [x] b", (2, 4, Reason.BAD_BOX)),
        ("## Q\n  - a", (2, 3, Reason.NO_BOX)),
        ("## Q\n- [x] a\n1. b", (3, 1, Reason.MIXED_ANSWERS)),
        ("## Q\n- [ ] a\n- [ ] b", (1, 1, Reason.NO_RIGHT_ANSWER)),
        ("## Q\ntype: ordering\n- [x] a", (2, 1, Reason.OTHER_KIND)),
        ("## Q\ntype: essay\n- [x] a", (2, 1, Reason.UNKNOWN_VALUE)),
        ("## Q\n- [x] a\n- [ ]", (3, 1, Reason.EMPTY_ANSWER)),
        ("", (1, 1, Reason.EMPTY)),
    ],
)
def test_markdown_problem_has_line_column_and_reason(text: str, expected: tuple[int, int, Reason]) -> None:
    found = read_markdown(text)

    assert problems(found) == [expected]
    assert all(problem_sentence(problem) for problem in found.problems)


def test_two_languages_face_each_other_or_the_english_file_says_where_not() -> None:
    french = read_markdown("## Q\n- [x] a\n  > r\n- [ ] b\n  > r\n- [ ] c\n  > r")
    english = read_markdown(
        "## A question\n- [x] A\n  > R\n- [ ] B\n  > R\n- [ ] C\n  > R", language="en", file="quiz.en.md"
    )
    [item], none = assemble(french, english)
    wrong = read_markdown("\n## A question\n- [ ] A\n  > R\n- [x] B\n  > R\n- [ ] C\n  > R", file="en.md")

    nothing, found = assemble(french, wrong)

    assert not none
    assert item["options"][0]["text"] == {"fr": "a", "en": "A"}
    assert nothing == []
    assert [(each.file, each.line, each.column, each.reason) for each in found] == [
        ("en.md", 2, 1, Reason.TWIN_ANSWERS)
    ]


def starter_quizzes() -> list[list[dict[str, Any]]]:
    modules = starter_document()["modules"].values()
    return [step["items"] for module in modules for step in module["steps"] if step["kind"] == "quiz"]


def without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in names}


def test_every_quiz_of_the_starter_goes_to_markdown_and_back_unchanged() -> None:
    for items in starter_quizzes():
        french, english = (
            read_markdown(markdown_of(items, language), language=language) for language in ("fr", "en")
        )

        back, found = assemble(french, english, items)

        assert not found
        assert back == items
        ITEMS.validate_python(back)


def test_every_quiz_of_the_starter_goes_to_gift_and_back_without_loss_of_a_choice() -> None:
    for items in starter_quizzes():
        choices = [item for item in items if item["type"] in ("single", "multiple")]
        if not choices:
            continue
        french, english = (
            read_gift(gift_of(items, language), language=language) for language in ("fr", "en")
        )

        back, _found = assemble(french, english, items)

        assert [item for item in back if item["type"] != "matching"] == choices


def test_what_gift_cannot_say_stands_in_a_comment() -> None:
    items, _found = assemble(read_markdown(MARKDOWN))

    text = gift_of(items, "fr")

    assert "// dans-quel-ordre: ordering" in text
    assert "=gauche -> droite\n// gauche: a" in text


def test_file_that_is_no_text_is_refused_at_its_place() -> None:
    latin = read_quiz("## Été\n".encode("latin-1"), "markdown", language="fr", file="q.md")
    bell = read_quiz(b"## Q\n- [x] a\x07", "markdown", language="fr", file="q.md")
    heavy = read_quiz(b"x" * 300_000, "gift", language="fr", file="q.gift")

    assert problems(latin) == [(1, 4, Reason.NOT_UTF8)]
    assert problems(bell) == [(2, 8, Reason.CONTROL_CHARACTER)]
    assert problems(heavy) == [(1, 1, Reason.FILE_TOO_LARGE)]


def test_more_questions_than_a_step_holds_are_refused_at_the_first_too_many() -> None:
    text = "Q {=a#r ~b#r ~c#r}\n\n" * 11

    quiz = read_quiz(text.encode(), "gift", language="fr", file="q.gift")

    assert problems(quiz) == [(21, 1, Reason.TOO_MANY_ENTRIES)]
