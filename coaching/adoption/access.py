"""The only doors to adoption figures: which cohorts, and by name, by band or as a whole.

A network chooses how much its manager sees (named, bands_only, aggregate_only). Its administrator
sees counts at most: progress is aggregated for that role (domain.md 2.5).
"""

from __future__ import annotations

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.http import Http404

from agencies.access import get_agency_for, require
from agencies.models import Agency, Membership, Network
from agencies.roles import Permission
from coaching.adoption.reading import read_cohorts
from coaching.cohorts.models import Cohort


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
