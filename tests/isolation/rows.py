"""One row of any tenant table, made from the cast; a new table is added here or its tests fail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from agencies.models import Agency, BrandValue, ImportDraft, Invitation, Membership, TenantModel
from agencies.scope import networks
from agencies.services import issue_invitation
from coaching.cohorts.models import (
    Appointment,
    Attendance,
    AttendanceCorrection,
    Blackout,
    CoachContact,
    Cohort,
    CohortChange,
    CohortCoach,
    CohortWeek,
    Enrolment,
    EnrolmentPause,
    Exemption,
    LiveSession,
    OwnDueDate,
    SlotChoice,
)
from coaching.learning.models import (
    Answer,
    CannedComment,
    CohortUpgrade,
    Consultation,
    HelpRequest,
    LessonVote,
    Pair,
    PairReading,
    PairWish,
    PracticeImage,
    PracticeReview,
    PracticeSubmission,
    PresenceCharter,
    RecallAnswer,
    RoomDraft,
    SharedItem,
    StepCompletion,
    SurveyReply,
    Thanks,
    WallReport,
)
from coaching.programmes.models import NetworkProgramme, ProgrammeVersion
from coaching.reminders.models import (
    CoachMessage,
    OneTap,
    PolicyLayer,
    Reminder,
    ReminderAttempt,
    Settlement,
    Suppression,
)
from tests.factories import START, Cast, launch_cohort, make_member, starter_version

TODAY = START
NOON = dt.datetime(2027, 1, 20, 12, 0, tzinfo=dt.UTC)


def one_row_of(model: type[TenantModel], cast: Cast, *, abroad: bool = False) -> Any:
    """A row of the cast's network, or of the other one; opens the scope itself."""
    if abroad:
        return ROWS[model](_Place(cast, abroad=True))
    with networks(cast.network.pk, user_id=cast.head.user_id):
        return ROWS[model](_Place(cast, abroad=False))


class _Place:
    """Where the row is made: the cast's network, or abroad with a cohort of the outsider's."""

    def __init__(self, cast: Cast, *, abroad: bool) -> None:
        self.cast, self.abroad = cast, abroad
        self.head = cast.outsider if abroad else cast.head
        self.coach = cast.other_coach if abroad else cast.coach

    @property
    def enrolment(self) -> Enrolment:
        if not self.abroad:
            return self.cast.enrolment
        _cohort, enrolments = launch_cohort(self.coach, starter_version(), [self.head], name="Ailleurs")
        return enrolments[0]

    @property
    def cohort(self) -> Cohort:
        return self.enrolment.cohort


def _upgrade(place: _Place) -> CohortUpgrade:
    """From a version to another one, which no cohort needs to have followed."""
    version = starter_version()
    other = ProgrammeVersion.objects.create(
        programme=version.programme,
        label="autre",
        checksum="0" * 64,
        title_fr="Autre",
        title_en="Other",
        document={},
        rendered={},
    )
    return CohortUpgrade.objects.create(
        cohort=place.cohort,
        from_version=version,
        to_version=other,
        made_by=place.coach,
        made_at=timezone.now(),
    )


def _invitation(place: _Place) -> Invitation:
    issue_invitation(place.head)
    return Invitation.objects.latest("pk")


def _at_a_session(place: _Place) -> dict[str, Any]:
    """Somebody and the first session of their cohort."""
    enrolment = place.enrolment
    session = LiveSession.objects.filter(cohort=enrolment.cohort)[0]
    return {"enrolment": enrolment, "session": session, "key": session.key}


def _attendance(place: _Place) -> Attendance:
    fields = _at_a_session(place) | {"state": "present", "how": "coach", "recorded_at": NOON}
    fields |= {"confirmed_at": NOON, "confirmed_by": place.coach}
    return Attendance.objects.create(**fields)


def _pause(place: _Place) -> EnrolmentPause:
    return EnrolmentPause.objects.create(enrolment=place.enrolment, starts_on=TODAY, ends_on=TODAY)


def _contact(place: _Place) -> CoachContact:
    return CoachContact.objects.create(
        enrolment=place.enrolment, coach=place.coach, happened_at=timezone.now()
    )


def _completion(place: _Place) -> StepCompletion:
    return StepCompletion.objects.create(
        enrolment=place.enrolment, address="m/s", week_number=1, minutes=3, completed_at=timezone.now()
    )


