"""Any history of ticks, breakdowns and activities keeps the caps, the window and one message per reason."""

import datetime as dt
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coaching.cohorts.calendar import CalendarInput, Period, WorkingDays, generate_calendar, public_holidays
from coaching.reminders.facts import CALENDAR_KINDS, TRANSACTIONAL, CalendarEntry, FollowUp, PracticeDue
from coaching.reminders.planner import (
    Defer,
    PersonFacts,
    Planned,
    Send,
    SentMessage,
    WeekOpening,
    next_check_at,
    plan,
    recheck,
)
from coaching.reminders.policy import DEFAULT_POLICY, in_window
from tests.reminders.planner_people import cap_at

START = dt.date(2027, 3, 16)  # the clock changes on 28 March, Easter Monday is the 29th
LAUNCH = dt.datetime(2027, 3, 9, 9, 30, tzinfo=dt.UTC)
CALENDAR = generate_calendar(CalendarInput(START))
WEEKS = tuple(WeekOpening(week.number, week.key, week.opens_at) for week in CALENDAR.weeks)
HOUR = dt.timedelta(hours=1)


@dataclass
class World:
    """One person, one ledger, and a tick that plans, claims and sends like the real one."""

    facts: PersonFacts
    rows: dict[str, Planned] = field(default_factory=dict)
    waits: dict[str, dt.datetime] = field(default_factory=dict)

    def tick(self, now: dt.datetime) -> None:
        for item in plan(self.facts, DEFAULT_POLICY, now):
            if isinstance(item, Planned) and item.dedupe_key not in self.rows:
                self.rows[item.dedupe_key] = item
                self.waits[item.dedupe_key] = item.due_at
        for key in sorted(self.waits, key=lambda key: self.waits[key]):
            if self.waits[key] <= now:
                self.claim(key, now)

    def claim(self, key: str, now: dt.datetime) -> None:
        row = self.rows[key]
        decision = recheck(row, self.facts, DEFAULT_POLICY, now)
        if isinstance(decision, Defer):
            assert now < decision.until < row.expires_at
            self.waits[key] = decision.until
            return
        del self.waits[key]
        if isinstance(decision, Send):
            events = decision.reasons if row.kind in CALENDAR_KINDS else ()
            message = SentMessage(row.kind, row.occurrence, now, events)
            self.facts = replace(self.facts, history=(*self.facts.history, message))
        else:
            self.facts = replace(self.facts, closed=self.facts.closed | {(row.kind, row.occurrence)})

    def act(self, now: dt.datetime) -> None:
        status = "active" if self.facts.status == "invited" else self.facts.status
        self.facts = replace(
            self.facts,
            status=status,
            activated_at=self.facts.activated_at or now,
            last_activity_at=now,
        )

    def move(self, now: dt.datetime) -> None:
        """The next session is moved by a day: another occurrence of it."""
        coming = [event for event in self.facts.events if event.starts_at > now]
        if coming:
            first = min(coming, key=lambda event: event.starts_at)
            moved = replace(first, sequence=first.sequence + 1, starts_at=first.starts_at + 24 * HOUR)
            others = tuple(event for event in self.facts.events if event is not first)
            self.facts = replace(self.facts, events=(*others, moved))


days = st.integers(0, 70).map(lambda n: dt.date(2027, 3, 9) + dt.timedelta(days=n))
pauses = st.lists(
    st.builds(lambda day, n: Period(day, day + dt.timedelta(days=n)), days, st.integers(0, 20)), max_size=2
)
instants = st.integers(24, 24 * 70).map(lambda n: LAUNCH + n * HOUR)
events = st.lists(instants, max_size=5).map(
    lambda found: tuple(CalendarEntry(f"s{number}", 0, at) for number, at in enumerate(found))
)
practices = st.lists(instants, max_size=4).map(
    lambda found: tuple(PracticeDue(f"m/p{number}", LAUNCH, at) for number, at in enumerate(found))
)
zones = st.sampled_from(
    ["Europe/Paris", "Indian/Reunion", "America/Cayenne", "Pacific/Tahiti", "Pacific/Noumea"]
)


@given(
    zone=zones,
    open_days=st.sets(st.integers(1, 7), min_size=1),
    breaks=pauses,
    steps=st.lists(
        st.tuples(
            st.sampled_from(["tick", "tick", "tick", "act", "encourage", "handled", "move"]),
            st.integers(1, 60),
        ),
        max_size=50,
    ),
    meetings=events,
    practices=practices,
)
def test_no_history_breaks_a_cap_a_window_or_the_promise_of_one(
    zone, open_days, breaks, steps, meetings, practices
):
    working = WorkingDays(tuple(sorted(open_days)), public_holidays("FR", "6AE"), tuple(breaks))
    world = World(
        PersonFacts(
            1,
            2,
            "invited",
            zone,
            working,
            WEEKS,
            invited_at=LAUNCH,
            is_visibility_allowed=True,
            events=meetings,
            practices=practices,
        )
    )
    now, encouragements = LAUNCH, 0
    for action, hours in steps:
        now += hours * HOUR
        if action == "act":
            world.act(now)
        elif action == "handled":
            world.facts = replace(world.facts, handled_on=world.facts.calendar.local_day(now))
        elif action == "move":
            world.move(now)
        elif action == "encourage" and not cap_at(
            now, [message.at for message in world.facts.history], world.facts.calendar, DEFAULT_POLICY
        ):
            encouragements += 1
            message = SentMessage("encouragement", f"m{encouragements}", now)
            world.facts = replace(world.facts, history=(*world.facts.history, message))
        world.tick(now)

    check(world)


