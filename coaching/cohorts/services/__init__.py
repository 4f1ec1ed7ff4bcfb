"""Changes to cohorts and enrolments. Each runs inside the scope of one network, in one transaction."""

from __future__ import annotations

from coaching.cohorts.services.addresses import correct_address
from coaching.cohorts.services.again import moved_pauses, prepare_again, present_members, twin_of
from coaching.cohorts.services.appointments import (
    cancel_appointment,
    give_up_slot,
    move_appointment,
    offer_slots,
    one_to_one_of,
    take_slot,
)
from coaching.cohorts.services.attendance import (
    code_of,
    confirm,
    enter_code,
    mark,
    record_replay,
    sign,
    signatures_of,
    unmark,
)
from coaching.cohorts.services.changing import Outcome, carry_out, rehearse, rename_steps, told, undo
from coaching.cohorts.services.days import (
    blackout_periods,
    calendar_of,
    draw_calendar,
    due_dates_of,
    working_days_of,
)
from coaching.cohorts.services.drafts import (
    add_members,
    create_cohort,
    delete_draft,
    launch,
    mark_of_draft,
    set_blackouts,
    set_members,
    update_draft,
)
from coaching.cohorts.services.joining import JOINING, add_late_joiner, hand_over, joiner_dates, replace_head
from coaching.cohorts.services.people import (
    PAUSE_WEEKS,
    add_contact,
    forget_contact,
    invite_again,
    pause,
    resume,
)
from coaching.cohorts.services.problems import CohortProblem
from coaching.cohorts.services.sessions import (
    add_second_slot,
    add_session,
    cancel_session,
    choose_slot,
    edit_session,
)
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
    "JOINING",
    "PAUSE_WEEKS",
    "CohortProblem",
    "Outcome",
    "TeamInvitation",
    "TeamProblem",
    "add_coach",
    "add_contact",
    "add_late_joiner",
    "add_members",
    "add_second_slot",
    "add_session",
    "blackout_periods",
    "calendar_of",
    "cancel_appointment",
    "cancel_session",
    "carry_out",
    "choose_slot",
    "code_of",
    "confirm",
    "correct_address",
    "create_cohort",
    "delete_draft",
    "draw_calendar",
    "due_dates_of",
    "edit_session",
    "end_mandate",
    "enter_code",
    "forget_contact",
    "give_up_slot",
    "hand_over",
    "invite_again",
    "invite_to_team",
    "is_last_manager",
    "joiner_dates",
    "launch",
    "mark",
    "mark_of_draft",
    "move_appointment",
    "moved_pauses",
    "offer_slots",
    "one_to_one_of",
    "pause",
    "prepare_again",
    "present_members",
    "record_replay",
    "rehearse",
    "remove_coach",
    "rename_steps",
    "replace_head",
    "resume",
    "set_blackouts",
    "set_members",
    "sign",
    "signatures_of",
    "take_slot",
    "told",
    "twin_of",
    "undo",
    "unmark",
    "update_draft",
    "working_days_of",
]