def _answer(place: _Place) -> Answer:
    return Answer.objects.create(
        enrolment=place.enrolment, author_id=place.head.user_id, address="m/s", content={"text": "à moi"}
    )


def _recall_answer(place: _Place) -> RecallAnswer:
    return RecallAnswer.objects.create(
        enrolment=place.enrolment,
        author_id=place.head.user_id,
        address="m/r",
        after_days=2,
        content={"chosen": "a", "is_right": True},
        answered_at=timezone.now(),
    )


def _shared_item(place: _Place) -> SharedItem:
    return SharedItem.objects.create(
        enrolment=place.enrolment,
        author_id=place.head.user_id,
        address="m/s",
        prompt="p",
        text="une copie",
        shared_at=timezone.now(),
    )


def _charter(place: _Place) -> PresenceCharter:
    return PresenceCharter.objects.create(
        enrolment=place.enrolment,
        author_id=place.head.user_id,
        content={"lead": "à moi"},
        dated_at=timezone.now(),
    )


def _brand_value(place: _Place) -> BrandValue:
    return BrandValue.objects.create(
        place=1,
        label_fr="Proximité",
        label_en="Closeness",
        definition_fr="On s’assoit du même côté.",
        definition_en="We sit on the same side.",
        cards=["ancrage-local"],
    )


def _pair(place: _Place) -> Pair:
    """With somebody else of the same cohort."""
    one = place.enrolment
    agency = Agency.objects.create(code="DUO", name="Duo")
    other = make_member(one.network, "duo@example.com", "agency_head", agency)
    two = Enrolment.objects.create(cohort=one.cohort, membership=other)
    return Pair.objects.create(first=one, second=two, sentence="", proposed_at=timezone.now())


def _on_an_item(model: type[TenantModel], person: str, **fields: Any) -> Callable[[_Place], Any]:
    """What somebody did with a shared copy."""

    def make(place: _Place) -> Any:
        item = _shared_item(place)
        return model._default_manager.create(item=item, **{person: item.enrolment}, **fields)

    return make


def _survey_reply(place: _Place) -> SurveyReply:
    return SurveyReply.objects.create(
        enrolment=place.enrolment, address="m/s", content={"answers": {}}, sent_at=timezone.now()
    )


def _practice_image(place: _Place) -> PracticeImage:
    return PracticeImage.objects.create(
        enrolment=place.enrolment, author_id=place.head.user_id, address="m/s", content=b"pixels"
    )


def _submission(place: _Place) -> PracticeSubmission:
    return PracticeSubmission.objects.create(
        enrolment=place.enrolment,
        address="m/s",
        points=2,
        route="simuler",
        content={"text": "remis"},
        first_submitted_at=timezone.now(),
        submitted_at=timezone.now(),
    )


def _review(place: _Place) -> PracticeReview:
    return PracticeReview.objects.create(
        submission=_submission(place),
        revision=1,
        coach=place.coach,
        content={"comment": "un mot"},
        saved_at=timezone.now(),
    )


def _consultation(place: _Place) -> Consultation:
    return Consultation.objects.create(
        submission=_submission(place), reader=place.coach, first_at=NOON, last_at=NOON
    )


def _room_draft(place: _Place) -> RoomDraft:
    return RoomDraft.objects.create(
        enrolment=place.enrolment, author_id=place.head.user_id, content={"text": "à moi"}
    )


def _reminder(place: _Place) -> Reminder:
    now = timezone.now()
    return Reminder.objects.create(
        enrolment=place.enrolment,
        recipient_id=place.head.user_id,
        kind="weekly_digest",
        occurrence="2027-W02",
        dedupe_key=uuid.uuid4().hex,
        local_due="2027-01-12T08:45",
        time_zone="Europe/Paris",
        due_at=now,
        expires_at=now + dt.timedelta(days=5),
        next_try_at=now,
    )


def _attempt(place: _Place) -> ReminderAttempt:
    now = timezone.now()
    return ReminderAttempt.objects.create(
        reminder=_reminder(place), number=1, stage="sent", started_at=now, ended_at=now
    )


def _settlement(place: _Place) -> Settlement:
    return Settlement.objects.create(
        reminder=_reminder(place),
        coach=place.coach,
        action="closed",
        from_state="dead",
        settled_at=timezone.now(),
    )


