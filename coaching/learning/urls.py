"""Addresses of a person's learning. Words of the site come before the keys of the programme."""

from django.urls import path

from coaching.learning import step_views, views

app_name = "learning"

HOME = "n/<slug:slug>/learn/"
STEP = HOME + "<slug:module_key>/<slug:step_key>/"

urlpatterns = [
    path(HOME, views.home, name="home"),
    path(HOME + "offline/", views.offline, name="offline"),
    path(HOME + "path/", views.path, name="path"),
    path(HOME + "values/", views.values, name="values"),
    path(HOME + "pause/", views.pause, name="pause"),
    path(HOME + "<slug:module_key>/", views.module, name="module"),
    path(HOME + "<slug:module_key>/done/", views.module_done, name="module_done"),
    path(STEP, step_views.step, name="step"),
    path(STEP + "autosave/", step_views.autosave, name="autosave"),
    path(STEP + "share/<str:prompt>/", step_views.share, name="share"),
]
