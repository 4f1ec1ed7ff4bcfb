"""How allauth behaves here: nobody signs up alone, names come from invitations, a mail may fail."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


class MailAway(ImmediateHttpResponse):
    """No mail server took the message; carries the page that says so, which allauth answers at once."""

    def __init__(self, request: HttpRequest) -> None:
        page = render(request, "mail_away.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        page.headers["Retry-After"] = "300"
        super().__init__(page)


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; after sign-in the root page leads each person to their own place."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Cette adresse électronique et ce mot de passe ne vont pas ensemble."),
        "incorrect_code": _(
            "Ce n’est pas le code du dernier message reçu. Recopiez-le, ou demandez-en un autre."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:root")

    def is_safe_url(self, url: str) -> bool:
        """What cannot even be read as an address ("http://[") is none to go to."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A code or a link that cannot leave stops here, before anything is kept of it. Raises MailAway.

        The same for an address without an account, which gets a mail too: nothing tells them apart.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # every SMTPException is one
            log.warning("%s was not sent: %s", template_prefix, type(error).__name__)
            raise MailAway(self.request) from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """News of what is done already: the log keeps its failure, the person goes on."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except MailAway:
            return

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no usernames."""