def _one_tap(place: _Place) -> OneTap:
    reminder = _reminder(place)
    return OneTap.objects.create(
        enrolment=reminder.enrolment, reminder=reminder, action="stuck", at=timezone.now()
    )


def _coach_message(place: _Place) -> CoachMessage:
    enrolment = place.enrolment
    return CoachMessage.objects.create(
        cohort=enrolment.cohort,
        author=place.coach,
        words={"subject": "Jeudi", "body": "À jeudi."},
        people=[enrolment.public_id],
        written_at=timezone.now(),
    )


ROWS: dict[type[TenantModel], Callable[[_Place], Any]] = {
    Agency: lambda place: place.head.agency,
    Membership: lambda place: place.head,
    Invitation: _invitation,
    ImportDraft: lambda place: ImportDraft.objects.create(
        user_id=place.head.user_id, filename="reseau.csv", content=b"agence;courriel"
    ),
    NetworkProgramme: lambda place: NetworkProgramme.objects.get(),
    Cohort: lambda place: place.cohort,
    CohortCoach: lambda place: CohortCoach.objects.get(cohort=place.cohort),
    CohortWeek: lambda place: CohortWeek.objects.filter(cohort=place.cohort)[0],
    Blackout: lambda place: Blackout.objects.create(cohort=place.cohort, starts_on=TODAY, ends_on=TODAY),
    LiveSession: lambda place: LiveSession.objects.filter(cohort=place.cohort)[0],
    SlotChoice: lambda place: SlotChoice.objects.create(**_at_a_session(place), chosen_at=NOON),
    Attendance: _attendance,
    AttendanceCorrection: lambda place: AttendanceCorrection.objects.create(
        attendance=_attendance(place), by=place.coach, corrected_at=NOON, to_state="present"
    ),
    Appointment: lambda place: Appointment.objects.create(
        cohort=place.cohort, coach=place.coach, starts_at=NOON, minutes=20
    ),
    Enrolment: lambda place: place.enrolment,
    EnrolmentPause: _pause,
    OwnDueDate: lambda place: OwnDueDate.objects.create(
        enrolment=place.enrolment, week_number=1, days=7, set_by=place.coach
    ),
    Exemption: lambda place: Exemption.objects.create(
        enrolment=place.enrolment, address="m/s", given_by=place.coach, given_at=NOON
    ),
    CohortChange: lambda place: CohortChange.objects.create(
        cohort=place.cohort,
        kind="shift",
        made_by=place.coach,
        made_at=NOON,
        undone_by=place.coach,
        undone_at=NOON,
    ),
    CoachContact: _contact,
    StepCompletion: _completion,
    Answer: _answer,
    RecallAnswer: _recall_answer,
    LessonVote: lambda place: LessonVote.objects.create(
        enrolment=place.enrolment, module_key="m", word="useful", note="", voted_at=timezone.now()
    ),
    CohortUpgrade: _upgrade,
    HelpRequest: lambda place: HelpRequest.objects.create(
        enrolment=place.enrolment, text="une phrase", asked_at=timezone.now()
    ),
    SharedItem: _shared_item,
    PresenceCharter: _charter,
    BrandValue: _brand_value,
    SurveyReply: _survey_reply,
    Pair: _pair,
    PairWish: lambda place: PairWish.objects.create(
        enrolment=place.enrolment, wish="open", wished_at=timezone.now()
    ),
    PairReading: _on_an_item(PairReading, "reader", card="ecoute", sentence="", read_at=NOON),
    Thanks: _on_an_item(Thanks, "enrolment", thanked_at=NOON),
    WallReport: _on_an_item(WallReport, "enrolment", reported_at=NOON),
    PracticeImage: _practice_image,
    PracticeSubmission: _submission,
    PracticeReview: _review,
    Consultation: _consultation,
    CannedComment: lambda place: CannedComment.objects.create(coach=place.coach, title="t", text="des mots"),
    RoomDraft: _room_draft,
    CoachMessage: _coach_message,
    PolicyLayer: lambda place: PolicyLayer.objects.create(cohort=place.cohort, changed_by=place.coach),
    Reminder: _reminder,
    ReminderAttempt: _attempt,
    Settlement: _settlement,
    OneTap: _one_tap,
    Suppression: lambda place: Suppression.objects.create(address_hash="0" * 64, reason="unsubscribed"),
}
