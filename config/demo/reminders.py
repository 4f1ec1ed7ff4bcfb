"""The messages of the weeks already lived: the real planner and the real second look, without any mail."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from django.db.models import F

from agencies.addresses import address_hash
from agencies.models import Invitation
from coaching.adoption.ladder import left_by_week
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.cohorts.working_days import WorkingDays
from coaching.learning.models import StepCompletion
from coaching.learning.progress import facts_of
from coaching.reminders.facts import (
    CALENDAR_KINDS,
    UNCOUNTED_BY_LADDER,
    PersonFacts,
    Planned,
    Send,
    SentMessage,
    Skip,
)
from coaching.reminders.loading import Loaded, load
from coaching.reminders.models import Reminder
from coaching.reminders.planner import plan, recheck
from coaching.reminders.policy import DEFAULT_POLICY

ONE_DAY = dt.timedelta(days=1)
Completion = tuple[dt.datetime, str]


@dataclass(slots=True)
class _Ended:
    """A message of the past, and how it ended: `reason` is empty for one that left."""

    planned: Planned
    at: dt.datetime
    reasons: tuple[str, ...]
    reason: str = ""


@dataclass
class _Life:
    """One person's weeks as the reminders saw them."""

    loaded: Loaded
    completions: Sequence[Completion]
    contacts: Sequence[dt.datetime]
    history: list[SentMessage] = field(default_factory=list)
    ended: list[_Ended] = field(default_factory=list)
    waiting: dict[str, tuple[dt.datetime, Planned]] = field(default_factory=dict)
    notified_at: dt.datetime | None = None

    @property
    def enrolment(self) -> Enrolment:
        return self.loaded.enrolment

    def facts_at(self, at: dt.datetime) -> PersonFacts:
        """What was known at that moment."""
        facts = self.loaded.facts
        taken = [moment for moment, _address in self.completions if moment <= at]
        left = self._left(at)
        return replace(
            facts,
            status=self._status(at, bool(taken)),
            activated_at=taken[0] if taken else None,
            last_activity_at=taken[-1] if taken else None,
            working=_without_later_pauses(facts.working, facts.calendar.local_day(at)),
            history=tuple(each for each in self.history if each.at <= at),
            closed=frozenset(
                (each.planned.kind, each.planned.occurrence) for each in self.ended if each.reason
            ),
            minutes_left=sum(left.values()),
            left_open_since=next(iter(left), None),
            coach_contacts_on=tuple(facts.calendar.local_day(each) for each in self.contacts if each <= at),
            notified_at=self.notified_at if not taken or _is_after(self.notified_at, taken[-1]) else None,
        )

    def _status(self, at: dt.datetime, has_begun: bool) -> str:
        over_at = self.enrolment.ended_at or self.enrolment.completed_at
        if over_at is not None and over_at <= at:
            return self.enrolment.status
        return Enrolment.Status.ACTIVE if has_begun else Enrolment.Status.INVITED

    def _left(self, at: dt.datetime) -> dict[dt.date, int]:
        """Minutes not done by the day their week opened, of the weeks open at that moment, in order."""
        outline, network = self.loaded.outline, self.loaded.network
        taken = {address: moment for moment, address in self.completions if moment <= at}
        done = facts_of(taken, outline, network.sector, ZoneInfo(network.time_zone)).week_minutes
        opened = ((week.number, week.opens_at) for week in self.loaded.weeks if week.opens_at <= at)
        local_day = self.loaded.facts.calendar.local_day
        left = left_by_week(opened, outline.required_minutes_by_week(network.sector), done)
        return {local_day(opens_at): minutes for opens_at, minutes in left}

    def live(self, since: dt.datetime, now: dt.datetime) -> None:
        """Look at this person each day and after each step, and let what is due leave, up to `now`."""
        looks = {moment for moment, _address in self.completions if since < moment <= now}
        days = (now - since).days
        looks |= {since + ONE_DAY * day for day in range(days + 1)}
        for look, until in _pairs(sorted(looks), now):
            self._plan(look)
            while leaving := self._next_before(until):
                self._decide(*leaving)
                self._plan(leaving[0])

    def _plan(self, at: dt.datetime) -> None:
        known = {each.planned.dedupe_key for each in self.ended}
        for item in plan(self.facts_at(at), DEFAULT_POLICY, at):
            if isinstance(item, Planned) and item.dedupe_key not in known:
                self.waiting.setdefault(item.dedupe_key, (item.due_at, item))

    def _next_before(self, until: dt.datetime) -> tuple[dt.datetime, Planned] | None:
        soon = [entry for entry in self.waiting.values() if entry[0] < until]
        return min(soon, key=lambda entry: (entry[0], entry[1].dedupe_key), default=None)

    def _decide(self, at: dt.datetime, item: Planned) -> None:
        del self.waiting[item.dedupe_key]
        decision = recheck(item, self.facts_at(at), DEFAULT_POLICY, at)
        if isinstance(decision, Send):
            self.ended.append(_Ended(item, at, decision.reasons))
            events = decision.reasons if item.kind in CALENDAR_KINDS else ()
            self.history.append(SentMessage(item.kind, item.occurrence, at, events))
            if "manager_notice" in decision.reasons:
                self.notified_at = at
        elif isinstance(decision, Skip):
            self.ended.append(_Ended(item, at, item.reasons, decision.because))
        else:
            self.waiting[item.dedupe_key] = (decision.until, item)


