"""Checks of a long text: sector passages, footnotes, length, paragraphs that face each other. No Django."""

import re
from collections.abc import Iterator

from coaching.programmes.checks.walk import FOOTNOTE, VARIANT_SLOT, warning, words_of
from coaching.programmes.problems import Finding, KeyPath
from coaching.programmes.schema import GENERAL, LANGUAGES, Language, Text
from coaching.programmes.schema.steps import PracticeStep, ReadingStep

MIN_WORDS, MAX_WORDS = 150, 450  # writers-guide: a reading


def check_body(step: ReadingStep | PracticeStep, path: KeyPath) -> Iterator[Finding]:
    """Every finding in the long text of a step."""
    if step.body is None:
        yield Finding(path, f"no text: write {step.key}.fr.md and {step.key}.en.md next to module.yaml")
        return
    yield from _check_slot(step, step.body, path)
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
        message = "sector variants exist, but the text has no [[variant]] line"
        yield Finding((*path, "body", language), message)
    if any(has_slot) and GENERAL not in step.body_variants:
        yield Finding(path, "[[variant]] needs at least the @general text, for every other sector")


def _check_length(step: ReadingStep | PracticeStep, body: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        base = len(words_of(in_language(body, language)))
        variants = step.body_variants.values()
        sizes = [base + len(words_of(in_language(text, language))) for text in variants] or [base]
        if min(sizes) < MIN_WORDS or max(sizes) > MAX_WORDS:
            message = f"{min(sizes)}-{max(sizes)} words ({MIN_WORDS} to {MAX_WORDS} expected)"
            yield warning((*path, "body", language), message)


def _check_paragraphs(text: Text, path: KeyPath) -> Iterator[Finding]:
    french, english = (len(re.split(r"\n{2,}", in_language(text, language))) for language in LANGUAGES)
    if french != english:
        yield warning((*path, "en"), f"{english} paragraphs, the French has {french}")


def _check_footnotes(step: ReadingStep | PracticeStep, text: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        for code in sorted(set(FOOTNOTE.findall(in_language(text, language))) - set(step.sources)):
            message = f"footnote [^{code}] is not in the sources of step '{step.key}'"
            yield Finding((*path, language), message)


def _check_sources_are_cited(step: ReadingStep, body: Text, path: KeyPath) -> Iterator[Finding]:
    for language in LANGUAGES:
        whole = " ".join(in_language(text, language) for _, text in _bodies(step, body))
        for code in step.sources:
            if f"[^{code}]" not in whole:
                yield Finding(
                    (*path, "sources"), f"{code} is listed, but no [^{code}] stands in the {language} text"
                )
