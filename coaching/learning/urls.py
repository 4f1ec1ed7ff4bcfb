"""Addresses of a person's learning. Words of the site come before the keys of the programme."""

from django.urls import path

from coaching.learning.views import home, steps

app_name = "learning"

HOME = "n/<slug:slug>/learn/"
STEP = HOME + "<slug:module_key>/<slug:step_key>/"

urlpatterns = [
    path(HOME, home.home, name="home"),
    path(HOME + "path/", home.path, name="path"),
    path(HOME + "values/", home.values, name="values"),
    path(HOME + "pause/", home.pause, name="pause"),
    path(HOME + "<slug:module_key>/", home.module, name="module"),
    path(HOME + "<slug:module_key>/done/", home.module_done, name="module_done"),
    path(STEP, steps.step, name="step"),
    path(STEP + "autosave/", steps.autosave, name="autosave"),
    path(STEP + "share/<str:prompt>/", steps.share, name="share"),
]
