"""What a coach reads before launching: calendar, weeks, what to check. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import day_month
from coaching.cohorts.calendar import CalendarNote, CohortCalendar, Period
from coaching.cohorts.closures import agency_days, closure_sentences, names_of
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.months import Month, months_of
from coaching.cohorts.people import Choice, choice_for
from coaching.cohorts.services import blackout_periods, draw_calendar, working_days_of
from coaching.cohorts.usual_pauses import LABELS, falling_in, suggested
from coaching.programmes.outline import ModuleOutline, ProgrammeOutline
from coaching.programmes.runtime import outline_of

SHOWN_NAMES = 5


@dataclass(frozen=True)
class SessionCell:
    """What happens together in a week; a one-to-one has no day of its own."""

    title: str
    held_on: dt.date | None
    minutes: int


@dataclass(frozen=True)
class WeekRow:
    """One line of the table: a week of the programme, or a pause."""

    starts_on: dt.date
    number: int = 0
    title: str = ""
    modules: tuple[str, ...] = ()
    coming: int = 0
    minutes: int = 0
    sessions: tuple[SessionCell, ...] = ()
    pause: Period | None = None


@dataclass(frozen=True)
class Check:
    """One line of "avant de lancer"; a blocking one closes the button, `step` is the page that mends it."""

    text: str
    detail: str = ""
    is_ok: bool = True
    is_blocking: bool = False
    step: str = ""


@dataclass(frozen=True)
class Preview:
    """Everything the page shows; `enrolled` are the people of the draft, by agency."""

    drawn: CohortCalendar
    months: tuple[Month, ...]
    rows: tuple[WeekRow, ...]
    notes: tuple[str, ...]
    closures: tuple[str, ...]
    checks: tuple[Check, ...]
    enrolled: tuple[Enrolment, ...]
    own_minutes: int
    shared_minutes: int

    @property
    def people(self) -> int:
        return len(self.enrolled)

    @property
    def week_days(self) -> tuple[dt.date, ...]:
        """Seven days from a Monday: templates name them in the reader's language."""
        monday = self.months[0].first_on - dt.timedelta(days=self.months[0].first_on.weekday())
        return tuple(monday + dt.timedelta(days=step) for step in range(7))

    @property
    def can_launch(self) -> bool:
        return not any(check.is_blocking for check in self.checks)

    @property
    def open_points(self) -> int:
        return sum(not check.is_ok for check in self.checks)


def preview_of(cohort: Cohort, now: dt.datetime) -> Preview:
    """Draw the draft as it would be launched now. Raises CalendarError when no calendar fits."""
    pauses = blackout_periods(cohort)
    drawn = draw_calendar(cohort, pauses)
    outline = outline_of(cohort.programme_version)
    working = working_days_of(None, cohort.network, pauses)
    today = now.astimezone(ZoneInfo(cohort.time_zone)).date()
    prefetch_related_objects([cohort], Prefetch("enrolments", Enrolment.objects.with_person().by_agency()))
    everybody = list(cohort.enrolments.all())
    gone = [each for each in everybody if each.membership.is_over_on(cohort.network.today(now))]
    enrolled = [each for each in everybody if each not in gone]
    people = len(enrolled)
    minutes = outline.required_minutes_by_week(cohort.network.sector)
    return Preview(
        drawn=drawn,
        months=months_of(drawn, pauses, working.holidays),
        rows=tuple(_rows(cohort, drawn, outline, pauses)),
        notes=tuple(_sentences(drawn, outline)),
        closures=tuple(closure_sentences(drawn, outline, agency_days(cohort, enrolled, pauses))),
        checks=(*_gone(gone), *_checks(cohort, drawn, outline, choice_for(cohort, today), people, today)),
        enrolled=tuple(enrolled),
        own_minutes=sum(minutes),
        shared_minutes=sum(session.minutes for session in outline.sessions),
    )


def _language() -> str:
    return get_language() or "fr"


# --- the table of weeks --------------------------------------------------------------------------


