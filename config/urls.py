"""Every address of the site: each app brings its own, written out in full from the root."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts import sign_in

# Lower apps first, so that a page of theirs cannot be taken over by accident; config.api holds /api/v1/.
ROUTES = (
    "accounts.urls",
    "agencies.urls",
    "coaching.programmes.urls",
    "coaching.cohorts.urls",
    "coaching.learning.urls",
    "coaching.adoption.urls",
    "coaching.reminders.urls",
    "config.api",
    "config.inbox",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/login/", sign_in.LoginView.as_view(), name="account_login"),
    path("accounts/login/code/", sign_in.RequestLoginCodeView.as_view(), name="account_request_login_code"),
    path(
        "accounts/login/code/confirm/",
        sign_in.ConfirmLoginCodeView.as_view(),
        name="account_confirm_login_code",
    ),
    path("accounts/logout/", sign_in.LogoutView.as_view(), name="account_logout"),
    path("accounts/", include("allauth.urls")),
]
urlpatterns += [path("", include(routes)) for routes in ROUTES if find_spec(routes)]

if settings.DEMO:
    urlpatterns.append(path("", include("config.demo.urls")))
