"""What can be wrong inside the files of a package: one break of the tiny one for each reason."""

from __future__ import annotations

from typing import NamedTuple

from coaching.programmes.package import PackageFiles
from coaching.programmes.problems import Reason
from tests.programmes.tiny import DECK, ENGLISH, FIGURE, FRENCH, LESSON

MAIN = "programme.yaml"


class Fault(NamedTuple):
    """`old` becomes `new` in `file`; `reason` then stands at `path`, on the first line that holds `line`."""

    reason: Reason
    file: str
    old: str
    new: str
    line: str
    path: str
    elsewhere: str = ""  # the file where it is said, when that is another one


LONG = "mot " * 40
SHORT = """\
  - key: {key}
    week: w1
    minutes: {minutes}
    title:
      fr: Un entretien
      en: A talk
"""
FAULTS = [
    # YAML
    Fault(Reason.CONTROL_CHARACTER, MAIN, "CC-BY", "CC\x01BY", "CC\x01BY", ""),
    Fault(Reason.SEVERAL_DOCUMENTS, MAIN, "licence:", "---\nlicence:", "---", ""),
    Fault(Reason.DIRECTIVES, MAIN, "format:", "%YAML 1.1\n---\nformat:", "%YAML", ""),
    Fault(Reason.ANCHORS, LESSON, "deck: le-jeu", "deck: &a le-jeu", "&a", "steps > 4 > deck"),
    Fault(
        Reason.TOO_DEEP, MAIN, "licence: CC-BY", "licence: " + "[" * 40, "licence: [", "licence > 0 > 0 > 0"
    ),
    Fault(Reason.KEY_IS_ONE_WORD, MAIN, "licence: CC-BY", "? [a]\n: b", "? [a]", ""),
    Fault(Reason.KEY_TWICE, LESSON, "kind: lesson", "kind: lesson\nkind: lesson  # again", "# again", "kind"),
    Fault(Reason.COLON_IN_TEXT, LESSON, "fr: La leçon", "fr: La leçon : fin", "La leçon : fin", ""),
    Fault(Reason.BAD_START, LESSON, "fr: La leçon", "fr: @leçon", "@leçon", ""),
    Fault(Reason.BAD_INDENT, LESSON, "  fr: La leçon", "    fr: La leçon", "en: The lesson", ""),
    Fault(Reason.UNCLOSED_BRACKET, LESSON, "themes: [T1]", "themes: [T1", "steps:", ""),
    Fault(Reason.UNCLOSED_QUOTE, MAIN, "a-ecrire: 5", "a-ecrire: '5", "a-ecrire: '5", ""),
    Fault(Reason.BAD_ESCAPE, MAIN, "CC-BY", '"\\q"', '"\\q"', ""),
    Fault(Reason.NOT_YAML, MAIN, "CC-BY", "!<%zz> CC", "!<%zz>", ""),
    Fault(Reason.HAS_OWN_FILES, MAIN, "licence:", "themes: {}\nlicence:", "themes: {}", "themes"),
    # the shape
    Fault(Reason.MISSING, LESSON, "kind: lesson\n", "", "key: la-lecon", "kind"),
    Fault(Reason.MISSING_TEXT, LESSON, "  en: The lesson\n", "", "title:", "title > en"),
    Fault(Reason.UNKNOWN_KEY, LESSON, "teaser:", "teazer:", "teazer:", "teazer"),
    Fault(
        Reason.KEYS_EXPECTED,
        LESSON,
        "title:\n  fr: La leçon\n  en: The lesson",
        "title: La leçon",
        "La leçon",
        "title",
    ),
    Fault(Reason.LIST_EXPECTED, LESSON, "themes: [T1]", "themes: T1", "themes: T1", "themes"),
    Fault(Reason.TEXT_EXPECTED, MAIN, "version: '1.0'", "version: 2", "version: 2", "version"),
    Fault(Reason.NUMBER_EXPECTED, LESSON, "minutes: 22", "minutes: '22'", "minutes: '22'", "minutes"),
    Fault(
        Reason.BOOLEAN_EXPECTED,
        LESSON,
        "correct: true",
        "correct: oui",
        "correct: oui",
        "steps > quiz > items > seule > options > un > correct",
    ),
    Fault(Reason.ONE_OF, LESSON, "kind: lesson", "kind: lecon", "kind: lecon", "kind"),
    Fault(
        Reason.UNKNOWN_VALUE, LESSON, "kind: card_sort", "kind: cartes", "kind: cartes", "steps > tri > kind"
    ),
    Fault(Reason.BAD_FORM, MAIN, "key: parcours", "key: Mon Parcours", "key: Mon", "key"),
    Fault(Reason.INVISIBLE_CHARACTER, LESSON, "fr: La leçon", "fr: La\tleçon", "La\t", "title > fr"),
    Fault(Reason.EDGE_SPACES, LESSON, "fr: La leçon", "fr: 'La leçon '", "'La leçon '", "title > fr"),
    Fault(Reason.ONE_LINE, MAIN, "licence: CC-BY", "licence: |-\n  CC\n  BY", "  CC", "licence"),
    Fault(Reason.TEXT_EMPTY, LESSON, "fr: La leçon", "fr: ''", "fr: ''", "title > fr"),
    Fault(Reason.TEXT_TOO_LONG, LESSON, "fr: La leçon", "fr: " + "x" * 20_001, "fr: xxx", "title > fr"),
    Fault(Reason.NUMBER_TOO_SMALL, LESSON, "minutes: 22", "minutes: 0", "minutes: 0", "minutes"),
    Fault(Reason.NUMBER_TOO_LARGE, MAIN, "pass_percent: 70", "pass_percent: 170", "170", "pass_percent"),
    Fault(Reason.TOO_FEW_ENTRIES, MAIN, "languages: [fr, en]", "languages: []", "languages:", "languages"),
    Fault(
        Reason.TOO_MANY_ENTRIES,
        LESSON,
        "    routes:",
        "    words: [1, 2, 3]\n    routes:",
        "words:",
        "steps > agir > words",
    ),
    Fault(
        Reason.ONE_RIGHT_OPTION,
        LESSON,
        "correct: false",
        "correct: true",
        "- key: seule",
        "steps > quiz > items > seule",
    ),
    Fault(
        Reason.RIGHT_AND_WRONG_OPTIONS,
        LESSON,
        "correct: true\n\n  - key: scenario",
        "correct: false\n\n  - key: scenario",
        "- key: plusieurs",
        "steps > choix > items > plusieurs",
    ),
    # the programme
    Fault(Reason.KEY_OF_FOLDER, LESSON, "key: la-lecon", "key: la-lecon-2", "key: la-lecon-2", "key"),
    Fault(Reason.KEY_OF_FILE, DECK, "key: le-jeu", "key: le-jeu-2", "key: le-jeu-2", "decks > le-jeu > key"),
    Fault(
        Reason.KEY_OF_NEIGHBOUR,
        DECK,
        "key: carte-b",
        "key: carte-a  # again",
        "# again",
        "decks > le-jeu > cards > carte-a > key",
    ),
    Fault(Reason.UNKNOWN_THEME, LESSON, "themes: [T1]", "themes: [T1, T9]", "T9", "themes"),
    Fault(
        Reason.UNKNOWN_SOURCE, LESSON, "sources: [S1]", "sources: [S1, S9]", "S9", "steps > lire > sources"
    ),
    Fault(
        Reason.UNKNOWN_MODULE,
        LESSON,
        "themes: [T1]\nsteps",
        "prerequisites: [rien]\nthemes: [T1]\nsteps",
        "rien",
        "prerequisites",
    ),
    Fault(Reason.UNKNOWN_WEEK, MAIN, "week: w1", "week: w9", "week: w9", "sessions > seance > week"),
    Fault(Reason.UNKNOWN_DECK, LESSON, "deck: le-jeu", "deck: autre", "deck: autre", "steps > tri > deck"),
    Fault(
        Reason.UNKNOWN_CARD,
        LESSON,
        "card: carte-a",
        "card: carte-z",
        "card: carte-z",
        "steps > scenario > scenes > debut > options > aller > card",
    ),
    Fault(
        Reason.UNKNOWN_FAMILY,
        DECK,
        "family: famille",
        "family: autre",
        "family: autre",
        "decks > le-jeu > cards > carte-a > family",
    ),
    Fault(
        Reason.MODULE_NOT_WRITTEN,
        MAIN,
        "- a-ecrire",
        "- autre",
        "modules:\n      - autre",
        "weeks > w2 > modules",
    ),
    Fault(
        Reason.MODULE_WRITTEN,
        MAIN,
        "a-ecrire: 5",
        "a-ecrire: 5\n  la-lecon: 5",
        "key: la-lecon",
        "modules > la-lecon",
        LESSON,
    ),
    Fault(
        Reason.MODULE_TWICE,
        MAIN,
        "- a-ecrire",
        "- a-ecrire\n      - a-ecrire",
        "modules:\n      - a-ecrire",
        "weeks > w2 > modules",
    ),
    Fault(
        Reason.MODULE_IN_NO_WEEK,
        MAIN,
        "a-ecrire: 5",
        "a-ecrire: 5\n  de-trop: 5",
        "de-trop: 5",
        "to_write > de-trop",
    ),
    Fault(
        Reason.MODULE_COMES_LATER,
        LESSON,
        "themes: [T1]\nsteps",
        "prerequisites: [a-ecrire]\nthemes: [T1]\nsteps",
        "a-ecrire",
        "prerequisites",
    ),
    Fault(Reason.NOT_A_BOOSTER, LESSON, "kind: lesson", "kind: booster", "kind: booster", "kind"),
    Fault(Reason.NO_RECALL, LESSON, "recall:", "recall: []\nnote: |-", "key: la-lecon", "modules > la-lecon"),
    Fault(Reason.MODULE_MINUTES, LESSON, "minutes: 22", "minutes: 23", "minutes: 23", "minutes"),
    Fault(
        Reason.ONE_TO_ONE_TWICE,
        MAIN,
        "to_write:",
        SHORT.format(key="un", minutes=20) + SHORT.format(key="deux", minutes=25) + "to_write:",
        "minutes: 25",
        "sessions > deux > minutes",
    ),
    Fault(
        Reason.STAGE_MINUTES,
        LESSON,
        "        minutes: 6",
        "        minutes: 5",
        "minutes: 6",
        "steps > agir > minutes",
    ),
    Fault(
        Reason.STEP_TOO_LONG, LESSON, "minutes: 3", "minutes: 8", "minutes: 8", "steps > scenario > minutes"
    ),
    Fault(
        Reason.THEME_NOT_ANNOUNCED,
        LESSON,
        "themes: [T1]\nsteps",
        "themes: []\nsteps",
        "    themes: [T1]",
        "steps > lire > themes",
    ),
    Fault(Reason.THEME_NOT_CARRIED, LESSON, "    themes: [T1]\n", "", "themes: [T1]", "themes"),
    Fault(
        Reason.NOTHING_FOR_SECTOR,
        LESSON,
        "        type:",
        "        not_for: [bank]\n        type:",
        "- key: quiz",
        "steps > quiz",
    ),
    Fault(Reason.CARD_COUNTS, LESSON, "keep_max: 2", "keep_max: 9", "keep_max: 9", "steps > tri > keep_max"),
    Fault(
        Reason.NOT_AN_EARLIER_STEP,
        LESSON,
        "for_each: tri/",
        "for_each: agir/",
        "agir/top",
        "steps > noter > for_each",
    ),
    Fault(
        Reason.NO_SUCH_SCENE,
        LESSON,
        "go_to: suite",
        "go_to: ailleurs",
        "- key: debut",
        "steps > scenario > scenes > debut",
    ),
    Fault(
        Reason.SCENE_LEADS_BACK,
        LESSON,
        "go_to: suite",
        "go_to: debut",
        "- key: debut",
        "steps > scenario > scenes > debut",
    ),
    Fault(
        Reason.SCENE_NEEDS_THEN,
        LESSON,
        "- key: debut\n",
        "- key: debut\n        not_for: [bank]\n",
        "- key: debut",
        "steps > scenario > scenes > debut",
    ),
    Fault(
        Reason.SCENE_OUT_OF_REACH,
        LESSON,
        "            go_to: suite\n",
        "",
        "- key: suite",
        "steps > scenario > scenes > suite",
    ),
    # the texts
    Fault(
        Reason.NO_VARIANT_LINE,
        FRENCH,
        "Mot Mot",
        "[[variant]]\n\nMot Mot",
        "Word",
        "steps > lire > body > en",
        ENGLISH,
    ),
    Fault(
        Reason.NO_GENERAL_TEXT,
        FRENCH,
        "Mot Mot",
        "[[variant]]\n\nMot Mot",
        "- key: lire",
        "steps > lire",
        LESSON,
    ),
    Fault(Reason.FOOTNOTE_WITHOUT_SOURCE, FRENCH, "[^S1]", "[^S1][^S9]", "[^S9]", "steps > lire > body > fr"),
    Fault(Reason.SOURCE_NOT_CITED, FRENCH, "[^S1]", "", "sources: [S1]", "steps > lire > sources", LESSON),
    Fault(Reason.TYPOGRAPHY, FRENCH, "fin.", "fin !", "fin !", "steps > lire > body > fr"),
    Fault(Reason.FRENCH_IN_ENGLISH, ENGLISH, "end.", "end\u00a0!", "end", "steps > lire > body > en"),
    Fault(Reason.STRAIGHT_QUOTE, FRENCH, "fin.", '"fin".', '"fin"', "steps > lire > body > fr"),
    Fault(Reason.DOUBLE_SPACE, FRENCH, "Mot fin", "Mot  fin", "Mot  fin", "steps > lire > body > fr"),
    Fault(Reason.NO_FIGURE_LINE, FRENCH, "\n\n[[figure]]", "", "Mot", "steps > lire > body > fr"),
    Fault(Reason.FIGURE_NOT_XML, FIGURE, "  </g>\n", "", "</svg>", "steps > lire > figure"),
    Fault(Reason.FIGURE_NO_VIEW_BOX, FIGURE, ' viewBox="0 0 40 40"', "", "<svg", "steps > lire > figure"),
    Fault(
        Reason.FIGURE_NOT_ALLOWED, FIGURE, 'class="line"', 'fill="red"', "<circle", "steps > lire > figure"
    ),
    Fault(Reason.FIGURE_NO_LANGUAGE, FIGURE, '<title lang="fr"', "<title", "rond<", "steps > lire > figure"),
    Fault(
        Reason.FIGURE_TWINS,
        FIGURE,
        '  <desc lang="en">A ring, and a name in it</desc>\n',
        "",
        "<svg",
        "steps > lire > figure",
    ),
    Fault(Reason.BODY_LENGTH, FRENCH, "Mot " * 100, "", "fin", "steps > lire > body > fr"),
    Fault(Reason.PARAGRAPHS, FRENCH, "Mot fin", "Mot\n\nfin", "Word", "steps > lire > body > en", ENGLISH),
    Fault(
        Reason.RIGHT_IS_LONGEST,
        LESSON,
        "Choix un",
        LONG.strip(),
        "            text:",
        "steps > quiz > items > seule > options > un > text",
    ),
    Fault(Reason.WORD_TO_AVOID, LESSON, "La leçon", "La leçon virale", "virale", "title > fr"),
    Fault(Reason.TOO_MANY_CHARACTERS, LESSON, "La leçon", LONG.strip(), "mot mot", "title > fr"),
    Fault(
        Reason.SHORT_FEEDBACK,
        LESSON,
        "Une phrase assez longue pour apprendre vraiment une chose utile à quelqu’un.",
        "Non.",
        "Non.",
        "steps > quiz > items > seule > options > un > feedback > fr",
    ),
    Fault(
        Reason.LONG_SCENE,
        LESSON,
        "Scène debut",
        (LONG * 3).strip(),
        "mot mot",
        "steps > scenario > scenes > debut > text > fr",
    ),
]


def broken(fault: Fault, files: PackageFiles) -> PackageFiles:
    text = files[fault.file].decode()
    assert fault.old in text
    return {**files, fault.file: text.replace(fault.old, fault.new, 1).encode()}
