"""How a post looks where it folds: what one sees at once, and what comes after « voir plus ». No Django."""

from __future__ import annotations


def paragraphs(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def folded(text: str, fold: int) -> tuple[list[str], list[str]]:
    """Paragraphs before the fold and after it; the one it falls into is cut between two words.

    Nothing comes after the fold when the text is short enough.
    """
    before: list[str] = []
    every = paragraphs(text)
    room = fold
    for number, line in enumerate(every):
        if len(line) <= room:
            before.append(line)
            room -= len(line)
            continue
        cut = line.rfind(" ", 0, room + 1)
        if cut > 0:
            return [*before, line[:cut]], [line[cut:].strip(), *every[number + 1 :]]
        if not before:  # one endless word
            return [line[:room]], [line[room:], *every[number + 1 :]]
        return before, every[number:]
    return before, []
