"""Sorting value cards by plain forms: each placement is one POST, saved at once, undone one by one.

The moves are those of coaching.learning.card_sort. Stored: `sort` (its state), `finished`, and `top`, the
ranked cards of the last finished sort, which other steps repeat while a new sort is under way. While it is,
`last` holds the finished sort whole: its circle stays readable, and giving up the new sort brings it back.
Nothing is kept of earlier sorts unless the person asks (domain.md 2.3): then `keeps_history` is set and
`history` holds their ranked cards with the day they were finished on, newest first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.learning import card_sort as sorting
from coaching.learning.card_sort import CardSortState, Deck
from coaching.learning.steps.base import (
    Accepted,
    Content,
    Form,
    InvalidAnswer,
    Outcome,
    PickedCard,
    Refused,
    StepKind,
    Task,
    mapping,
    typed_number,
    typed_text,
)
from coaching.learning.steps.card_sort_pages import page_context
from coaching.programmes.decks import DeckOutline

RANK_MOVES: Mapping[str, Callable[[CardSortState, Deck, str], CardSortState]] = {
    "choose": sorting.choose,
    "unchoose": sorting.unchoose,
    "up": sorting.move_up,
    "down": sorting.move_down,
}
# A second click, or a page left open: the state already is what the person wanted, or has moved on.
HARMLESS = frozenset(
    {"wrong_round", "already_sorted", "already_ranked", "not_ranked", "nothing_to_undo", "ranking_full"}
)
# These start from what the page showed: `at` says after how many moves that was.
RELATIVE = ("undo", "up", "down")
HISTORY_KEPT = 12  # earlier tops, for those who keep them


class CardSort(StepKind):
    kind = "card_sort"
    template = "coaching/learning/steps/card_sort.html"

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        deck, state = sorting_deck(task.deck), state_of(task, previous)
        if "history" in form:
            return Accepted(
                _with_history(previous, form.get("history")), stay={"view": "circle"}, place="earlier"
            )
        if "redo" in form and previous.get("finished"):  # a second click must not empty the new sort
            fresh = sorting.new_state((state.seed + 1) % 2**31)
            return Accepted(_stored(task, fresh, previous), stay={})
        if "reopen" in form or "redo" in form:
            return Accepted(_stored(task, state, previous), stay={})
        if "give_up" in form:
            return Accepted(_given_up(previous), stay={})
        if "finish" in form:
            return _finish(task, state, previous)
        try:
            moved = _move(task, deck, state, form)
        except sorting.CardSortError as error:
            if error.code in HARMLESS:
                return Accepted(previous, stay={})
            field = "own_label" if error.code.startswith("own") else "card"
            return Refused({field: _words(error.code)}, previous)
        content = previous if moved == state else _stored(task, moved, previous)
        return Accepted(content, stay={}, place=_place(deck, state, moved, form))

    def clean(self, task: Task, content: Content) -> Content:
        try:
            state = sorting.from_json(content.get("sort"), sorting_deck(task.deck))
        except sorting.CardSortDataError as error:
            raise InvalidAnswer(str(error)) from error
        finished = _finish(task, state, {})
        if not isinstance(finished, Accepted):
            raise InvalidAnswer("the sort is not finished")
        return finished.content

    def is_complete(self, task: Task, content: Content) -> bool:
        if not content.get("finished"):
            return False
        return sorting.is_complete(state_of(task, content), sorting_deck(task.deck))

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        deck, state = sorting_deck(task.deck), state_of(task, content)
        is_finished = bool(content.get("finished"))
        last = None if is_finished else last_of(task, content)
        context = page_context(task, deck, state, is_finished=is_finished, last=last, query=query)
        return context | history_of(task, content) if context["view"] == "circle" else context


def state_of(task: Task, content: Content) -> CardSortState:
    """The stored sort, or an untouched deck in this person's order."""
    try:
        return sorting.from_json(content.get("sort"), sorting_deck(task.deck))
    except sorting.CardSortDataError:
        return sorting.new_state(task.seed)


