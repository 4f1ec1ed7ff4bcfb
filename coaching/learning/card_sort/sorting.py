"""Sorting value cards in three rounds (domain.md 2.3): pure states and moves. No Django, no clock, no chance.

Round 1 puts every card on a pile, round 2 keeps ten at most, round 3 ranks five. The round is never
stored: it follows from the piles, so that undoing the last move also goes back to the round before.
What is in a state belongs to its author; this module neither shares nor stores it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from coaching.learning.card_sort.deck import Deck

NOT_TODAY, IMPORTANT, VERY_IMPORTANT = 0, 1, 2
PILES = (NOT_TODAY, IMPORTANT, VERY_IMPORTANT)
SHORTLIST_MAX = 10
SHORTLIST_MIN = 5
RANKED = 5
OWN_CARDS_MAX = 2
OWN_LABEL_MAX = 60
OWN_PREFIX = "own-"  # no deck key starts so: the deck's are words
# Undo reaches this far; older moves are forgotten, the state they led to is not.
HISTORY_MAX = 500

Round = Literal["sort", "shortlist", "rank"]
Action = Literal["rate", "skip", "own", "keep", "let_go", "rank"]


class CardSortError(ValueError):
    """A move that the present state does not allow; `code` names why, the state is unchanged.

    Codes: unknown_card, unknown_pile, wrong_round, already_sorted, not_shortlisted, already_ranked,
    not_ranked, ranking_full, own_cards_full, own_label, nothing_to_undo.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A card the person wrote; private, never aggregated, outside the families."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Move:
    """What was done, and what stood before, so that it can be undone exactly."""

    action: Action
    card: str
    pile_before: int | None = None
    was_skipped: bool = False
    ranks_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardSortState:
    """Everything about one sort. Treat `ratings` as read-only: each move makes a new state."""

    seed: int
    ratings: Mapping[str, int] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    own: tuple[OwnCard, ...] = ()
    kept: tuple[str, ...] = ()
    eliminated: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    history: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """Where one round stands; a round with total 0 has nothing to ask."""

    round: Round
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.total


def new_state(seed: int) -> CardSortState:
    """An untouched deck. The seed is drawn once by the caller and stored: it decides the order."""
    return CardSortState(seed)


# --- reading a state -------------------------------------------------------------------------


@lru_cache(maxsize=512)
def order(seed: int, deck: Deck) -> tuple[str, ...]:
    """The deck as this person meets it.

    Cards are sorted by sha256("seed:key"): the same on every Python version and machine, unlike
    `random.Random.shuffle`, and a card added to or taken from the deck leaves the others in place.
    """
    return tuple(sorted((card.key for card in deck.cards), key=lambda key: (_draw(seed, key), key)))