def _rows(
    cohort: Cohort, drawn: CohortCalendar, outline: ProgrammeOutline, pauses: Sequence[Period]
) -> list[WeekRow]:
    minutes = outline.required_minutes_by_week(cohort.network.sector)
    rows = [WeekRow(pause.starts_on, pause=pause) for pause in pauses]
    for week in drawn.weeks:
        modules = outline.modules_of_week(week.number)
        rows.append(
            WeekRow(
                starts_on=week.opens_on,
                number=week.number,
                title=outline.weeks[week.number].title.in_language(_language()),
                modules=tuple(_titles(modules)),
                coming=sum(not module.is_written for module in modules),
                minutes=minutes[week.number],
                sessions=tuple(_sessions(drawn, outline, week.number)),
            )
        )
    return sorted(rows, key=lambda row: (row.starts_on, row.pause is None))


def _titles(modules: Sequence[ModuleOutline]) -> Iterator[str]:
    return (module.title.in_language(_language()) for module in modules if module.is_written)


def _sessions(drawn: CohortCalendar, outline: ProgrammeOutline, number: int) -> Iterator[SessionCell]:
    held = {slot.key: slot.held_on for slot in drawn.sessions}
    for session in outline.sessions:
        if session.week_number == number:
            title = session.title.in_language(_language())
            yield SessionCell(title, held.get(session.key), session.minutes)


# --- what moved, and why -------------------------------------------------------------------------


def _sentences(drawn: CohortCalendar, outline: ProgrammeOutline) -> Iterator[str]:
    numbers = {week.key: week.number for week in drawn.weeks}
    sessions = {session.key: session.title.in_language(_language()) for session in outline.sessions}
    templates = {
        "week_moved": _("La semaine %(number)s s’ouvre le %(to)s au lieu du %(from)s : %(why)s."),
        "week_zero_moved": _("La semaine d’accueil s’ouvre plus tôt, le %(to)s : %(why)s."),
        "due_moved": _("La semaine %(number)s se termine le %(to)s au lieu du %(from)s : %(why)s."),
        "session_moved": _("La séance « %(title)s » passe du %(from)s au %(to)s : %(why)s."),
        "opening_on_holiday": _(
            "La semaine %(number)s s’ouvre un jour férié, le %(to)s : aucun message ne part ce jour-là."
        ),
    }
    for note in drawn.notes:
        if note.code in templates:
            yield templates[note.code] % {
                "number": numbers.get(note.key, 0),
                "title": sessions.get(note.key, ""),
                "from": day_month(note.from_on),
                "to": day_month(note.to_on),
                "why": _why(note),
            }


def _why(note: CalendarNote) -> str:
    if note.because == "public_holiday":
        return _("jour férié (%(name)s)") % {"name": note.detail} if note.detail else _("jour férié")
    if note.because == "blackout":
        return _("pause (%(name)s)") % {"name": note.detail} if note.detail else _("pause")
    return _("jour fermé")


# --- before launching ----------------------------------------------------------------------------


def _checks(
    cohort: Cohort,
    drawn: CohortCalendar,
    outline: ProgrammeOutline,
    choice: Choice,
    people: int,
    today: dt.date,
) -> Iterator[Check]:
    yield _start(cohort, today)
    yield _members(people)
    yield _content(outline)
    if choice.vacant:
        yield _vacant(choice)
    yield from _in_another_cohort(cohort, choice)
    yield from _refusing(cohort, choice)
    if not cohort.session_url:
        yield Check(
            _("Le lien de la visioconférence manque"),
            _("Vous pouvez lancer sans lui, et l’ajouter ensuite à chaque séance."),
            is_ok=False,
            step="dates",
        )
    yield from _pauses_not_taken(cohort, drawn, outline)
    yield Check(_("Aucun envoi le soir, le week-end, un jour férié"))
    yield Check(_("Jamais plus de deux messages en sept jours"))


def _pauses_not_taken(cohort: Cohort, drawn: CohortCalendar, outline: ProgrammeOutline) -> Iterator[Check]:
    """Dates in weeks that many leave free; in a pause that is taken nothing falls, whoever named it."""
    for suggestion in suggested(cohort, drawn):
        falling = falling_in(suggestion.period, drawn, outline)
        if falling:
            yield Check(
                _("La pause proposée « %(name)s » n’est pas prise") % {"name": LABELS[suggestion.code]},
                capfirst(f"{falling}."),
                is_ok=False,
                step="pauses",
            )


