"""The only doors to adoption figures: which cohorts, and by name, by band or as a whole.

A network chooses how much its manager sees (named, bands_only, aggregate_only). Its administrator
sees counts at most: progress is aggregated for that role (domain.md 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from agencies.access import NetworkRequest, get_agency_for, require
from agencies.models import Agency, Membership, Network
from agencies.roles import Permission, has_permission
from coaching.adoption.reading import (
    COACHED,
    EVERY_LAUNCHED,
    HEADS_OR_OWN,
    OF_COACHED,
    OWN,
    TAKEN_PART_IN,
    read_cohorts,
)
from coaching.cohorts.models import Cohort
from coaching.cohorts.querysets import LIVE, NOT_PRESENT


class ViewMode(StrEnum):
    """How much of the network's progress a membership sees, from most to least."""

    NAMED = "named"
    BANDS_ONLY = "bands_only"
    AGGREGATE_ONLY = "aggregate_only"


def view_mode(membership: Membership, network: Network) -> ViewMode:
    """What this membership may see; PermissionDenied for roles without an overview."""
    require(membership, Permission.SEE_OVERVIEW)
    mode = ViewMode(network.manager_view)
    if mode is ViewMode.NAMED and membership.role != Membership.Role.REGIONAL_MANAGER:
        return ViewMode.BANDS_ONLY
    return mode


def overview_cohorts(membership: Membership) -> list[Cohort]:
    """Cohorts that the overview can show: launched, not archived, the running and latest first."""
    require(membership, Permission.SEE_OVERVIEW)
    return read_cohorts(membership.network.pk)


def choose_cohort(cohorts: list[Cohort], public_id: str) -> Cohort | None:
    """The cohort asked for, or the first; Http404 for one that is not in the list."""
    if not public_id:
        return cohorts[0] if cohorts else None
    found = next((cohort for cohort in cohorts if cohort.public_id == public_id), None)
    if found is None:
        raise Http404
    return found


def get_sheet_agency_for(membership: Membership, network: Network, public_id: str) -> Agency:
    """The agency of a sheet: 404 outside the network, 403 where the network shows no agency by name."""
    agency = get_agency_for(membership, public_id)
    if view_mode(membership, network) is not ViewMode.NAMED:
        raise PermissionDenied
    return agency


@dataclass(frozen=True)
class Readable:
    """The enrolments that a person's memberships in one network let a program read (`reading`)."""

    cohorts: list[Cohort]
    condition: str
    values: dict[str, Any]
    shows_dates: bool = False


def readable_enrolments(request: NetworkRequest) -> Readable:
    """A coach: people of the cohorts they run, drafts included. A manager: the heads of each launched cohort,
    where agencies are shown by name, else PermissionDenied. Everybody else: their own.

    The cohorts are those of `readable_cohorts`, as records; a test holds both together.
    """
    memberships, network = request.network_memberships, request.network
    own = [membership.pk for membership in memberships]
    coaching = [membership.pk for membership in memberships if membership.is_coach]
    managing = next((m for m in memberships if has_permission(m.role, Permission.SEE_OVERVIEW)), None)
    seen = EVERY_LAUNCHED if managing else TAKEN_PART_IN
    values = {"own": own, "coaching": coaching, "absent": list(NOT_PRESENT), "live": list(LIVE)}
    cohorts = read_cohorts(network.pk, f"({seen} OR {COACHED})", own=own, coaching=coaching)
    if any(has_permission(each.role, Permission.SEE_ACTIVITY_DATES) for each in memberships):
        return Readable(cohorts, OF_COACHED, values, shows_dates=True)
    if managing is None:
        return Readable(cohorts, OWN, values)
    if view_mode(managing, network) is not ViewMode.NAMED:
        raise PermissionDenied
    # As on the overview: heads; a manager who learns too is nobody else's business.
    return Readable(cohorts, HEADS_OR_OWN, values)