def last_of(task: Task, content: Content) -> CardSortState | None:
    """The last finished sort, while a new one is under way."""
    try:
        return sorting.from_json(content.get("last"), sorting_deck(task.deck))
    except sorting.CardSortDataError:
        return None


def top_cards(content: Content, deck: DeckOutline, count: int, language: str) -> tuple[PickedCard, ...]:
    """The first cards of the last finished sort, best first; none before it is finished."""
    top = content.get("top")
    entries = [mapping(entry) for entry in top] if isinstance(top, list) else []
    entries = [entry for entry in entries if isinstance(entry.get("key"), str)]
    known = {card.key for card in deck.cards}
    return tuple(
        PickedCard(
            str(entry["key"]),
            deck.card(entry["key"]).label.in_language(language)
            if entry["key"] in known
            else str(entry.get("label") or ""),
        )
        for entry in entries[:count]
        if entry.get("key") in known or entry.get("label")
    )


@lru_cache(maxsize=16)
def _sorting_deck(cards: tuple[tuple[str, str], ...], families: tuple[tuple[str, int, str], ...]) -> Deck:
    return Deck(
        cards=tuple(sorting.Card(key, family) for key, family in cards),
        families=tuple(sorting.Family(key, angle, ring == "outer") for key, angle, ring in families),
    )


def sorting_deck(deck: DeckOutline | None) -> Deck:
    """The deck as the sort knows it: keys and places on the circle, no words."""
    if deck is None:
        return Deck((), ())
    return _sorting_deck(
        tuple((card.key, card.family_key) for card in deck.cards),
        tuple((family.key, family.angle, family.ring) for family in deck.families),
    )


def _place(deck: Deck, before: CardSortState, after: CardSortState, form: Form) -> str:
    """Where the person goes on: on the card that moved, or on the one that took its place."""
    if "skip" in form:
        return "skip"
    for name in ("up", "down", "unchoose"):
        if name not in form:
            continue
        card = typed_text(form.get(name))
        if card not in after.ranks:
            return f"choose-{card}"
        # The first card has no « up » and the last no « down ».
        edge = {"up": after.ranks[0], "down": after.ranks[-1]}[name]
        other = "down" if name == "up" else "up"
        return f"{other if card == edge else name}-{card}"
    if "choose" not in form or sorting.is_complete(after, deck):
        return "ranked" if "choose" in form else ""
    # The next card takes the place of the one that was chosen, or the last one when it was the last.
    shown, chosen = sorting.shortlist(before, deck) or (), typed_text(form.get("choose"))
    if chosen not in shown:
        return ""
    left = [card for card in shown if card not in after.ranks]
    passed = [card for card in left if shown.index(card) < shown.index(chosen)]
    return f"choose-{left[min(len(passed), len(left) - 1)]}" if left else "ranked"


def _move(task: Task, deck: Deck, state: CardSortState, form: Form) -> CardSortState:
    card = typed_text(form.get("card"))
    moves = len(state.history)
    if any(name in form for name in RELATIVE) and typed_number(form.get("at"), moves) != moves:
        return state
    if "undo" in form:
        return sorting.undo(state)
    if "own_label" in form and "add_own" in form:
        if typed_text(form.get("own_label")) in [own.label for own in state.own]:
            return state
        if len(state.own) >= int(task.fields.get("own_cards", 0)):
            raise sorting.CardSortError("own_cards_full")
        return sorting.add_own(state, typed_text(form.get("own_label")))
    if "list" in form:
        return _rate_listed(deck, state, form)
    if "skip" in form:
        return state if card in state.skipped else sorting.skip(state, deck, card)
    if "pile" in form:
        pile = typed_number(form.get("pile"), -1)
        return state if state.ratings.get(card) == pile else sorting.rate(state, deck, card, pile)
    if "keep" in form:
        return sorting.keep(state, deck, card)
    if "let_go" in form:
        return sorting.let_go(state, deck, card)
    for name, move in RANK_MOVES.items():
        if name in form:
            return move(state, deck, typed_text(form.get(name)))
    raise sorting.CardSortError("unknown_card")


