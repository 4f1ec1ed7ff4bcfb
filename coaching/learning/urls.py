"""Addresses of a person's learning. Words of the site come before the keys of the programme."""

from django.urls import path

from coaching.learning.views import home, practice, room, steps

app_name = "learning"

HOME = "n/<slug:slug>/learn/"
STEP = HOME + "<slug:module_key>/<slug:step_key>/"

urlpatterns = [
    path(HOME, home.home, name="home"),
    path(HOME + "path/", home.path, name="path"),
    path(HOME + "values/", home.values, name="values"),
    path(HOME + "pause/", home.pause, name="pause"),
    path(HOME + "room/", room.room, name="room"),
    path(HOME + "room/<slug:draft_id>/", room.room_draft, name="room_draft"),
    path(HOME + "room/<slug:draft_id>/autosave/", room.room_autosave, name="room_autosave"),
    path(HOME + "room/<slug:draft_id>/share/", room.room_share, name="room_share"),
    path(HOME + "<slug:module_key>/", home.module, name="module"),
    path(HOME + "<slug:module_key>/done/", home.module_done, name="module_done"),
    path(STEP, steps.step, name="step"),
    path(STEP + "autosave/", steps.autosave, name="autosave"),
    path(STEP + "image/", practice.practice_image, name="practice_image"),
    path(STEP + "share/<str:prompt>/", steps.share, name="share"),
]
