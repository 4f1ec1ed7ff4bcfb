"""Addresses of the import pages, under /n/<network>/import/."""

from django.urls import path

from agencies import import_views

urlpatterns = [
    path("", import_views.upload, name="import"),
    path("<str:public_id>/", import_views.review, name="import_review"),
    path("<str:public_id>/report.csv", import_views.report, name="import_report"),
]
