"""/api/v1/: the apps' read-only views, their OpenAPI description, and a page that explains it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from accounts.api import MeView
from agencies.api import AgenciesView, NetworksView
from agencies.rest import NothingHere
from coaching.adoption.api import EnrolmentsView
from coaching.cohorts.api import CohortsView
from config.api_docs import describe


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description names our sign-in: the browser's session cookie."""

    target_class = "agencies.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


@lru_cache(maxsize=4)
def schema_in(language: str) -> dict[str, Any]:
    """The OpenAPI 3 description in one language; it changes with the code only."""
    with override(language):
        generated: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return generated


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The description for programs, public: it names what exists, and holds nobody's data."""
    return JsonResponse(schema_in(get_language() or "fr"), content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same description for people, drawn on the server from the schema alone."""
    described = describe(schema_in(get_language() or "fr"))
    return render(request, "api/docs.html", {"api": described})


v1: list[URLPattern | URLResolver] = [
    path("me", MeView.as_view(), name="me"),
    path("networks", NetworksView.as_view(), name="networks"),
    path("n/<slug:slug>/agencies", AgenciesView.as_view(), name="agencies"),
    path("n/<slug:slug>/cohorts", CohortsView.as_view(), name="cohorts"),
    path("n/<slug:slug>/enrolments", EnrolmentsView.as_view(), name="enrolments"),
]

api: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
    path("", NothingHere.as_view()),
    path("<path:rest>", NothingHere.as_view()),
]

urlpatterns = [path("api/", include((api, "api")))]
