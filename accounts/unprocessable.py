"""Answers 422 when a page comes back with an invalid form, whoever wrote the view (allauth answers 200)."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class UnprocessableFormMiddleware:
    """A refused POST is no success: 422 tells scripts, tests and caches so. The page is the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.method == "POST" and response.status_code == 200 and _has_errors(response):
            response.status_code = 422
        return response


def _has_errors(response: TemplateResponse) -> bool:
    forms = (value for value in (response.context_data or {}).values() if isinstance(value, BaseForm))
    return any(form.is_bound and form.errors for form in forms)
