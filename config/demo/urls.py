"""Addresses of the demonstration."""

from django.urls import path

from config.demo import views

app_name = "demo"

urlpatterns = [path("demo/enter/", views.enter, name="enter")]
