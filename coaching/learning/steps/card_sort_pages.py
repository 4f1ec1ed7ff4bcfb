"""What the pages of a card sort show, round by round, and the circle at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _

from coaching.learning import card_sort as sorting
from coaching.learning.card_sort import CardPair, CardSortState, Deck
from coaching.learning.steps.base import Form, Task
from coaching.learning.steps.circle import petals

CHIPS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card in words."""

    key: str
    label: str
    definition: str
    family: str


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """One line of the table under the circle."""

    label: str
    gap: str


def page_context(
    task: Task,
    deck: Deck,
    state: CardSortState,
    *,
    is_finished: bool,
    last: CardSortState | None = None,
    query: Form,
) -> dict[str, Any]:
    """The context of the page that this state calls for; `last` is the finished sort behind an open one."""
    if last and query.get("view") == "circle":
        return {"view": "circle", "is_last": True, **circle_context(task, deck, last, Cards(task, last))}
    shown = Cards(task, state)
    if is_finished and sorting.is_complete(state, deck):
        if query.get("view") == "redo":
            return {"view": "redo", "ranked": shown.all(state.ranks)}
        return {"view": "circle", **circle_context(task, deck, state, shown)}
    common = {
        "rounds": _rounds(task, deck, state),
        "can_undo": bool(state.history),
        "at": len(state.history),
        "own_left": _own_left(task, state),
        "has_last": last is not None,
    }
    round_now = sorting.current_round(state, deck)
    if round_now == "sort" and query.get("view") == "list":
        return {"view": "list", **common, "piles": _piles(task, state, shown), **_list(deck, state, shown)}
    if round_now == "sort":
        return {"view": "sort", **common, **_sort(task, deck, state, shown)}
    if round_now == "shortlist":
        return {"view": "shortlist", **common, **_shortlist(deck, state, shown)}
    return {"view": "rank", **common, **_rank(deck, state, shown)}


class Cards:
    """Words of the deck's cards and of the person's own, in the reader's language."""

    def __init__(self, task: Task, state: CardSortState) -> None:
        self._deck, self._language = task.deck, task.language
        self._own = {card.key: card.label for card in state.own}
        families = task.deck.families if task.deck else ()
        self.families = {
            family.key: family.label.in_language(task.language).split(", ")[0] for family in families
        }

    def __getitem__(self, key: str) -> ShownCard:
        if key in self._own or self._deck is None:
            return ShownCard(key, self._own.get(key, key), _("Une carte à vous."), _("À vous"))
        card = self._deck.card(key)
        label, definition = card.label, card.definition
        return ShownCard(
            key,
            label.in_language(self._language),
            definition.in_language(self._language),
            self.families[card.family_key],
        )

    def all(self, keys: Sequence[str]) -> list[ShownCard]:
        return [self[key] for key in keys]

    def label(self, key: str) -> str:
        return self[key].label


def _rounds(task: Task, deck: Deck, state: CardSortState) -> list[dict[str, Any]]:
    """The three rounds with the author's words; a round with nothing to ask is left out."""
    words = task.fields["rounds"]
    progress = sorting.rounds(state, deck)
    current = sorting.current_round(state, deck)
    return [
        {
            "label": word["label"],
            "help": word.get("help", ""),
            "done": stage.done,
            "total": stage.total,
            "is_current": stage.round == current,
            "number": number,
        }
        for number, (word, stage) in enumerate(zip(words, progress, strict=True), 1)
    ]


def _own_left(task: Task, state: CardSortState) -> int:
    """How many cards of one's own can still be written; none once the choice has begun."""
    if state.kept or state.eliminated or state.ranks:
        return 0
    return max(0, min(sorting.OWN_CARDS_MAX, int(task.fields.get("own_cards", 0))) - len(state.own))


def _piles(task: Task, state: CardSortState, shown: Cards) -> list[dict[str, Any]]:
    """The piles, the weightiest first as on the screen; the key is the digit that chooses it."""
    piles = []
    for place, pile in enumerate(reversed(sorting.PILES), 1):
        cards = [key for key, rated in state.ratings.items() if rated == pile]
        words = task.fields["piles"][pile]
        piles.append(
            {
                "value": pile,
                "key": place,
                "label": words["label"],
                "help": words.get("help", ""),
                "count": len(cards),
                "chips": [shown.label(key) for key in cards[-CHIPS_SHOWN:]],
                "more": max(0, len(cards) - CHIPS_SHOWN),
            }
        )
    return piles


