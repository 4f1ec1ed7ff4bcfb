"""An answer to a practice as its author reads it, and as a coach previews it. No query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.learning.models import PracticeReview
from coaching.learning.reviewing import Grid, Margin, Stretch, Words, marked, moved_to

State = PracticeReview.State
TITLES: dict[str, str | Promise] = {
    State.VALIDATED: _("Votre mise en pratique est validée"),
    State.RETURNED: _("Une suggestion avant d’aller plus loin"),
    State.READ: _("Votre mise en pratique est lue"),
}
LEADS: dict[str, str | Promise] = {
    State.VALIDATED: _("Elle compte dans votre parcours, quelle que soit la voie choisie."),
    State.RETURNED: _(
        "Retouchez votre texte quand vous voulez, puis remettez-le : votre coach relira la nouvelle version."
    ),
    State.READ: _("La suite se parle mieux qu’elle ne s’écrit : prenez un moment avec votre coach."),
}


@dataclass(frozen=True)
class Answer:
    """What stands on the page: the grid in words, never a mark; remarks beside the text they are about."""

    state: str
    coach: str
    sent_at: dt.datetime | None
    comment: str
    suggestion: str
    levels: tuple[tuple[str, str], ...]  # criterion, and what was seen of it
    margins: tuple[Margin, ...]
    stretches: tuple[Stretch, ...]  # () when the text has changed since, or was taken back

    @property
    def title(self) -> str | Promise:
        return TITLES[self.state]

    @property
    def lead(self) -> str | Promise:
        return LEADS[self.state]


def answer_of(
    words: Words, state: str, grid: Grid, *, coach: str, sent_at: dt.datetime | None, text: str = ""
) -> Answer:
    """`text` is what the answer is about, "" when it is not there any more."""
    margins = moved_to(text, words.margins) if text else words.margins
    return Answer(
        state=state,
        coach=coach,
        sent_at=sent_at,
        comment=words.comment.strip(),
        suggestion=words.suggestion.strip(),
        levels=tuple(
            (each.label, each.levels[words.points[each.key]])
            for each in grid.criteria
            if each.key in words.points
        ),
        margins=margins,
        stretches=tuple(marked(text, margins)) if any(each.has_passage for each in margins) and text else (),
    )
