"""Addresses of the messages: two that a mail opens without signing in, one's own, and the coach's list."""

from django.urls import path

from coaching.reminders import views

app_name = "reminders"

urlpatterns = [
    path("mail/unsubscribe/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("mail/pause/<str:token>/", views.pause_page, name="pause"),
    path("n/<slug:slug>/messages/", views.preferences, name="preferences"),
    path("n/<slug:slug>/cohorts/<str:cohort_id>/messages/", views.cohort_messages, name="cohort_messages"),
]
