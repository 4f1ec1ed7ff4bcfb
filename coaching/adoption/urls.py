"""Addresses of the adoption pages: the manager's, and what the coach reads of adoption."""

from django.urls import path

from coaching.adoption import views

app_name = "adoption"

urlpatterns = [
    path("n/<slug:slug>/overview/", views.overview, name="overview"),
    path("n/<slug:slug>/agencies/<str:public_id>/", views.agency, name="agency"),
]
