"""Addresses of the cohort pages; those that show progress are in adoption, under the same prefix."""

from django.urls import path

from coaching.cohorts.views import (
    address,
    again,
    bring,
    calendar,
    joining,
    library,
    listing,
    people,
    preview,
    sessions,
    several,
    talks,
    team,
    wizard,
)

app_name = "cohorts"

_cohorts = "n/<slug:slug>/cohorts/"
_cohort = _cohorts + "<slug:cohort_id>/"
_team = "n/<slug:slug>/team/"
_session = _cohort + "sessions/<slug:session_id>/"
_person = _cohort + "people/<slug:enrolment_id>/"

urlpatterns = [
    path("cohorts/new/", several.several, name="create_several"),
    path("programmes/", library.library, name="library"),
    path("programmes/key/<slug:key>/", library.programme, name="library_programme"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path(_cohorts, listing.cohort_list, name="list"),
    path(_cohorts + "new/", wizard.create, name="create"),
    path(_cohort + "programme/", wizard.programme, name="programme"),
    path(_cohort + "dates/", wizard.dates, name="dates"),
    path(_cohort + "pauses/", wizard.pauses, name="pauses"),
    path(_cohort + "members/", wizard.members, name="members"),
    path(_cohort + "members/list/", bring.bring, name="bring_people"),
    path(_cohort + "members/list/<slug:public_id>/", bring.review, name="import_people"),
    path(_cohort + "preview/", preview.preview, name="preview"),
    path(_cohort + "launch/", preview.launch, name="launch"),
    path(_cohort + "again/", again.again, name="again"),
    path(_cohort + "coaches/", team.coaches, name="coaches"),
    path(_cohort + "delete/", wizard.delete, name="delete"),
    path(_team, team.team, name="team"),
    path(_team + "assign/", team.assign, name="team_assign"),
    path(_team + "<slug:member_id>/end/", team.end, name="team_end"),
    path(_team + "<slug:member_id>/invite/", team.invite_anew, name="team_invite"),
    path(_cohort + "sessions/", sessions.agenda, name="sessions"),
    path(_session, sessions.session, name="session"),
    path(_session + "edit/", sessions.edit, name="session_edit"),
    path(_session + "sheet/", sessions.sheet, name="attendance_sheet"),
    path(_cohort + "talks/", talks.talks, name="talks"),
    path(_cohort + "talks/<slug:appointment_id>/", talks.talk, name="talk"),
    path(_cohort + "join/", joining.join, name="join"),
    path(_person + "contact/", people.contact, name="contact"),
    path(_person + "contact/<slug:contact_id>/forget/", people.forget, name="forget_contact"),
    path(_person + "address/", address.correct, name="correct_address"),
    path(_person + "invite/", people.invite, name="invite"),
    path(_person + "replace/", joining.replace, name="replace"),
]
