"""Which agencies of a draft are closed on its sessions and due days, in the coach's words. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import day_month
from coaching.cohorts.calendar import AgencyDays, Closure, CohortCalendar, Period, closures
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import working_days_of
from coaching.programmes.outline import ProgrammeOutline

NAMED_AGENCIES = 5


def agency_days(cohort: Cohort, enrolled: Iterable[Enrolment], pauses: Sequence[Period]) -> list[AgencyDays]:
    """The agencies of these people by name, each once; their memberships and agencies come along."""
    agencies = {row.membership.agency_id: row.membership.agency for row in enrolled}
    return [
        AgencyDays(agency.name, agency.time_zone, working_days_of(agency, cohort.network, pauses))
        for agency in sorted(filter(None, agencies.values()), key=lambda agency: agency.name.casefold())
    ]


def closure_sentences(
    drawn: CohortCalendar, outline: ProgrammeOutline, agencies: Sequence[AgencyDays]
) -> Iterator[str]:
    """One sentence for each session, and for each set of due days."""
    titles = {session.key: session.title.in_language(get_language() or "fr") for session in outline.sessions}
    for closure in closures(drawn, agencies):
        yield _sentence(closure, titles)


def _sentence(closure: Closure, titles: dict[str, str]) -> str:
    count = len(closure.agencies)
    closed = ngettext("%(count)s agence fermée", "%(count)s agences fermées", count) % {"count": count}
    return _("%(what)s : %(closed)s (%(names)s).") % {
        "what": _what(closure, titles),
        "closed": closed,
        "names": names_of(closure.agencies),
    }


def _what(closure: Closure, titles: dict[str, str]) -> str:
    day = day_month(closure.days[0])
    if closure.session_key:
        return _("Séance « %(title)s », %(day)s") % {"title": titles[closure.session_key], "day": day}
    if len(closure.days) == 1:
        return _("Échéance de la semaine %(number)s, %(day)s") % {
            "number": closure.week_numbers[0],
            "day": day,
        }
    numbers = [str(number) for number in closure.week_numbers]
    return _("Échéances des semaines %(first)s et %(last)s") % {
        "first": ", ".join(numbers[:-1]),
        "last": numbers[-1],
    }


def names_of(names: Sequence[str]) -> str:
    """The first names of a list, and how many others."""
    shown, rest = ", ".join(names[:NAMED_AGENCIES]), len(names) - NAMED_AGENCIES
    if rest <= 0:
        return shown
    return ngettext("%(names)s et %(count)s autre", "%(names)s et %(count)s autres", rest) % {
        "names": shown,
        "count": rest,
    }
