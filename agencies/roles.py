"""One table: role -> permissions. Screens, access functions and "Qui voit quoi ?" all read it."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a membership may do in its network; objects are narrowed by access.py."""

    LEARN = "learn"
    READ_WALL = "read_wall"
    SEE_OVERVIEW = "see_overview"
    SEE_AGENCY_SHEET = "see_agency_sheet"
    SEE_ACTIVITY_DATES = "see_activity_dates"
    SEE_QUIZ_SCORES = "see_quiz_scores"
    RUN_COHORTS = "run_cohorts"
    SEE_COHORTS = "see_cohorts"
    NOTE_CONTACTS = "note_contacts"
    INVITE = "invite"
    MANAGE_TEAM = "manage_team"  # invite into every role, end mandates, give a cohort another coach
    IMPORT_NETWORK = "import_network"
    EDIT_BRAND_VALUES = "edit_brand_values"
    SEE_REMINDER_POLICY = "see_reminder_policy"
    EDIT_REMINDER_POLICY = "edit_reminder_policy"
    READ_GIVEN_COPIES = "read_given_copies"  # what a person gives to their manager by name


ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "agency_head": frozenset({Permission.LEARN, Permission.READ_WALL}),
    "regional_manager": frozenset(
        {
            Permission.LEARN,
            Permission.SEE_OVERVIEW,
            Permission.SEE_AGENCY_SHEET,
            Permission.INVITE,
            Permission.MANAGE_TEAM,
            Permission.IMPORT_NETWORK,
            Permission.EDIT_BRAND_VALUES,
            Permission.SEE_REMINDER_POLICY,
            Permission.READ_GIVEN_COPIES,
        }
    ),
    "network_admin": frozenset(
        {
            Permission.LEARN,
            Permission.SEE_OVERVIEW,
            Permission.SEE_AGENCY_SHEET,
            Permission.INVITE,
            Permission.MANAGE_TEAM,
            Permission.IMPORT_NETWORK,
            Permission.EDIT_BRAND_VALUES,
            Permission.SEE_REMINDER_POLICY,
            Permission.EDIT_REMINDER_POLICY,
        }
    ),
    "coach": frozenset(
        {
            Permission.SEE_COHORTS,
            Permission.RUN_COHORTS,
            Permission.READ_WALL,
            Permission.NOTE_CONTACTS,
            Permission.SEE_ACTIVITY_DATES,
            Permission.SEE_QUIZ_SCORES,
            Permission.INVITE,
            Permission.IMPORT_NETWORK,
            Permission.EDIT_BRAND_VALUES,
            Permission.SEE_REMINDER_POLICY,
            Permission.EDIT_REMINDER_POLICY,
        }
    ),
}


# Role -> the roles that it may invite people into; heads come with the list of their agencies.
INVITABLE: dict[str, tuple[str, ...]] = {
    "regional_manager": ("coach", "regional_manager", "network_admin"),
    "network_admin": ("coach", "regional_manager", "network_admin"),
    "coach": ("coach",),
}


class Audience(StrEnum):
    """Who may read a copy that its author shares; the pair is the colleague one has agreed to work with."""

    COACH = "coach"
    PAIR = "pair"
    COHORT = "cohort"
    MANAGER = "manager"


class Shareable(StrEnum):
    """The kinds of text a person may share a copy of."""

    REFLECTION = "reflection"  # and the written exercises of the values modules
    PAIR_WORD = "pair_word"  # the optional sentence of a pair dialogue
    BRAND_ACT = "brand_act"
    CHARTER = "charter"
    PRACTICE = "practice"  # the coach has it by its submission
    DRAFT = "draft"  # of the rehearsal room


# A share is an edited copy, per item and per audience. The manager may be given a charter or a brand act,
# never a reflection (domain.md 2.5).
AUDIENCES_OF: dict[Shareable, tuple[Audience, ...]] = {
    Shareable.REFLECTION: (Audience.COACH, Audience.COHORT),
    Shareable.PAIR_WORD: (Audience.PAIR,),
    Shareable.BRAND_ACT: (Audience.COACH, Audience.COHORT, Audience.MANAGER),
    Shareable.CHARTER: (Audience.COACH, Audience.COHORT, Audience.MANAGER),
    Shareable.PRACTICE: (Audience.PAIR, Audience.COHORT),
    Shareable.DRAFT: (Audience.COACH, Audience.PAIR),
}


def has_permission(role: str, permission: Permission) -> bool:
    """Whether this role carries the permission; an unknown role carries none."""
    return permission in ROLE_PERMISSIONS.get(role, frozenset())
