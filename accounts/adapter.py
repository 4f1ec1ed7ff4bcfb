"""How allauth behaves here: nobody signs up alone, and names come from invitations."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; after sign-in the root page leads each person to their own place."""

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

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no usernames."""
