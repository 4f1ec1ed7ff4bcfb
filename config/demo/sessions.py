"""Live sessions of the demonstration: who was there, what comes, and the one-to-ones of these weeks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment, LiveSession

TALK_HOURS = (9, 10, 11)
DAY = dt.timedelta(days=1)
MISTAKEN, CORRECTION = "Anne Kerbrat", "Présente par téléphone, la visio ne passait pas."
WATCHED_LATER = "Nadia Cherif"
IN_THE_EVENING = ("Catherine Bodin", "Gwenaël Riou", "Emma Clarke")
WORKSHOP = ("Atelier express : une phrase, dix regards", "Quick workshop: one sentence, ten pairs of eyes")
WORKSHOP_TIMES = (dt.time(9), dt.time(11, 30), dt.time(14), dt.time(17, 30))


def live_sessions(cohort: Cohort, coach: Membership, now: dt.datetime) -> None:
    """Past sessions signed by whoever went on afterwards; what comes; talks, held, taken and offered."""
    with networks(cohort.network.pk, user_id=coach.user_id):
        people = {
            row.membership.shown_name: row for row in cohort.enrolments.live().with_person().order_by("pk")
        }
        past = [row for row in cohort.sessions.standing() if row.window.closes_at < now]
        for number, session in enumerate(past):
            for name, enrolment in people.items():
                if number == 0 and name in (MISTAKEN, WATCHED_LATER):
                    cohorts.mark(session, enrolment, coach, "absent", now=session.starts_at)
                else:
                    _attend(session, enrolment, coach, is_first=number == 0)
            cohorts.confirm(session, coach, now=session.ends_at)
        _put_right(past[0], people, coach)
        _plan(cohort, people, now)
        _offer_talks(cohort, coach, people, now)


def _put_right(session: LiveSession, people: dict[str, Enrolment], coach: Membership) -> None:
    """One was marked absent by mistake, and set right with the reason; another has seen the replay."""
    late = session.window.closes_at + DAY
    cohorts.mark(session, people[MISTAKEN], coach, "present", reason=CORRECTION, now=late)
    cohorts.record_replay(people[WATCHED_LATER], session, now=session.ends_at + 2 * DAY)


def _plan(cohort: Cohort, people: dict[str, Enrolment], now: dt.datetime) -> None:
    """The next session has an evening slot as well, that three people prefer; a workshop is next."""
    following = next(row for row in cohort.sessions.standing() if row.starts_at > now)
    evening = following.starts_at.astimezone(ZoneInfo(cohort.time_zone)).replace(hour=18, minute=15)
    other = cohorts.add_second_slot(following, starts_at=evening, now=now)
    for name in IN_THE_EVENING:
        cohorts.choose_slot(people[name], other, now=now)
    fr, en = WORKSHOP
    cohorts.add_session(
        cohort,
        starts_at=_next_hour(cohort, now),
        minutes=30,
        title_fr=fr,
        title_en=en,
        join_url=cohort.session_url,
        now=now,
    )


def _next_hour(cohort: Cohort, now: dt.datetime) -> dt.datetime:
    """Today when some of the day is left, else the next one; never on a week-end."""
    zone = ZoneInfo(cohort.time_zone)
    local = now.astimezone(zone)
    days = (local.date() + n * DAY for n in range(4))
    hours = (dt.datetime.combine(day, time, zone) for day in days for time in WORKSHOP_TIMES)
    return next(at for at in hours if at.isoweekday() < 6 and at > local + dt.timedelta(minutes=20))


def _attend(session: LiveSession, enrolment: Enrolment, coach: Membership, *, is_first: bool) -> None:
    """Who stopped afterwards was at the first one; who pauses is excused."""
    if enrolment.last_activity_at and enrolment.last_activity_at > session.ends_at:
        code = cohorts.code_of(session)
        cohorts.enter_code(enrolment, code, now=session.starts_at + dt.timedelta(minutes=10))
    elif is_first and enrolment.activated_at:
        cohorts.mark(session, enrolment, coach, "present", now=session.starts_at)
    elif enrolment.status == Enrolment.Status.PAUSED:
        cohorts.mark(session, enrolment, coach, "excused", now=session.starts_at)


def _offer_talks(cohort: Cohort, coach: Membership, people: dict[str, Enrolment], now: dt.datetime) -> None:
    """One talk was held last week; two mornings are offered, and the first slot is somebody's."""
    first, second = list(people.values())[:2]
    local = now.astimezone(dt.UTC)
    day = next(each for n in (5, 6, 7) if (each := local - n * DAY).isoweekday() < 6)
    held = day.replace(hour=TALK_HOURS[0], minute=0, second=0, microsecond=0)
    cohorts.offer_slots(cohort, coach, [held], now=now - 9 * DAY)
    cohorts.take_slot(second, cohort.appointments.get(starts_at=held), now=now - 9 * DAY)
    days = [local + n * DAY for n in range(1, 8)]
    mornings = [day for day in days if day.isoweekday() < 6][:2]
    starts = [
        day.replace(hour=hour, minute=0, second=0, microsecond=0) for day in mornings for hour in TALK_HOURS
    ]
    cohorts.offer_slots(cohort, coach, starts, now=now)
    slot = cohort.appointments.free(now).first()
    if slot is not None:
        cohorts.take_slot(first, slot, now=now)
