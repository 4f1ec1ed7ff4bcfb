"""How the API knows who asks. Apart from rest.py: DRF imports this while its own views still load."""

from __future__ import annotations

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; a program without one is told so with 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
