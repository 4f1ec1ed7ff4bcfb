"""Addresses of a person's learning. Words of the site come before the keys of the programme."""

from django.urls import path

from coaching.learning.views import (
    attendance,
    brand,
    certificate,
    charter,
    help,
    home,
    pairs,
    practice,
    preview,
    recall,
    room,
    sharing,
    steps,
    together,
    upgrade,
    values,
    votes,
    wall,
)

app_name = "learning"

HOME = "n/<slug:slug>/learn/"
TOGETHER = "n/<slug:slug>/together/"
STEP = HOME + "<slug:module_key>/<slug:step_key>/"
DRAFT = "programmes/drafts/<slug:draft_id>/modules/<slug:module_key>/preview/"  # of what is being written

urlpatterns = [
    path(HOME, home.home, name="home"),
    path(HOME + "offline/", home.offline, name="offline"),
    path(HOME + "path/", home.path, name="path"),
    path(HOME + "values/", values.values, name="values"),
    path(HOME + "values/circle/", values.circle, name="circle"),
    path(HOME + "values/thread/", values.thread, name="thread"),
    path(HOME + "charter/", charter.charter, name="charter"),
    path(HOME + "charter/edit/", charter.edit, name="edit_charter"),
    path(HOME + "charter/download/", charter.download, name="download_charter"),
    path(HOME + "charter/share/", sharing.share_charter, name="share_charter"),
    path(HOME + "shared/", sharing.shared, name="shared"),
    path("n/<slug:slug>/brand-values/", brand.values, name="brand_values"),
    path("n/<slug:slug>/brand-values/new/", brand.new, name="new_brand_value"),
    path("n/<slug:slug>/brand-values/<str:public_id>/", brand.value, name="brand_value"),
    path(TOGETHER, together.together, name="together"),
    path(TOGETHER + "talk/calendar/", together.talk_file, name="talk_file"),
    path(TOGETHER + "<slug:session_id>/", together.together_session, name="together_session"),
    path(TOGETHER + "<slug:session_id>/calendar/", together.session_file, name="session_file"),
    path(
        "n/<slug:slug>/cohorts/<slug:cohort_id>/sessions/<slug:session_id>/attendance/",
        attendance.attendance,
        name="attendance",
    ),
    path(HOME + "pair/", pairs.pair, name="pair"),
    path(HOME + "wall/", wall.wall, name="wall"),
    path("n/<slug:slug>/cohorts/<slug:cohort_id>/version/", upgrade.version, name="upgrade"),
    path(
        "n/<slug:slug>/cohorts/<slug:cohort_id>/version/<slug:upgrade_id>/",
        upgrade.undo,
        name="undo_upgrade",
    ),
    path("n/<slug:slug>/cohorts/<str:cohort_id>/wall/", wall.coach_wall, name="coach_wall"),
    path(HOME + "room/", room.room, name="room"),
    path(HOME + "room/<slug:draft_id>/", room.room_draft, name="room_draft"),
    path(HOME + "room/<slug:draft_id>/autosave/", room.room_autosave, name="room_autosave"),
    path(HOME + "room/<slug:draft_id>/share/", room.room_share, name="room_share"),
    path(HOME + "certificate/", certificate.certificate, name="certificate"),
    path(HOME + "help/", help.help_page, name="help"),
    path(HOME + "pause/", home.pause, name="pause"),
    path(HOME + "recall/", recall.recall, name="recall"),
    path(HOME + "<slug:module_key>/", home.module, name="module"),
    path(HOME + "<slug:module_key>/done/", home.module_done, name="module_done"),
    path(HOME + "<slug:module_key>/vote/", votes.vote, name="vote"),
    path(STEP, steps.step, name="step"),
    path(STEP + "autosave/", steps.autosave, name="autosave"),
    path(STEP + "share/<str:prompt>/", sharing.share, name="share"),
    path(STEP + "image/", practice.practice_image, name="practice_image"),
    path(DRAFT, preview.draft_preview, name="draft_preview"),
    path(DRAFT + "<slug:step_key>/", preview.draft_preview, name="draft_preview_step"),
    path(DRAFT + "<slug:step_key>/frame/", preview.draft_preview_frame, name="draft_preview_frame"),
]
