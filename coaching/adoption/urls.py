"""Addresses of the adoption pages: the manager's, and what the coach reads of adoption."""

from django.urls import path

from coaching.adoption import coach_views, views

app_name = "adoption"

urlpatterns = [
    path("n/<slug:slug>/overview/", views.overview, name="overview"),
    path("n/<slug:slug>/agencies/<slug:public_id>/", views.agency, name="agency"),
    path("n/<slug:slug>/given/", views.given, name="given"),
    path("coach/", coach_views.coach_home, name="coach_home"),
    path("n/<slug:slug>/cohorts/<slug:cohort_id>/", coach_views.cohort_detail, name="cohort_detail"),
    path(
        "n/<slug:slug>/cohorts/<slug:cohort_id>/people/<slug:enrolment_id>/",
        coach_views.participant,
        name="participant",
    ),
    path(
        "n/<slug:slug>/cohorts/<slug:cohort_id>/people/<slug:enrolment_id>/practice/<slug:submission_id>/",
        coach_views.submitted_image,
        name="submitted_image",
    ),
]