def _rate_listed(deck: Deck, state: CardSortState, form: Form) -> CardSortState:
    """The list view: every card whose radio changed, in the order of the page."""
    for card in sorting.all_cards(state, deck):
        pile = typed_number(form.get(f"rate-{card}"), -1)
        if pile in sorting.PILES and state.ratings.get(card) != pile:
            if sorting.current_round(state, deck) != "sort":
                break
            state = sorting.rate(state, deck, card, pile)
    return state


def _finish(task: Task, state: CardSortState, previous: Content) -> Outcome:
    if not sorting.is_complete(state, sorting_deck(task.deck)):
        return Refused({"card": _("Il reste des cartes à choisir avant de terminer.")}, previous)
    own = {card.key: card.label for card in state.own}
    top = [{"key": key, "label": own[key]} if key in own else {"key": key} for key in state.ranks]
    content = {"sort": sorting.to_json(state), "finished": True, "top": top}
    return Accepted({**content, "on": timezone.localdate().isoformat(), **_kept(previous, top)}, stay={})


def _kept(previous: Content, top: list[dict[str, str]]) -> Content:
    """The history after a sort is finished: the top that it replaces is added, when the person keeps them."""
    if not previous.get("keeps_history"):
        return {}
    before, earlier = previous.get("top"), _history(previous)
    if isinstance(before, list) and before and before != top:
        earlier = [{"on": str(previous.get("on") or ""), "top": before}, *earlier]
    return {"keeps_history": True, "history": earlier[:HISTORY_KEPT]}


def _history(content: Content) -> list[Any]:
    history = content.get("history")
    return history if isinstance(history, list) else []


def _carried(previous: Content) -> Content:
    """What a move leaves as it is: the day of the last finished sort, and the history if it is kept."""
    return {name: previous[name] for name in ("on", "keeps_history", "history") if name in previous}


def _with_history(previous: Content, wish: Any) -> Content:
    """« keep » the tops from now on, « erase » them and stop keeping them."""
    if wish == "keep":
        return {**previous, "keeps_history": True, "history": _history(previous)}
    if wish == "erase":
        return {name: value for name, value in previous.items() if name not in ("keeps_history", "history")}
    return previous


def finished_sort(task: Task, content: Content) -> CardSortState | None:
    """The last finished sort, also while a new one is under way; None before the first."""
    if not content.get("finished"):
        return last_of(task, content)
    state = state_of(task, content)
    return state if sorting.is_complete(state, sorting_deck(task.deck)) else None


def history_of(task: Task, content: Content) -> dict[str, Any]:
    """Earlier first values in words with their day, and whether the person keeps them."""
    earlier = []
    for entry in _history(content):
        top = mapping(entry).get("top")
        if task.deck is None or not isinstance(top, list):
            continue
        cards = top_cards({"top": top}, task.deck, sorting.RANKED, task.language)
        earlier.append({"on": _day(mapping(entry).get("on")), "cards": cards})
    return {"keeps_history": bool(content.get("keeps_history")), "earlier": earlier}


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _stored(task: Task, state: CardSortState, previous: Content) -> Content:
    last = previous.get("sort") if previous.get("finished") else previous.get("last")
    kept = {"last": last} if last else {}
    state_now = {"sort": sorting.to_json(state), "finished": False, "top": previous.get("top") or []}
    return {**state_now, **kept, **_carried(previous)}


def _given_up(previous: Content) -> Content:
    """The last finished sort as it was; nothing changes where there is none."""
    if not previous.get("last"):
        return previous
    return {
        "sort": previous["last"],
        "finished": True,
        "top": previous.get("top") or [],
        **_carried(previous),
    }


def _words(code: str) -> str:
    if code == "own_cards_full":
        return _("Vos deux cartes à vous sont déjà écrites.")
    if code == "own_label":
        return _("Écrivez un mot ou deux pour votre carte, 60 signes au plus.")
    return _("Cette carte n’est pas dans votre jeu. Reprenez avec celle qui est affichée.")
