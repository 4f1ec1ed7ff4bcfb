"""Changes to cohorts and enrolments. Each runs inside the scope of one network, in one transaction."""

from __future__ import annotations

from coaching.cohorts.services.addresses import correct_address
from coaching.cohorts.services.again import moved_pauses, prepare_again, present_members, twin_of
from coaching.cohorts.services.days import blackout_periods, calendar_of, draw_calendar, working_days_of
from coaching.cohorts.services.drafts import (
    add_members,
    create_cohort,
    delete_draft,
    launch,
    set_blackouts,
    set_members,
    update_draft,
)
from coaching.cohorts.services.people import (
    PAUSE_WEEKS,
    add_contact,
    add_late_joiner,
    forget_contact,
    invite_again,
    pause,
    replace_head,
    resume,
)
from coaching.cohorts.services.problems import CohortProblem
from coaching.cohorts.services.team import (
    TeamInvitation,
    TeamProblem,
    add_coach,
    end_mandate,
    invite_to_team,
    is_last_manager,
    remove_coach,
)

__all__ = [
    "PAUSE_WEEKS",
    "CohortProblem",
    "TeamInvitation",
    "TeamProblem",
    "add_coach",
    "add_contact",
    "add_late_joiner",
    "add_members",
    "blackout_periods",
    "calendar_of",
    "correct_address",
    "create_cohort",
    "delete_draft",
    "draw_calendar",
    "end_mandate",
    "forget_contact",
    "invite_again",
    "invite_to_team",
    "is_last_manager",
    "launch",
    "moved_pauses",
    "pause",
    "prepare_again",
    "present_members",
    "remove_coach",
    "replace_head",
    "resume",
    "set_blackouts",
    "set_members",
    "twin_of",
    "update_draft",
    "working_days_of",
]
