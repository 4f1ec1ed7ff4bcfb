"""What is wrong with a package, and where, as plain data; wording.py holds the sentences. No Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pydantic_core import PydanticCustomError

KeyPath = tuple[str | int, ...]
Params = Mapping[str, object]

_MAX_WORD = 60  # a key of a broken file can be a whole page


class Reason(StrEnum):
    """Why a package, a file, a key or a text is refused, or deserves a second look (WARNINGS)."""

    # the files
    NO_FOLDER = "no_folder"
    NO_FILE = "no_file"
    NOT_ALLOWED = "not_allowed"
    UNREADABLE = "unreadable"
    BAD_NAME = "bad_name"
    NOT_A_PLAIN_FILE = "not_a_plain_file"
    FILE_TWICE = "file_twice"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_FILES = "too_many_files"
    PACKAGE_TOO_LARGE = "package_too_large"
    NOT_ZIP = "not_zip"
    ZIP_UNSUPPORTED = "zip_unsupported"
    LEADS_OUT = "leads_out"
    PASSWORD = "password"  # noqa: S105 # a reason, not a secret
    MISSING_FILE = "missing_file"
    STRAY_TEXT = "stray_text"
    HAS_OWN_FILES = "has_own_files"
    NOT_UTF8 = "not_utf8"
    CONTROL_CHARACTER = "control_character"
    # YAML and JSON
    EMPTY = "empty"
    SEVERAL_DOCUMENTS = "several_documents"
    DIRECTIVES = "directives"
    ANCHORS = "anchors"
    TOO_DEEP = "too_deep"
    KEY_IS_ONE_WORD = "key_is_one_word"
    KEY_TWICE = "key_twice"
    COLON_IN_TEXT = "colon_in_text"
    BAD_START = "bad_start"
    BAD_INDENT = "bad_indent"
    UNCLOSED_BRACKET = "unclosed_bracket"
    UNCLOSED_QUOTE = "unclosed_quote"
    BAD_ESCAPE = "bad_escape"
    NOT_YAML = "not_yaml"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    NOT_A_NUMBER = "not_a_number"
    NUMBER_TOO_LONG = "number_too_long"
    # the shape
    MISSING = "missing"
    MISSING_TEXT = "missing_text"
    UNKNOWN_KEY = "unknown_key"
    KEYS_EXPECTED = "keys_expected"
    LIST_EXPECTED = "list_expected"
    TEXT_EXPECTED = "text_expected"
    NUMBER_EXPECTED = "number_expected"
    WHOLE_NUMBER = "whole_number"
    BOOLEAN_EXPECTED = "boolean_expected"
    ONE_OF = "one_of"
    UNKNOWN_VALUE = "unknown_value"
    BAD_FORM = "bad_form"
    BAD_CHARACTERS = "bad_characters"
    INVISIBLE_CHARACTER = "invisible_character"
    EDGE_SPACES = "edge_spaces"
    ONE_LINE = "one_line"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    NUMBER_TOO_SMALL = "number_too_small"
    NUMBER_TOO_LARGE = "number_too_large"
    TOO_FEW_ENTRIES = "too_few_entries"
    TOO_MANY_ENTRIES = "too_many_entries"
    ONE_RIGHT_OPTION = "one_right_option"
    RIGHT_AND_WRONG_OPTIONS = "right_and_wrong_options"
    INVALID = "invalid"
    # the programme: references, order, sums
    KEY_OF_FOLDER = "key_of_folder"
    KEY_OF_FILE = "key_of_file"
    KEY_OF_NEIGHBOUR = "key_of_neighbour"
    UNKNOWN_THEME = "unknown_theme"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_MODULE = "unknown_module"
    UNKNOWN_WEEK = "unknown_week"
    UNKNOWN_DECK = "unknown_deck"
    UNKNOWN_CARD = "unknown_card"
    UNKNOWN_FAMILY = "unknown_family"
    MODULE_NOT_WRITTEN = "module_not_written"
    MODULE_WRITTEN = "module_written"
    MODULE_TWICE = "module_twice"
    MODULE_IN_NO_WEEK = "module_in_no_week"
    MODULE_COMES_LATER = "module_comes_later"
    NOT_A_BOOSTER = "not_a_booster"
    NO_RECALL = "no_recall"
    MODULE_MINUTES = "module_minutes"
    ONE_TO_ONE_TWICE = "one_to_one_twice"
    STAGE_MINUTES = "stage_minutes"
    STEP_TOO_LONG = "step_too_long"
    THEME_NOT_ANNOUNCED = "theme_not_announced"
    THEME_NOT_CARRIED = "theme_not_carried"
    NOTHING_FOR_SECTOR = "nothing_for_sector"
    CARD_COUNTS = "card_counts"
    NOT_AN_EARLIER_STEP = "not_an_earlier_step"
    NO_SUCH_SCENE = "no_such_scene"
    SCENE_LEADS_BACK = "scene_leads_back"
    SCENE_NEEDS_THEN = "scene_needs_then"
    SCENE_OUT_OF_REACH = "scene_out_of_reach"
    # the texts
    NO_BODY = "no_body"
    NO_VARIANT_LINE = "no_variant_line"
    NO_GENERAL_TEXT = "no_general_text"
    FOOTNOTE_WITHOUT_SOURCE = "footnote_without_source"
    SOURCE_NOT_CITED = "source_not_cited"
    TYPOGRAPHY = "typography"
    FRENCH_IN_ENGLISH = "french_in_english"
    STRAIGHT_QUOTE = "straight_quote"
    DOUBLE_SPACE = "double_space"
    NO_FIGURE = "no_figure"
    NO_FIGURE_LINE = "no_figure_line"
    FIGURE_NOT_XML = "figure_not_xml"
    FIGURE_NO_VIEW_BOX = "figure_no_view_box"
    FIGURE_NOT_ALLOWED = "figure_not_allowed"
    FIGURE_NO_LANGUAGE = "figure_no_language"
    FIGURE_TWINS = "figure_twins"
    BODY_LENGTH = "body_length"
    PARAGRAPHS = "paragraphs"
    RIGHT_IS_LONGEST = "right_is_longest"
    WORD_TO_AVOID = "word_to_avoid"
    TOO_MANY_CHARACTERS = "too_many_characters"
    SHORT_FEEDBACK = "short_feedback"
    LONG_SCENE = "long_scene"
    # the files of a quiz
    NO_QUESTION = "no_question"
    NO_ANSWERS = "no_answers"
    EMPTY_ANSWER = "empty_answer"
    NO_RIGHT_ANSWER = "no_right_answer"
    FEW_ANSWERS = "few_answers"
    NO_FEEDBACK = "no_feedback"
    BRACE_NOT_CLOSED = "brace_not_closed"
    BRACE_NOT_OPENED = "brace_not_opened"
    SECOND_ANSWERS = "second_answers"
    TITLE_NOT_CLOSED = "title_not_closed"
    NOT_AN_ANSWER = "not_an_answer"
    BAD_WEIGHT = "bad_weight"
    NO_ARROW = "no_arrow"
    KIND_ESSAY = "kind_essay"
    KIND_NUMERICAL = "kind_numerical"
    KIND_SHORT_ANSWER = "kind_short_answer"
    CATEGORY_LEFT_OUT = "category_left_out"
    TAGS_LEFT_OUT = "tags_left_out"
    OUTSIDE_QUESTION = "outside_question"
    FEEDBACK_OF_NOTHING = "feedback_of_nothing"
    BAD_BOX = "bad_box"
    NO_BOX = "no_box"
    MIXED_ANSWERS = "mixed_answers"
    OTHER_KIND = "other_kind"
    TWIN_QUESTIONS = "twin_questions"
    TWIN_ANSWERS = "twin_answers"
    # publication
    STILL_TO_WRITE = "still_to_write"
    VERSION_TAKEN = "version_taken"
    PROGRAMME_KEY_TAKEN = "programme_key_taken"


WARNINGS = frozenset(
    {
        Reason.BODY_LENGTH,
        Reason.PARAGRAPHS,
        Reason.RIGHT_IS_LONGEST,
        Reason.WORD_TO_AVOID,
        Reason.TOO_MANY_CHARACTERS,
        Reason.SHORT_FEEDBACK,
        Reason.LONG_SCENE,
        Reason.FEW_ANSWERS,
        Reason.NO_FEEDBACK,
        Reason.CATEGORY_LEFT_OUT,
        Reason.TAGS_LEFT_OUT,
    }
)


@dataclass(frozen=True)
class Problem:
    """One fault an author can go and mend. `path` is for people: `steps > the-step > title > fr`.

    `params` is what the sentence needs; `column`, from 1, is unknown inside a long text and where only the
    file as a whole can be named.
    """

    file: str
    line: int
    path: str
    reason: Reason
    params: Params = field(default_factory=dict)
    column: int | None = None

    @property
    def is_error(self) -> bool:
        return self.reason not in WARNINGS


@dataclass(frozen=True)
class Finding:
    """A fault at a place of the document, before anyone knows in which file that place stands.

    `lines_below` counts the lines of a long text above the fault.
    """

    path: KeyPath
    reason: Reason
    params: Params = field(default_factory=dict)
    lines_below: int = 0


def refusal(reason: Reason, **params: object) -> PydanticCustomError:
    """What a validator of the schema raises: the reason travels through pydantic as the error's type."""
    return PydanticCustomError(reason.value, reason.value, params)


