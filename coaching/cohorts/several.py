"""The same cohort prepared in several networks: one draft in each, in a transaction and a scope of its own.

Nothing crosses from one network to another: what is common is what the coach typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils import timezone

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.models import Cohort
from coaching.cohorts.services import create_cohort, twin_of
from coaching.programmes.models import NetworkProgramme, Programme, ProgrammeVersion


@dataclass(frozen=True)
class Prepared:
    """What became of one network: its draft, found or made, or why there is none.

    `problem` is no_programme, not_coach or the code of a CalendarError; "" when there is a draft.
    """

    membership: Membership
    cohort: Cohort | None = None
    was_there: bool = False
    problem: str = ""


def installed_programmes(coaching: Sequence[Membership]) -> dict[Programme, ProgrammeVersion]:
    """Programmes that at least one of these networks has, each with its newest version; one query."""
    ids = [cast(int, each.network_id) for each in coaching]
    with networks(*ids):
        installed = NetworkProgramme.objects.filter(network__in=ids).values("version")
        versions = ProgrammeVersion.objects.filter(pk__in=installed).light().select_related("programme")
        found: dict[Programme, ProgrammeVersion] = {}
        for version in versions.newest_first():
            found.setdefault(version.programme, version)
    return found


def prepare_in_each(
    coaching: Sequence[Membership], programme: Programme, fields: Mapping[str, Any]
) -> list[Prepared]:
    """A draft in each network; one that is refused does not stop the others. The same asked twice is one.

    `fields` are those of `create_cohort` without the version. Needs no scope, and must have none.
    """
    return [_prepare(each, programme, fields) for each in coaching]


def _prepare(membership: Membership, programme: Programme, fields: Mapping[str, Any]) -> Prepared:
    try:
        with networks(cast(int, membership.network_id), user_id=membership.user_id):
            return _prepare_inside(membership, programme, fields)
    except CalendarError as error:
        return Prepared(membership, problem=error.code)


def _prepare_inside(membership: Membership, programme: Programme, fields: Mapping[str, Any]) -> Prepared:
    current = Membership.objects.coaches().open_on(timezone.localdate()).select_related("network")
    coach = current.filter(pk=membership.pk).first()
    if coach is None:  # the mandate ended while the form was open
        return Prepared(membership, problem="not_coach")
    versions = ProgrammeVersion.objects.for_network(coach.network).of_programme(programme.slug).light()
    version = versions.newest_first().first()
    if version is None:
        return Prepared(membership, problem="no_programme")
    if twin := twin_of(coach, fields["name"], version, fields["starts_on"]):
        return Prepared(membership, twin, was_there=True)
    return Prepared(membership, create_cohort(coach, version=version, **fields))