def _draw(seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{seed}:{key}".encode()).digest()


def all_cards(state: CardSortState, deck: Deck) -> tuple[str, ...]:
    """Deck in the person's order, then their own cards."""
    return (*order(state.seed, deck), *(card.key for card in state.own))


def unsorted_cards(state: CardSortState, deck: Deck) -> tuple[str, ...]:
    return tuple(
        key for key in all_cards(state, deck) if key not in state.ratings and key not in state.skipped
    )


def pool(state: CardSortState, deck: Deck) -> tuple[str, ...]:
    """Candidates of round 2: the "very important" cards, with the "important" ones when under five."""
    cards = all_cards(state, deck)
    best = tuple(key for key in cards if state.ratings.get(key) == VERY_IMPORTANT)
    if len(best) >= SHORTLIST_MIN:
        return best
    return tuple(key for key in cards if state.ratings.get(key, NOT_TODAY) >= IMPORTANT)


def shortlist(state: CardSortState, deck: Deck) -> tuple[str, ...] | None:
    """The ten cards at most that remain, in the person's order; None while rounds 1 and 2 go on."""
    if unsorted_cards(state, deck):
        return None
    candidates = pool(state, deck)
    if len(candidates) <= SHORTLIST_MAX:
        return candidates
    if len(state.kept) >= SHORTLIST_MAX:
        return tuple(key for key in candidates if key in state.kept)
    remaining = tuple(key for key in candidates if key not in state.eliminated)
    return remaining if len(remaining) <= SHORTLIST_MAX else None


def ranks_wanted(state: CardSortState, deck: Deck) -> int:
    """Five, or fewer when fewer cards remain; 0 while there is no shortlist."""
    return min(RANKED, len(shortlist(state, deck) or ()))


def current_round(state: CardSortState, deck: Deck) -> Round:
    if unsorted_cards(state, deck):
        return "sort"
    return "shortlist" if shortlist(state, deck) is None else "rank"


def rounds(state: CardSortState, deck: Deck) -> tuple[RoundProgress, RoundProgress, RoundProgress]:
    """The three rounds with what is done and what there is to do, for the progress line."""
    total = len(all_cards(state, deck))
    candidates = pool(state, deck) if not unsorted_cards(state, deck) else ()
    to_let_go = max(0, len(candidates) - SHORTLIST_MAX)
    let_go = to_let_go if shortlist(state, deck) is not None else len(state.eliminated)
    return (
        RoundProgress("sort", total - len(unsorted_cards(state, deck)), total),
        RoundProgress("shortlist", let_go, to_let_go),
        RoundProgress("rank", len(state.ranks), ranks_wanted(state, deck)),
    )


def next_card(state: CardSortState, deck: Deck) -> str | None:
    """The card to show in rounds 1 and 2; None in round 3, where the shortlist is shown whole."""
    left = unsorted_cards(state, deck)
    if left:
        return left[0]
    if shortlist(state, deck) is not None:
        return None
    return next(key for key in pool(state, deck) if key not in state.kept and key not in state.eliminated)


def is_complete(state: CardSortState, deck: Deck) -> bool:
    """All sorted, shortlisted, and as many ranked as wanted (none, when nothing was important)."""
    remaining = shortlist(state, deck)
    return remaining is not None and len(state.ranks) == min(RANKED, len(remaining))


# --- moves -----------------------------------------------------------------------------------


def rate(state: CardSortState, deck: Deck, card: str, pile: int) -> CardSortState:
    """Put a card on a pile; also moves a card already sorted, as long as round 1 lasts."""
    _need_round(state, deck, "sort")
    if card not in all_cards(state, deck):
        raise CardSortError("unknown_card")
    if pile not in PILES or isinstance(pile, bool):
        raise CardSortError("unknown_pile")
    move = Move("rate", card, state.ratings.get(card), card in state.skipped)
    changed = replace(state, ratings={**state.ratings, card: pile}, skipped=state.skipped - {card})
    return _remember(changed, move)


def skip(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """Leave a card out: it counts in no family."""
    _need_round(state, deck, "sort")
    if card not in all_cards(state, deck):
        raise CardSortError("unknown_card")
    move = Move("skip", card, state.ratings.get(card), card in state.skipped)
    changed = replace(state, ratings=_without(state.ratings, card), skipped=state.skipped | {card})
    return _remember(changed, move)


def add_own(state: CardSortState, label: str) -> CardSortState:
    """Add a card of one's own, "very important" from the start; not once the choice has begun."""
    if state.kept or state.eliminated or state.ranks:
        raise CardSortError("wrong_round")
    if len(state.own) >= OWN_CARDS_MAX:
        raise CardSortError("own_cards_full")
    clean = " ".join(label.split())
    if not clean or len(clean) > OWN_LABEL_MAX:
        raise CardSortError("own_label")
    key = f"{OWN_PREFIX}{len(state.own) + 1}"
    changed = replace(
        state, own=(*state.own, OwnCard(key, clean)), ratings={**state.ratings, key: VERY_IMPORTANT}
    )
    return _remember(changed, Move("own", key))


def keep(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """Keep a card of round 2."""
    _need_undecided(state, deck, card)
    return _remember(replace(state, kept=(*state.kept, card)), Move("keep", card))


def let_go(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """Let a card of round 2 go."""
    _need_undecided(state, deck, card)
    return _remember(replace(state, eliminated=(*state.eliminated, card)), Move("let_go", card))


def choose(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """Rank a shortlisted card after those already ranked."""
    _need_round(state, deck, "rank")
    if card not in (shortlist(state, deck) or ()):
        raise CardSortError("not_shortlisted")
    if card in state.ranks:
        raise CardSortError("already_ranked")
    if len(state.ranks) >= ranks_wanted(state, deck):
        raise CardSortError("ranking_full")
    return _rerank(state, card, (*state.ranks, card))


def unchoose(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """Take a card out of the ranking; those below move up."""
    _place(state, card)
    return _rerank(state, card, tuple(key for key in state.ranks if key != card))


def move_up(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """One place higher; the first stays first."""
    return _swap(state, card, -1)


def move_down(state: CardSortState, deck: Deck, card: str) -> CardSortState:
    """One place lower; the last stays last."""
    return _swap(state, card, +1)


def undo(state: CardSortState) -> CardSortState:
    """Take back the last move, whatever its round."""
    if not state.history:
        raise CardSortError("nothing_to_undo")
    move = state.history[-1]
    before = replace(state, history=state.history[:-1])
    if move.action in ("rate", "skip"):
        ratings = _without(state.ratings, move.card)
        if move.pile_before is not None:
            ratings[move.card] = move.pile_before
        skipped = state.skipped | {move.card} if move.was_skipped else state.skipped - {move.card}
        return replace(before, ratings=ratings, skipped=skipped)
    if move.action == "own":
        own = tuple(card for card in state.own if card.key != move.card)
        return replace(before, own=own, ratings=_without(state.ratings, move.card))
    if move.action == "keep":
        return replace(before, kept=tuple(key for key in state.kept if key != move.card))
    if move.action == "let_go":
        return replace(before, eliminated=tuple(key for key in state.eliminated if key != move.card))
    return replace(before, ranks=move.ranks_before)


def _need_round(state: CardSortState, deck: Deck, wanted: Round) -> None:
    if current_round(state, deck) != wanted:
        raise CardSortError("wrong_round")


def _need_undecided(state: CardSortState, deck: Deck, card: str) -> None:
    _need_round(state, deck, "shortlist")
    if card not in pool(state, deck):
        raise CardSortError("unknown_card")
    if card in state.kept or card in state.eliminated:
        raise CardSortError("already_sorted")


def _place(state: CardSortState, card: str) -> int:
    if card not in state.ranks:
        raise CardSortError("not_ranked")
    return state.ranks.index(card)


def _swap(state: CardSortState, card: str, step: int) -> CardSortState:
    place = _place(state, card)
    other = place + step
    if not 0 <= other < len(state.ranks):
        return state
    ranks = list(state.ranks)
    ranks[place], ranks[other] = ranks[other], ranks[place]
    return _rerank(state, card, tuple(ranks))


def _rerank(state: CardSortState, card: str, ranks: tuple[str, ...]) -> CardSortState:
    return _remember(replace(state, ranks=ranks), Move("rank", card, ranks_before=state.ranks))


def _remember(state: CardSortState, move: Move) -> CardSortState:
    return replace(state, history=(*state.history, move)[-HISTORY_MAX:])


def _without(ratings: Mapping[str, int], card: str) -> dict[str, int]:
    return {key: pile for key, pile in ratings.items() if key != card}
