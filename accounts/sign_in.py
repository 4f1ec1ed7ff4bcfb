"""allauth's sign-in pages, which here never forget where a person was going: mails promise the exact step."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _


class _KeepsNext:
    """From one page of the sign-in to another (a code is pending, or too old), `next` goes along."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if isinstance(response, HttpResponseRedirect) and response.url in _sign_in_pages():
            response.headers["Location"] = self.passthrough_next_url(response.url)  # type: ignore[attr-defined]
        return response


def _sign_in_pages() -> set[str]:
    names = ("account_login", "account_request_login_code", "account_confirm_login_code")
    return {reverse(name) for name in names}


class _AsksForAddress(_KeepsNext):
    """One word for the address, in the label and in what is wrong with it."""

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        for name in {"login", "email"} & set(form.fields):
            form.fields[name].error_messages["invalid"] = _("Écrivez une adresse électronique entière.")
        return form


class LoginView(_AsksForAddress, views.LoginView):
    """The first page."""


class RequestLoginCodeView(_AsksForAddress, views.RequestLoginCodeView):
    """Asks for a code."""


class ConfirmLoginCodeView(_KeepsNext, views.ConfirmLoginCodeView):
    """Takes the code; says how long it serves and how many tries are left."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        process = self._process
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            "tries_left": process.max_attempts - process.state["failed_attempts"],
        }

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        self._process.state["at"] = time.time()  # a new code serves as long as the first
        response: HttpResponse = super()._resend_form_valid(form)
        return response


class LogoutView(views.LogoutView):
    """Also tells the browser to forget what it keeps for this site, should the page's script not have run."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"storage"'
        return response
