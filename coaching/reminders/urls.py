"""Addresses of the messages: what a mail opens without signing in, what a provider tells, and the pages."""

from django.urls import path

from coaching.reminders import (
    health_views,
    message_views,
    one_tap_views,
    outbox_views,
    policy_views,
    reaching_views,
    rehearsal_views,
    views,
    webhook_views,
)

app_name = "reminders"

_messages = "n/<slug:slug>/cohorts/<str:cohort_id>/messages/"
_policy = "n/<slug:slug>/reminders/"
_cohort_policy = "n/<slug:slug>/cohorts/<str:cohort_id>/reminders/"

urlpatterns = [
    path("health/", health_views.health, name="health"),
    path("operate/mail/", health_views.operate, name="operate"),
    path("mail/unsubscribe/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("mail/pause/<str:token>/", views.pause_page, name="pause"),
    path("mail/events/<slug:provider>/", webhook_views.provider_events, name="provider_events"),
    path("mail/tap/<str:action>/<str:token>/", one_tap_views.tap_page, name="tap"),
    path("mail/recall/<str:token>/", one_tap_views.recall_page, name="recall"),
    path("n/<slug:slug>/messages/", views.preferences, name="preferences"),
    path(_policy, policy_views.network_policy, name="network_policy"),
    path(_policy + "edit/", policy_views.edit_network_policy, name="edit_network_policy"),
    path(_policy + "closures/", policy_views.network_closures, name="network_closures"),
    path(_cohort_policy, policy_views.cohort_policy, name="cohort_policy"),
    path(_cohort_policy + "edit/", policy_views.edit_cohort_policy, name="edit_cohort_policy"),
    path(
        "n/<slug:slug>/cohorts/<str:cohort_id>/preview/<slug:enrolment_id>/",
        rehearsal_views.rehearsal,
        name="rehearsal",
    ),
    path(
        "n/<slug:slug>/cohorts/<str:cohort_id>/reach/<slug:enrolment_id>/",
        reaching_views.reach,
        name="reach",
    ),
    path("n/<slug:slug>/cohorts/<str:cohort_id>/rehearsal/", rehearsal_views.rehearsed, name="rehearsed"),
    path(_messages, views.cohort_messages, name="cohort_messages"),
    path(_messages + "write/", message_views.write, name="write_message"),
    path(_messages + "why/<slug:reminder_id>/", message_views.explanation, name="explanation"),
    path(_messages + "letter/<slug:reminder_id>/", message_views.letter, name="letter"),
    path(_messages + "days/", outbox_views.days, name="days"),
    path(_messages + "decide/", outbox_views.decide, name="decide_several"),
    path(_messages + "decide/<slug:reminder_id>/", outbox_views.decide, name="decide"),
    path(_messages + "<slug:message_id>/", message_views.message, name="message"),
    path(_messages + "<slug:message_id>/edit/", message_views.write, name="edit_message"),
]