def run_until(world: World, last_on: dt.date) -> list[SentMessage]:
    """Wake up only when the alarm clock says so, as the tick does."""
    now: dt.datetime | None = LAUNCH
    while now is not None and now.date() <= last_on:
        world.tick(now)
        alarm = next_check_at(world.facts, DEFAULT_POLICY, now)
        waits = [*([alarm] if alarm else []), *world.waits.values()]
        now = max(min(waits), now + dt.timedelta(minutes=1)) if waits else None
    return list(world.facts.history)


def test_eight_silent_weeks_are_eight_digests_and_a_nudge_each_but_where_a_comeback_speaks():
    facts = PersonFacts(
        1,
        2,
        "active",
        "Europe/Paris",
        WorkingDays(holidays=public_holidays("FR")),
        WEEKS,
        invited_at=LAUNCH,
        activated_at=LAUNCH,
    )

    sent = run_until(World(facts), dt.date(2027, 5, 16))

    kinds = [message.kind for message in sent]
    assert kinds.count("weekly_digest") == 8
    # The first comeback, on Tuesday 23 March, rides with the digest; the second takes the place of a
    # nudge, and as it left on a Friday the cap holds back the next one.
    assert [message.at.date().isoformat() for message in sent if message.kind == "comeback"] == ["2027-03-26"]
    assert kinds.count("midweek_nudge") == 6  # the week of Ascension on the Friday
    check(World(replace(facts, history=tuple(sent))))


def test_person_who_never_comes_gets_three_messages_in_all():
    working = WorkingDays(holidays=public_holidays("FR"))
    facts = PersonFacts(1, 2, "invited", "Europe/Paris", working, WEEKS, invited_at=LAUNCH)

    sent = run_until(World(facts), dt.date(2027, 5, 16))

    assert [(message.kind, message.at.date().isoformat()) for message in sent] == [
        ("invitation", "2027-03-09"),
        ("invitation_followup", "2027-03-12"),
        ("invitation_followup", "2027-03-18"),
    ]


def test_week_long_breakdown_ends_in_one_message():
    world = World(
        PersonFacts(
            1,
            2,
            "active",
            "Europe/Paris",
            WorkingDays(holidays=public_holidays("FR")),
            WEEKS,
            invited_at=LAUNCH,
            activated_at=LAUNCH,
        )
    )
    world.tick(LAUNCH)

    for minutes in range(0, 24 * 60, 5):
        world.tick(dt.datetime(2027, 4, 1, 0, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes))

    assert [message.kind for message in world.facts.history] == ["weekly_digest"]
    assert world.facts.history[0].occurrence == "2027-W13"


def check(world: World) -> None:
    calendar = world.facts.calendar
    sent = [message for message in world.facts.history if message.kind != "encouragement"]
    capped = sorted(message.at for message in world.facts.history if message.kind not in TRANSACTIONAL)
    assert all(in_window(message.at, calendar) for message in sent)
    assert len({(message.kind, message.occurrence) for message in sent}) == len(sent)
    assert all(later - earlier >= dt.timedelta(hours=48) for earlier, later in pairwise(capped))
    assert all(
        third - first >= dt.timedelta(days=7) for first, third in zip(capped, capped[2:], strict=False)
    )
    assert sum(message.kind.startswith("invitation") for message in sent) <= 3


@given(
    zone=zones,
    open_days=st.sets(st.integers(1, 7), min_size=1),
    breaks=pauses,
    hours=st.integers(0, 24 * 80),
    history=st.lists(st.integers(0, 24 * 80), max_size=10),
    status=st.sampled_from(["invited", "active", "paused", "completed", "withdrawn"]),
    meetings=events,
    handed_out=practices,
    after_end=st.lists(instants, max_size=3),
)
def test_every_plan_is_in_order_in_the_window_and_under_the_caps(
    zone, open_days, breaks, hours, history, status, meetings, handed_out, after_end
):
    working = WorkingDays(tuple(sorted(open_days)), public_holidays("FR"), (), tuple(breaks))
    now = LAUNCH + hours * HOUR
    sent = tuple(SentMessage("encouragement", str(n), LAUNCH + hour * HOUR) for n, hour in enumerate(history))
    facts = PersonFacts(
        1,
        2,
        status,
        zone,
        working,
        WEEKS,
        invited_at=LAUNCH,
        history=sent,
        activated_at=None if status == "invited" else LAUNCH + HOUR,
        events=meetings,
        practices=handed_out,
        follow_ups=tuple(FollowUp(weeks, at) for weeks, at in zip((4, 8, 12), after_end, strict=False)),
    )

    items = plan(facts, DEFAULT_POLICY, now, dt.timedelta(days=30))

    messages = [item for item in items if isinstance(item, Planned)]
    before = [message.at for message in sent]
    for item in messages:
        others = [other.due_at for other in messages if other is not item and other.kind not in TRANSACTIONAL]
        assert now <= item.due_at < item.expires_at
        assert in_window(item.due_at, facts.calendar)
        assert item.kind in TRANSACTIONAL or not cap_at(
            item.due_at, before + others, facts.calendar, DEFAULT_POLICY
        )
    assert len({item.dedupe_key for item in messages}) == len(messages)
    kinds = {item.kind for item in messages}
    if status == "completed":
        assert kinds <= CALENDAR_KINDS | {"session_soon", "session_today", "follow_up"}
    else:
        assert "follow_up" not in kinds
    assert status != "withdrawn" or not messages
    again = next_check_at(facts, DEFAULT_POLICY, now, items)
    assert again is None or again > now
    if messages:
        assert again is not None
        assert again <= max(min(item.due_at for item in messages), now + dt.timedelta(minutes=1))
