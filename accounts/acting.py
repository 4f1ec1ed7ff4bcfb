"""Addresses that only act, when they are opened as a page: by a reload, or by a sign-in that came between."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _


def say_nothing_changed(request: HttpRequest) -> None:
    """For the page that holds the button, to which such a visit leads: it still waits to be pressed."""
    messages.info(request, _("Rien n’a changé. Si vous le voulez toujours, recommencez d’ici."))