@dataclass(frozen=True)
class Place:
    """Where a key of the document was read. A block text (|-) starts on the line after its key."""

    file: str
    line: int
    is_block: bool = False
    column: int | None = None


@dataclass
class Places:
    """Remembers where every part of a document was read."""

    default_file: str
    _by_path: dict[KeyPath, Place] = field(default_factory=dict)

    def remember(self, path: KeyPath, place: Place) -> None:
        self._by_path[path] = place

    def exact(self, path: KeyPath) -> Place | None:
        return self._by_path.get(path)

    def nearest(self, path: KeyPath) -> Place:
        """The place of this path, or of the closest part that holds it."""
        for length in range(len(path), -1, -1):
            if place := self._by_path.get(path[:length]):
                return place if length == len(path) else replace(place, is_block=False)
        return Place(self.default_file, 1)

    def problem(self, document: Any, finding: Finding) -> Problem:
        """The finding, with its file, its line and its keys in words."""
        place = self.nearest(finding.path)
        return Problem(
            file=place.file,
            line=place.line + finding.lines_below + place.is_block,
            path=path_in_words(document, finding.path),
            reason=finding.reason,
            params=finding.params,
            column=None if finding.lines_below or place.is_block else place.column,
        )


def path_in_words(document: Any, path: KeyPath) -> str:
    """`steps > quelle-valeur > title`: list entries by their key, modules by their file alone."""
    words = []
    node = document
    for part in path:
        node = _child(node, part)
        is_entry = isinstance(part, int) and isinstance(node, Mapping)
        words.append(str(node.get("key", part) if is_entry else part)[:_MAX_WORD])
    if words[:1] == ["modules"] and len(words) > 2:
        words = words[2:]
    return " > ".join(words)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.is_error for problem in problems)


def _child(node: Any, part: str | int) -> Any:
    if isinstance(part, int):
        is_list = isinstance(node, Sequence) and not isinstance(node, str)
        return node[part] if is_list and -len(node) <= part < len(node) else None
    return node.get(part) if isinstance(node, Mapping) else None
