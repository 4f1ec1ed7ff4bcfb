"""Addresses of the adoption pages: the manager's, and what the coach reads of adoption."""

from django.urls import path

from coaching.adoption import canned_views, change_views, coach_views, review_views, views

app_name = "adoption"

COHORT = "n/<slug:slug>/cohorts/<slug:cohort_id>/"
REVIEW = COHORT + "reviews/<slug:submission_id>/"
CHANGES = COHORT + "changes/"

urlpatterns = [
    path("n/<slug:slug>/overview/", views.overview, name="overview"),
    path("n/<slug:slug>/agencies/<slug:public_id>/", views.agency, name="agency"),
    path("n/<slug:slug>/given/", views.given, name="given"),
    path("coach/", coach_views.coach_home, name="coach_home"),
    path("coach/reviews/", review_views.reviews, name="reviews"),
    path("n/<slug:slug>/reviews/next/", review_views.next_review, name="next_review"),
    path("n/<slug:slug>/canned/", canned_views.canned, name="canned"),
    path("n/<slug:slug>/canned/<slug:public_id>/", canned_views.canned_comment, name="canned_comment"),
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
    path(
        "n/<slug:slug>/cohorts/<slug:cohort_id>/people/<slug:enrolment_id>/confided/",
        coach_views.confided,
        name="confided",
    ),
    path(COHORT + "reviews/", review_views.cohort_reviews, name="cohort_reviews"),
    path(REVIEW, review_views.review, name="review"),
    path(REVIEW + "autosave/", review_views.review_autosave, name="review_autosave"),
    path(CHANGES, change_views.changes, name="changes"),
    path(CHANGES + "new/<slug:kind>/", change_views.change, name="change"),
    path(CHANGES + "<slug:change_id>/", change_views.change_report, name="change_report"),
    path(CHANGES + "<slug:change_id>/undo/", change_views.change_undo, name="change_undo"),
]
