"""A sort as JSON and back: exact for our own, patient with other forms, closed to nonsense. No Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from coaching.learning.card_sort.deck import Deck
from coaching.learning.card_sort.sorting import (
    HISTORY_MAX,
    OWN_CARDS_MAX,
    OWN_LABEL_MAX,
    OWN_PREFIX,
    PILES,
    RANKED,
    CardSortState,
    Move,
    OwnCard,
    all_cards,
    pool,
    shortlist,
    unsorted_cards,
)

VERSION = 1
_SEED_MAX = 2**63
_LIST_MAX = 2000
_ACTIONS = ("rate", "skip", "own", "keep", "let_go", "rank")


class CardSortDataError(ValueError):
    """Stored data that is no card sort; `field` is where reading stopped."""

    def __init__(self, field: str) -> None:
        super().__init__(f"not a card sort: {field}")
        self.field = field


def to_json(state: CardSortState) -> dict[str, object]:
    """Plain values for a JSON column; the deck's order is not in it, the seed gives it back."""
    return {
        "version": VERSION,
        "seed": state.seed,
        "ratings": dict(state.ratings),
        "skipped": sorted(state.skipped),
        "own": [{"key": card.key, "label": card.label} for card in state.own],
        "kept": list(state.kept),
        "eliminated": list(state.eliminated),
        "ranks": list(state.ranks),
        "history": [_move_to_json(move) for move in state.history],
    }


def _move_to_json(move: Move) -> dict[str, object]:
    found: dict[str, object] = {"action": move.action, "card": move.card}
    if move.pile_before is not None:
        found["pile_before"] = move.pile_before
    if move.was_skipped:
        found["was_skipped"] = True
    if move.ranks_before:
        found["ranks_before"] = list(move.ranks_before)
    return found


def from_json(data: object, deck: Deck) -> CardSortState:
    """The state that was stored.

    Unknown keys are ignored and missing ones take their start value. Cards that the deck no longer
    has are dropped, with the undo history that mentions them. Anything of the wrong type, or a seed
    missing, raises CardSortDataError: a wrong sort must never replace a stored one in silence.
    """
    if not isinstance(data, dict):
        raise CardSortDataError("root")
    if _integer(data.get("version", VERSION), "version", 1, _SEED_MAX) > VERSION:
        raise CardSortDataError("version")
    state = CardSortState(
        seed=_integer(data.get("seed"), "seed", -_SEED_MAX, _SEED_MAX),
        ratings=_ratings(data.get("ratings", {})),
        skipped=frozenset(_keys(data.get("skipped", []), "skipped")),
        own=_own(data.get("own", [])),
        kept=_keys(data.get("kept", []), "kept"),
        eliminated=_keys(data.get("eliminated", []), "eliminated"),
        ranks=_keys(data.get("ranks", []), "ranks"),
        history=tuple(_move(item) for item in _list(data.get("history", []), "history"))[-HISTORY_MAX:],
    )
    return _fit(state, deck)


def _fit(state: CardSortState, deck: Deck) -> CardSortState:
    """Drop what the present deck or the rounds leave no place for; a consistent state is untouched."""
    known = frozenset(all_cards(state, deck))
    fitted = replace(
        state,
        ratings={key: pile for key, pile in state.ratings.items() if key in known},
        skipped=(state.skipped & known) - frozenset(state.ratings),
    )
    is_sorted = not unsorted_cards(fitted, deck)
    candidates = frozenset(pool(fitted, deck)) if is_sorted else frozenset()
    kept = _only(fitted.kept, lambda key: key in candidates)
    eliminated = _only(fitted.eliminated, lambda key: key in candidates and key not in kept)
    fitted = replace(fitted, kept=kept, eliminated=eliminated)
    remaining = shortlist(fitted, deck) or ()
    fitted = replace(fitted, ranks=_only(fitted.ranks, lambda key: key in remaining)[:RANKED])
    if _same_choices(fitted, state) and all(move.card in known for move in state.history):
        return fitted
    return replace(fitted, history=())


def _same_choices(a: CardSortState, b: CardSortState) -> bool:
    return replace(a, history=()) == replace(b, history=())


def _only(keys: tuple[str, ...], wanted: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(key for key in keys if wanted(key))


def _integer(value: object, field: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise CardSortDataError(field)
    return value


def _text(value: object, field: str, longest: int = 130) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise CardSortDataError(field)
    return value


def _list(value: object, field: str) -> list[object]:
    if not isinstance(value, list) or len(value) > _LIST_MAX:
        raise CardSortDataError(field)
    return value


def _keys(value: object, field: str) -> tuple[str, ...]:
    keys = tuple(_text(item, field) for item in _list(value, field))
    if len(set(keys)) != len(keys):
        raise CardSortDataError(field)
    return keys


def _mapping(value: object, field: str) -> Mapping[object, object]:
    if not isinstance(value, dict) or len(value) > _LIST_MAX:
        raise CardSortDataError(field)
    return value


def _ratings(value: object) -> dict[str, int]:
    return {
        _text(key, "ratings"): _integer(pile, "ratings", min(PILES), max(PILES))
        for key, pile in _mapping(value, "ratings").items()
    }


def _own(value: object) -> tuple[OwnCard, ...]:
    items = [_mapping(item, "own") for item in _list(value, "own")]
    cards = tuple(
        OwnCard(_text(item.get("key"), "own"), _text(item.get("label"), "own", OWN_LABEL_MAX))
        for item in items
    )
    expected = tuple(f"{OWN_PREFIX}{place}" for place in range(1, len(cards) + 1))
    if len(cards) > OWN_CARDS_MAX or tuple(card.key for card in cards) != expected:
        raise CardSortDataError("own")
    return cards


def _move(value: object) -> Move:
    item = _mapping(value, "history")
    action = next((known for known in _ACTIONS if known == item.get("action")), None)
    if action is None:
        raise CardSortDataError("history")
    pile = item.get("pile_before")
    was_skipped = item.get("was_skipped", False)
    if not isinstance(was_skipped, bool):
        raise CardSortDataError("history")
    return Move(
        action,  # type: ignore[arg-type]  # one of the literals of Action, tested above
        _text(item.get("card"), "history"),
        None if pile is None else _integer(pile, "history", min(PILES), max(PILES)),
        was_skipped,
        _keys(item.get("ranks_before", []), "history"),
    )
