"""The card sort: three rounds, exact undo and resume, and a profile that never overstates."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.learning import card_sort as cs

FAMILIES = tuple(
    cs.Family(key, angle, key == "tradition")
    for key, angle in [
        ("self-direction", 0),
        ("stimulation", 40),
        ("hedonism", 80),
        ("achievement", 120),
        ("power", 160),
        ("security", 200),
        ("conformity", 240),
        ("tradition", 240),
        ("benevolence", 280),
        ("universalism", 320),
    ]
)
DECK = cs.Deck(
    tuple(cs.Card(f"{family.key}-{n}", family.key) for family in FAMILIES for n in range(6)), FAMILIES
)
# sha256("42:a"), sha256("42:b"), … sorted: computed once outside this code.
ORDER_OF_SEED_42 = ("f", "c", "a", "b", "d", "e")
SMALL = cs.Deck(tuple(cs.Card(f"c{n:02}", "power") for n in range(14)), FAMILIES)


def sorted_with(deck: cs.Deck, piles: dict[str, int], seed: int = 7) -> cs.CardSortState:
    """All cards of the deck rated, 0 unless said otherwise."""
    state = cs.new_state(seed)
    for card in cs.order(seed, deck):
        state = cs.rate(state, deck, card, piles.get(card, 0))
    return state


def favourites(deck: cs.Deck, count: int, pile: int = 2) -> dict[str, int]:
    return {card.key: pile for card in deck.cards[:count]}


def test_order_comes_from_the_seed_alone():
    first, again, other = cs.order(1, DECK), cs.order(1, DECK), cs.order(2, DECK)

    assert first == again
    assert first != other
    assert sorted(first) == sorted(card.key for card in DECK.cards)


def test_order_is_the_same_on_every_machine_and_version():
    deck = cs.Deck(tuple(cs.Card(key, "power") for key in "abcdef"), FAMILIES)

    assert cs.order(42, deck) == ORDER_OF_SEED_42


def test_card_added_to_the_deck_leaves_the_others_in_their_order():
    larger = cs.Deck((*DECK.cards, cs.Card("nouvelle", "power")), FAMILIES)

    without = tuple(card for card in cs.order(3, larger) if card != "nouvelle")

    assert without == cs.order(3, DECK)


def test_rating_moves_on_to_the_next_card():
    state = cs.new_state(7)
    first, second = cs.order(7, DECK)[:2]

    state = cs.rate(state, DECK, first, 2)

    assert cs.next_card(state, DECK) == second
    assert cs.rounds(state, DECK)[0] == cs.RoundProgress("sort", 1, 60)


def test_card_can_change_pile_while_the_first_round_lasts():
    first = cs.order(7, DECK)[0]

    state = cs.rate(cs.rate(cs.new_state(7), DECK, first, 2), DECK, first, 0)

    assert state.ratings == {first: 0}


def test_more_than_ten_favourites_are_let_go_until_ten_remain():
    state = sorted_with(DECK, favourites(DECK, 13))

    assert cs.current_round(state, DECK) == "shortlist"
    assert cs.rounds(state, DECK)[1] == cs.RoundProgress("shortlist", 0, 3)
    for _ in range(3):
        card = cs.next_card(state, DECK)
        assert card is not None
        state = cs.let_go(state, DECK, card)

    assert cs.current_round(state, DECK) == "rank"
    assert len(cs.shortlist(state, DECK) or ()) == 10
    assert cs.next_card(state, DECK) is None


def test_ten_kept_cards_end_the_second_round():
    state = sorted_with(DECK, favourites(DECK, 20))

    for card in cs.pool(state, DECK)[:10]:
        state = cs.keep(state, DECK, card)

    assert cs.shortlist(state, DECK) == cs.pool(state, DECK)[:10]
    assert cs.rounds(state, DECK)[1].is_done


def test_fewer_than_five_favourites_call_the_important_cards():
    piles = favourites(DECK, 6, pile=1) | favourites(DECK, 3)

    state = sorted_with(DECK, piles)

    assert set(cs.shortlist(state, DECK) or ()) == {card.key for card in DECK.cards[:6]}


def test_nothing_important_completes_without_ranks():
    state = sorted_with(DECK, {})

    assert cs.is_complete(state, DECK)
    assert cs.ranks_wanted(state, DECK) == 0


def test_three_important_cards_are_ranked_three():
    state = sorted_with(DECK, favourites(DECK, 3))

    for card in cs.shortlist(state, DECK) or ():
        assert not cs.is_complete(state, DECK)
        state = cs.choose(state, DECK, card)

    assert cs.is_complete(state, DECK)


def test_ranking_moves_up_and_down_and_stops_at_the_ends():
    state = sorted_with(DECK, favourites(DECK, 5))
    a, b, c, d, e = cs.shortlist(state, DECK) or ()
    for card in (a, b, c, d, e):
        state = cs.choose(state, DECK, card)

    state = cs.move_up(state, DECK, c)
    state = cs.move_down(state, DECK, d)
    state = cs.move_up(state, DECK, a)

    assert state.ranks == (a, c, b, e, d)
    assert cs.move_up(state, DECK, a) == state
    assert cs.is_complete(state, DECK)


def test_undo_goes_back_across_rounds():
    state = sorted_with(SMALL, favourites(SMALL, 14))
    begun = cs.keep(state, SMALL, cs.pool(state, SMALL)[0])

    back = cs.undo(cs.undo(begun))

    assert cs.current_round(back, SMALL) == "sort"
    assert len(cs.unsorted_cards(back, SMALL)) == 1


def test_own_cards_are_two_at_most_and_already_very_important():
    state = cs.add_own(cs.add_own(cs.new_state(1), "  Le  mot juste "), "Patience")

    assert [card.label for card in state.own] == ["Le mot juste", "Patience"]
    assert set(state.ratings.values()) == {2}
    with pytest.raises(cs.CardSortError, match="own_cards_full"):
        cs.add_own(state, "Trop")


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (lambda s: cs.rate(s, DECK, "inconnue", 1), "unknown_card"),
        (lambda s: cs.rate(s, DECK, "power-0", 3), "unknown_pile"),
        (lambda s: cs.rate(s, DECK, "power-0", True), "unknown_pile"),
        (lambda s: cs.skip(s, DECK, ""), "unknown_card"),
        (lambda s: cs.keep(s, DECK, "power-0"), "wrong_round"),
        (lambda s: cs.choose(s, DECK, "power-0"), "wrong_round"),
        (lambda s: cs.move_up(s, DECK, "power-0"), "not_ranked"),
        (lambda s: cs.add_own(s, "   "), "own_label"),
        (lambda s: cs.add_own(s, "x" * 61), "own_label"),
        (cs.undo, "nothing_to_undo"),
    ],
)
def test_move_that_makes_no_sense_is_refused_with_its_code(move, code):
    with pytest.raises(cs.CardSortError) as refusal:
        move(cs.new_state(1))

    assert refusal.value.code == code


def test_double_press_in_the_second_round_is_refused():
    state = sorted_with(DECK, favourites(DECK, 20))
    card = cs.pool(state, DECK)[0]

    with pytest.raises(cs.CardSortError, match="already_sorted"):
        cs.let_go(cs.keep(state, DECK, card), DECK, card)


def test_profile_is_centred_on_the_person_s_own_mean():
    ratings = {card.key: 2 if card.family == "security" else 1 for card in DECK.cards}

    profile = cs.family_profile(ratings, DECK)

    by_family = {score.family.key: score for score in profile.scores}
    assert profile.mean == pytest.approx(1.1)
    assert by_family["security"].centred == pytest.approx(0.9)
    assert by_family["power"].centred == pytest.approx(-0.1)
    assert profile.has_contrast


@pytest.mark.parametrize("pile", [0, 1, 2])
def test_equal_piles_give_no_contrast(pile):
    profile = cs.family_profile({card.key: pile for card in DECK.cards}, DECK)

    assert not profile.has_contrast
    assert profile.reason == "all_equal"
    assert {score.centred for score in profile.scores} == {0.0}


def test_family_with_fewer_than_four_rated_cards_is_not_shown():
    ratings = {f"power-{n}": 2 for n in range(3)} | {f"security-{n}": 1 for n in range(4)}

    scores = {score.family.key: score for score in cs.family_profile(ratings, DECK).scores}

    assert not scores["power"].is_shown
    assert scores["security"].is_shown
    assert scores["power"].mean is None


def test_untouched_deck_has_no_profile_rather_than_zeros():
    profile = cs.family_profile({"own-1": 2}, DECK)

    assert profile.reason == "nothing_rated"
    assert profile.mean is None


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [(0, 320, 40), (0, 180, 180), (200, 240, 40), (240, 240, 0), (40, 200, 160), (320, 40, 80)],
)
def test_distance_is_the_smallest_angle(a, b, distance):
    assert cs.angular_distance(cs.Family("a", a), cs.Family("b", b)) == distance


def test_neighbours_and_tensions_of_the_top_five():
    top = ("security-0", "stimulation-1", "benevolence-0", "benevolence-1", "own-1")

    near, far = cs.neighbours(top, DECK), cs.tensions(top, DECK)

    assert [(pair.first, pair.second) for pair in near] == [("benevolence-0", "benevolence-1")]
    assert [(pair.first, pair.second) for pair in far] == [("security-0", "stimulation-1")]


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        "texte",
        {},
        {"seed": "1"},
        {"seed": True},
        {"seed": 1, "version": 2},
        {"seed": 1, "ratings": []},
        {"seed": 1, "ratings": {"power-0": 3}},
        {"seed": 1, "ratings": {"power-0": True}},
        {"seed": 1, "skipped": "power-0"},
        {"seed": 1, "kept": ["power-0", "power-0"]},
        {"seed": 1, "ranks": [1]},
        {"seed": 1, "own": [{"key": "own-2", "label": "x"}]},
        {"seed": 1, "own": [{"key": "own-1"}]},
        {"seed": 1, "own": ["own-1"]},
        {"seed": 1, "history": [{"action": "delete", "card": "power-0"}]},
        {"seed": 1, "history": [{"action": "rate", "card": "power-0", "was_skipped": 1}]},
        {"seed": 1, "history": [{"action": [], "card": "power-0"}]},
    ],
)
def test_stored_nonsense_is_refused_with_a_typed_error(nonsense):
    with pytest.raises(cs.CardSortDataError):
        cs.from_json(nonsense, DECK)


def test_older_and_newer_keys_are_tolerated():
    state = cs.from_json({"seed": 5, "theme": "dark", "ratings": {"power-0": 2, "retired": 1}}, DECK)

    assert state == cs.CardSortState(5, {"power-0": 2})


def test_ranks_that_no_shortlist_supports_are_dropped():
    state = cs.from_json({"seed": 5, "ranks": ["power-0"], "kept": ["power-1"]}, DECK)

    assert state == cs.new_state(5)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "rate",
                "rate",
                "rate",
                "skip",
                "own",
                "keep",
                "let_go",
                "choose",
                "unchoose",
                "up",
                "down",
                "undo",
            ]
        ),
        st.integers(0, 15),
        st.integers(-1, 3),
        st.booleans(),
    ),
    max_size=60,
)


def act(state: cs.CardSortState, step: tuple[str, int, int, bool]) -> cs.CardSortState:
    action, index, pile, is_next = step
    cards = cs.all_cards(state, SMALL)
    card = (cs.next_card(state, SMALL) if is_next else None) or cards[index % len(cards)]
    moves = {
        "rate": lambda: cs.rate(state, SMALL, card, pile),
        "skip": lambda: cs.skip(state, SMALL, card),
        "own": lambda: cs.add_own(state, f"mot {index}"),
        "keep": lambda: cs.keep(state, SMALL, card),
        "let_go": lambda: cs.let_go(state, SMALL, card),
        "choose": lambda: cs.choose(state, SMALL, card),
        "unchoose": lambda: cs.unchoose(state, SMALL, card),
        "up": lambda: cs.move_up(state, SMALL, card),
        "down": lambda: cs.move_down(state, SMALL, card),
        "undo": lambda: cs.undo(state),
    }
    return moves[action]()


@given(seed=st.integers(0, 2**31), steps=ACTIONS, start=st.integers(0, 14))
def test_any_sequence_keeps_the_state_sound_and_storable(seed, steps, start):
    state = cs.new_state(seed)
    for card in cs.order(seed, SMALL)[:start]:
        state = cs.rate(state, SMALL, card, 2)

    for step in steps:
        try:
            after = act(state, step)
        except cs.CardSortError:
            continue
        if step[0] != "undo" and after != state:
            assert cs.undo(after) == state
        state = after
        check(state)

    stored = json.loads(json.dumps(cs.to_json(state)))
    assert cs.from_json(stored, SMALL) == state


def check(state: cs.CardSortState) -> None:
    cards = set(cs.all_cards(state, SMALL))
    shortlist = cs.shortlist(state, SMALL)
    assert set(state.ratings) | state.skipped <= cards
    assert not set(state.ratings) & state.skipped
    assert not set(state.kept) & set(state.eliminated)
    assert len(state.own) <= cs.OWN_CARDS_MAX
    assert set(state.ranks) <= set(shortlist or ())
    assert len(state.ranks) == len(set(state.ranks)) <= cs.RANKED
    assert shortlist is None or len(shortlist) <= cs.SHORTLIST_MAX
    assert all(0 <= part.done <= part.total for part in cs.rounds(state, SMALL))
    assert (cs.next_card(state, SMALL) is None) == (cs.current_round(state, SMALL) == "rank")
    if cs.is_complete(state, SMALL):
        assert all(part.is_done for part in cs.rounds(state, SMALL))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["seed", "ratings", "own", "kept", "history", "ranks", "skipped", "card", "key"]
                ),
                inner,
                max_size=5,
            )
        ),
    )
)
def test_reading_anything_gives_a_state_or_the_typed_error(data):
    try:
        state = cs.from_json(data, SMALL)
    except cs.CardSortDataError:
        return
    check(state)
