"""Checks of a long text: sector passages, footnotes, length, paragraphs that face each other. No Django."""

import re
from collections.abc import Iterator

from coaching.programmes.checks.walk import FOOTNOTE, VARIANT_SLOT, around, words_of
from coaching.programmes.figures import FIGURE_SLOT, read_figure, words_of_figure
from coaching.programmes.problems import Finding, KeyPath, Reason
from coaching.programmes.schema import GENERAL, LANGUAGES, Language, Text
from coaching.programmes.schema.steps import PracticeStep, ReadingStep
from coaching.programmes.typography import typographed

MIN_WORDS, MAX_WORDS = 150, 450  # writers-guide: a reading


def check_body(step: ReadingStep | PracticeStep, path: KeyPath) -> Iterator[Finding]:
    """Every finding in the long text of a step."""
    if step.body is None:
        yield Finding(path, Reason.NO_BODY, {"step": step.key})
        return
    yield from _check_slot(step, step.body, path)
    if isinstance(step, ReadingStep):
        yield from _check_figure(step, step.body, path)
    yield from _check_length(step, step.body, path)
    for extra, text in _bodies(step, step.body):
        yield from _check_paragraphs(text, (*path, *extra))
        yield from _check_footnotes(step, text, (*path, *extra))
    if isinstance(step, ReadingStep):
        yield from _check_sources_are_cited(step, step.body, path)


def in_language(text: Text, language: Language) -> str:
    return text.fr if language == "fr" else text.en


def _bodies(step: ReadingStep | PracticeStep, body: Text) -> list[tuple[KeyPath, Text]]:
    variants: list[tuple[KeyPath, Text]] = [
        (("body_variants", sector), text) for sector, text in step.body_variants.items()
    ]
    return [(("body",), body), *variants]


def _check_slot(step: ReadingStep | PracticeStep, body: Text, path: KeyPath) -> Iterator[Finding]:
    has_slot = [VARIANT_SLOT in in_language(body, language) for language in LANGUAGES]
    if (step.body_variants or any(has_slot)) and not all(has_slot):
        language = LANGUAGES[has_slot.index(False)]
        yield Finding((*path, "body", language), Reason.NO_VARIANT_LINE)
    if any(has_slot) and GENERAL not in step.body_variants:
        yield Finding(path, Reason.NO_GENERAL_TEXT)


def _check_figure(step: ReadingStep, body: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        has_slot = FIGURE_SLOT in in_language(body, language).split("\n")
        if has_slot and step.figure is None:
            yield Finding((*path, "body", language), Reason.NO_FIGURE, {"step": step.key})
        if step.figure is not None and not has_slot:
            yield Finding((*path, "body", language), Reason.NO_FIGURE_LINE)
    if step.figure is None:
        return
    _, faults = read_figure(step.figure)
    for fault in faults:
        yield Finding((*path, "figure"), fault.reason, fault.params, fault.line)
    for line, language, words in words_of_figure(step.figure):
        if words != typographed(words, language):
            yield Finding((*path, "figure"), Reason.TYPOGRAPHY, {"excerpt": around(words, 0)}, line)


def _check_length(step: ReadingStep | PracticeStep, body: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        base = len(words_of(in_language(body, language)))
        variants = step.body_variants.values()
        sizes = [base + len(words_of(in_language(text, language))) for text in variants] or [base]
        if min(sizes) < MIN_WORDS or max(sizes) > MAX_WORDS:
            words = {"fewest": min(sizes), "most": max(sizes), "least": MIN_WORDS, "limit": MAX_WORDS}
            yield Finding((*path, "body", language), Reason.BODY_LENGTH, words)


def _check_paragraphs(text: Text, path: KeyPath) -> Iterator[Finding]:
    french, english = (len(re.split(r"\n{2,}", in_language(text, language))) for language in LANGUAGES)
    if french != english:
        yield Finding((*path, "en"), Reason.PARAGRAPHS, {"english": english, "french": french})


def _check_footnotes(step: ReadingStep | PracticeStep, text: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        for code in sorted(set(FOOTNOTE.findall(in_language(text, language))) - set(step.sources)):
            params = {"code": code, "step": step.key}
            yield Finding((*path, language), Reason.FOOTNOTE_WITHOUT_SOURCE, params)


def _check_sources_are_cited(step: ReadingStep, body: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        whole = " ".join(in_language(text, language) for _, text in _bodies(step, body))
        for code in step.sources:
            if f"[^{code}]" not in whole:
                params = {"code": code, "language": language}
                yield Finding((*path, "sources"), Reason.SOURCE_NOT_CITED, params)