def _sort(task: Task, deck: Deck, state: CardSortState, shown: Cards) -> dict[str, Any]:
    card = sorting.next_card(state, deck)
    done, total = sorting.rounds(state, deck)[0].done, sorting.rounds(state, deck)[0].total
    return {
        "card": shown[card] if card else None,
        "piles": _piles(task, state, shown),
        "card_done": done,
        "card_total": total,
        "card_number": min(done + 1, total),
        "is_start": not state.history,
    }


def _list(deck: Deck, state: CardSortState, shown: Cards) -> dict[str, Any]:
    progress = sorting.rounds(state, deck)[0]
    lines = [{"card": shown[key], "pile": state.ratings.get(key)} for key in sorting.all_cards(state, deck)]
    number = min(progress.done + 1, progress.total)
    return {"lines": lines, "card_done": progress.done, "card_total": progress.total, "card_number": number}


def _shortlist(deck: Deck, state: CardSortState, shown: Cards) -> dict[str, Any]:
    card, candidates = sorting.next_card(state, deck), sorting.pool(state, deck)
    decided = len(state.kept) + len(state.eliminated)
    return {
        "card": shown[card] if card else None,
        "kept": shown.all(state.kept),
        "let_go": shown.all(state.eliminated),
        "card_done": decided,
        "card_total": len(candidates),
        "card_number": min(decided + 1, len(candidates)),
        "to_let_go": max(0, len(candidates) - sorting.SHORTLIST_MAX - len(state.eliminated)),
    }


def _rank(deck: Deck, state: CardSortState, shown: Cards) -> dict[str, Any]:
    remaining = sorting.shortlist(state, deck) or ()
    wanted = sorting.ranks_wanted(state, deck)
    return {
        "ranked": shown.all(state.ranks),
        "others": shown.all([key for key in remaining if key not in state.ranks]),
        "wanted": wanted,
        "left": wanted - len(state.ranks),
        "card_done": len(state.ranks),
        "card_total": wanted,
        "card_number": min(len(state.ranks) + 1, wanted),
        "is_complete": sorting.is_complete(state, deck),
    }


# --- the circle ------------------------------------------------------------------------------


def circle_context(task: Task, deck: Deck, state: CardSortState, shown: Cards) -> dict[str, Any]:
    """The families around the person's own mean, the ranked values, and pairs to think about."""
    profile = sorting.family_profile(state.ratings, deck)
    drawn = petals(profile, deck, shown.families) if profile.has_contrast else []
    return {
        "headline": _headline(profile, shown),
        "petals": drawn,
        "table": _table(profile, shown),
        "high": [petal.label for petal in drawn if petal.is_high],
        "ranked": shown.all(state.ranks),
        "neighbours": _pair_words(sorting.neighbours(state.ranks, deck)[:1], shown),
        "tensions": _pair_words(sorting.tensions(state.ranks, deck)[:1], shown),
    }


def _headline(profile: sorting.FamilyProfile, shown: Cards) -> str:
    if not profile.has_contrast:
        return _("Pas encore de contraste entre vos cartes")
    best = sorted(profile.scores, key=lambda score: -(score.centred if score.centred is not None else -9))[:2]
    first, second = (shown.families[score.family.key].lower() for score in best)
    words = {"first": first, "second": second}
    return _("Deux familles ressortent chez vous : %(first)s et %(second)s.") % words


def _table(profile: sorting.FamilyProfile, shown: Cards) -> list[FamilyLine]:
    lines = sorted(profile.scores, key=lambda score: -(score.centred if score.centred is not None else -9))
    return [
        FamilyLine(
            shown.families[score.family.key],
            signed(score.centred) if score.centred is not None else _("pas assez de cartes triées"),
        )
        for score in lines
    ]


def signed(value: float) -> str:
    """« +0,45 », « −0,2 », « 0 »: a distance to the mean in the reader's figures."""
    rounded = round(value, 2)
    if not rounded:
        return "0"
    text = str(localize(abs(rounded)))
    return ("+" if rounded > 0 else "−") + text


def _pair_words(pairs: Sequence[CardPair], shown: Cards) -> list[dict[str, str]]:
    return [{"first": shown.label(pair.first), "second": shown.label(pair.second)} for pair in pairs]
