"""Addresses of the agencies pages."""

from django.urls import include, path

from agencies import views

app_name = "agencies"

urlpatterns = [
    path("home/", views.home, name="home"),
    path("who-sees-what/", views.who_sees_what, name="who_sees_what"),
    path("notice/", views.notice, name="notice"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("welcome/<slug:slug>/", views.welcome, name="welcome"),
    path("n/<slug:slug>/", views.network_home, name="network_home"),
    path("n/<slug:slug>/import/", include("agencies.import_urls")),
]
