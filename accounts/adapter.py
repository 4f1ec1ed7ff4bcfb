"""How allauth behaves here: nobody signs up alone, and names come from invitations."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


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

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no usernames."""
