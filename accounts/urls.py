"""Addresses of the accounts pages (allauth's own are assembled in config/urls.py)."""

from django.urls import path

from accounts import device, styleguide, views

app_name = "accounts"

urlpatterns = [
    path("", views.root, name="root"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest-<slug:language>.webmanifest", device.manifest, name="manifest"),
    path("away/", device.away, name="away"),
    path("language/", views.language, name="language"),
    path("profile/", views.profile, name="profile"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("legal/", views.legal, name="legal"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