def _start(cohort: Cohort, today: dt.date) -> Check:
    if cohort.starts_on < today:
        return Check(
            _("Le premier mardi est passé"),
            _("Choisissez-en un autre avant de lancer."),
            is_ok=False,
            is_blocking=True,
            step="dates",
        )
    return Check(_("Départ le %(day)s") % {"day": day_month(cohort.starts_on)})


def _members(people: int) -> Check:
    if not people:
        return Check(
            _("Personne n’est encore inscrit"),
            _("Choisissez les personnes de cette promotion."),
            is_ok=False,
            is_blocking=True,
            step="members",
        )
    text = ngettext("%(count)s personne sera invitée", "%(count)s personnes seront invitées", people) % {
        "count": people
    }
    return Check(text)


def _gone(gone: Sequence[Enrolment]) -> Iterator[Check]:
    """Who was chosen and whose mandate has ended since: the launch leaves them out."""
    if gone:
        text = ngettext(
            "%(count)s personne choisie a quitté sa fonction",
            "%(count)s personnes choisies ont quitté leur fonction",
            len(gone),
        ) % {"count": len(gone)}
        names = names_of([each.membership.shown_name for each in gone])
        detail = _("Sans invitation : %(names)s") % {"names": names}
        yield Check(text, detail, is_ok=False, step="members")


def _content(outline: ProgrammeOutline) -> Check:
    title = _("Parcours « %(title)s » %(label)s") % {
        "title": outline.title.in_language(_language()),
        "label": outline.version_label,
    }
    coming = sum(not module.is_written for module in outline.modules)
    if not coming:
        return Check(title, _("La promotion garde cette version tant que vous ne la changez pas."))
    detail = ngettext(
        "%(count)s module est seulement annoncé : il n’aura pas de contenu dans cette version.",
        "%(count)s modules sont seulement annoncés : ils n’auront pas de contenu dans cette version.",
        coming,
    ) % {"count": coming}
    return Check(title, detail, is_ok=False, step="programme")


def _vacant(choice: Choice) -> Check:
    names = names_of([agency.name for agency in choice.vacant])
    text = ngettext(
        "%(count)s agence sans direction", "%(count)s agences sans direction", len(choice.vacant)
    ) % {"count": len(choice.vacant)}
    return Check(text, names, is_ok=False, step="members")


def _in_another_cohort(cohort: Cohort, choice: Choice) -> Iterator[Check]:
    """Whoever would follow two cohorts at once: perhaps meant, perhaps not."""
    enrolled = {each.membership_id for each in cohort.enrolments.all()}
    twice = [each for each in choice.everybody if each.other_cohort and each.is_among(enrolled)]
    if twice:
        text = ngettext(
            "%(count)s personne suit déjà une autre promotion",
            "%(count)s personnes suivent déjà une autre promotion",
            len(twice),
        ) % {"count": len(twice)}
        names = [
            _("%(person)s, « %(cohort)s »") % {"person": each.name, "cohort": each.other_cohort}
            for each in twice[:SHOWN_NAMES]
        ]
        names += ["…"] if len(twice) > SHOWN_NAMES else []
        yield Check(text, _(" ; ").join(names) + ".", is_ok=False, step="members")


def _refusing(cohort: Cohort, choice: Choice) -> Iterator[Check]:
    """Whom no invitation would reach: the address of today took no mail before."""
    enrolled = {each.membership_id for each in cohort.enrolments.all()}
    found = [each.name for each in choice.everybody if each.is_address_refused and each.is_among(enrolled)]
    if found:
        text = ngettext(
            "%(count)s adresse a déjà refusé un courriel",
            "%(count)s adresses ont déjà refusé un courriel",
            len(found),
        ) % {"count": len(found)}
        names = found[:SHOWN_NAMES] + (["…"] if len(found) > SHOWN_NAMES else [])
        detail = _("%(names)s : rien n’y arrivera. Demandez la bonne adresse, puis collez la ligne.")
        yield Check(text, detail % {"names": ", ".join(names)}, is_ok=False, step="members")
