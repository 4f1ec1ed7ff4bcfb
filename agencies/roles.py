"""One table: role -> permissions. Screens, access functions and "Qui voit quoi ?" all read it."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a membership may do in its network; objects are narrowed by access.py."""

    LEARN = "learn"
    SEE_OVERVIEW = "see_overview"
    SEE_AGENCY_SHEET = "see_agency_sheet"
    SEE_ACTIVITY_DATES = "see_activity_dates"
    SEE_QUIZ_SCORES = "see_quiz_scores"
    RUN_COHORTS = "run_cohorts"
    SEE_COHORTS = "see_cohorts"
    NOTE_CONTACTS = "note_contacts"
    INVITE = "invite"
    IMPORT_NETWORK = "import_network"


ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "agency_head": frozenset({Permission.LEARN}),
    "regional_manager": frozenset(
        {
            Permission.LEARN,
            Permission.SEE_OVERVIEW,
            Permission.SEE_AGENCY_SHEET,
            Permission.INVITE,
            Permission.IMPORT_NETWORK,
        }
    ),
    "network_admin": frozenset(
        {
            Permission.LEARN,
            Permission.SEE_OVERVIEW,
            Permission.SEE_AGENCY_SHEET,
            Permission.INVITE,
            Permission.IMPORT_NETWORK,
        }
    ),
    "coach": frozenset(
        {
            Permission.SEE_COHORTS,
            Permission.RUN_COHORTS,
            Permission.NOTE_CONTACTS,
            Permission.SEE_ACTIVITY_DATES,
            Permission.SEE_QUIZ_SCORES,
            Permission.INVITE,
            Permission.IMPORT_NETWORK,
        }
    ),
}


def has_permission(role: str, permission: Permission) -> bool:
    """Whether this role carries the permission; an unknown role carries none."""
    return permission in ROLE_PERMISSIONS.get(role, frozenset())