def replay(enrolment_ids: Collection[int], since: dt.datetime, now: dt.datetime) -> int:
    """Record what would have been sent and held back from `since` to `now`; returns how many left.

    Needs the scope of the network. Nothing is mailed; the ladder's counts are set as if it had been,
    and whatever was due before `now` is in the ledger, so that the first real tick sends nothing old.
    """
    contacts, completions = _contacts(enrolment_ids), _completions(enrolment_ids)
    count = 0
    for enrolment_id, loaded in sorted(load(enrolment_ids, now).items()):
        written = list(loaded.facts.history)  # what the coach sent by hand is in the ledger already
        life = _Life(loaded, completions[enrolment_id], contacts[enrolment_id], history=written)
        start = max(since, loaded.enrolment.invited_at or since)
        life.live(start, now)
        _store(life, now)
        count += len(life.history) - len(written)
    return count


def _pairs(looks: Sequence[dt.datetime], now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    return list(zip(looks, [*looks[1:], now], strict=True))


def _completions(ids: Collection[int]) -> defaultdict[int, list[Completion]]:
    found: defaultdict[int, list[Completion]] = defaultdict(list)
    rows = StepCompletion.objects.filter(enrolment_id__in=ids).order_by("completed_at")
    for enrolment_id, at, address in rows.values_list("enrolment_id", "completed_at", "address"):
        found[enrolment_id].append((at, address))
    return found


def _contacts(ids: Collection[int]) -> defaultdict[int, list[dt.datetime]]:
    found: defaultdict[int, list[dt.datetime]] = defaultdict(list)
    for row in CoachContact.objects.filter(enrolment_id__in=ids):
        found[row.enrolment_id].append(row.happened_at)
    return found


def _without_later_pauses(working: WorkingDays, day: dt.date) -> WorkingDays:
    begun = tuple(pause for pause in working.pauses if pause.starts_on <= day)
    return WorkingDays(working.open_days, working.holidays, working.blackouts, begun)


def _is_after(moment: dt.datetime | None, other: dt.datetime) -> bool:
    return moment is not None and moment > other


# --- into the ledger ---------------------------------------------------------------------------


def _store(life: _Life, now: dt.datetime) -> None:
    rows = Reminder.objects.bulk_create(_row(life, each) for each in life.ended)
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=F("due_at"))
    if life.enrolment.membership.joined_at is None:
        _store_invitations(life)
    enrolment = life.enrolment
    began = _climb_began_at(life)
    left = [each for each in life.history if each.kind not in UNCOUNTED_BY_LADDER]
    enrolment.reminders_sent = sum(began is None or each.at > began for each in left)
    has_notice = life.notified_at is not None and (began is None or life.notified_at > began)
    enrolment.manager_notice_at = life.notified_at if has_notice else None
    enrolment.next_check_at = now if enrolment.is_live else None
    enrolment.save(update_fields=["reminders_sent", "manager_notice_at", "next_check_at"])


def _climb_began_at(life: _Life) -> dt.datetime | None:
    """What set the count of reminders back last: a step, or a pause."""
    calendar = life.loaded.facts.calendar
    paused = [calendar.instant(pause.starts_on, dt.time(0)) for pause in calendar.working.pauses]
    last = life.enrolment.last_activity_at
    return max([*paused, *([last] if last else [])], default=None)


def _row(life: _Life, ended: _Ended) -> Reminder:
    item = ended.planned
    return Reminder(
        enrolment=life.enrolment,
        recipient_id=life.enrolment.membership.user_id,
        kind=item.kind,
        occurrence=item.occurrence,
        dedupe_key=item.dedupe_key,
        reasons=list(ended.reasons),
        local_due=item.local_due.isoformat(timespec="minutes"),
        time_zone=item.time_zone,
        due_at=item.due_at,
        expires_at=item.expires_at,
        next_try_at=ended.at,
        state=Reminder.State.SKIPPED if ended.reason else Reminder.State.SENT,
        reason=ended.reason,
        attempts=0 if ended.reason else 1,
        handed_over_at=None if ended.reason else ended.at,
        finished_at=ended.at,
    )


def _store_invitations(life: _Life) -> None:
    """The links that went out with the invitations; nobody holds their tokens."""
    for message in life.history:
        if message.kind in ("invitation", "invitation_followup"):
            secret = f"{life.enrolment.public_id} {message.occurrence}".encode()
            row = Invitation.objects.create(
                membership=life.enrolment.membership,
                token_hash=hashlib.sha256(secret).digest(),
                address_hash=address_hash(life.enrolment.network.pk, life.enrolment.membership.user.email),
                expires_at=message.at + Invitation.LIFETIME,
            )
            Invitation.objects.filter(pk=row.pk).update(created_at=message.at)
