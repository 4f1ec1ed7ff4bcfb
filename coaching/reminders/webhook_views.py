"""Where a mail provider tells what became of a message. Nobody signs in here: the signature does."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from coaching.reminders.tellings import take_in
from coaching.reminders.webhooks import NotSigned, Unusable, read_telling

LARGEST = 64 * 1024
logger = logging.getLogger(__name__)


@csrf_exempt
@never_cache
@require_POST
def provider_events(request: HttpRequest, provider: str) -> HttpResponse:
    """401 without the provider's signature, 400 too old or broken, 413 too large; else 200, known or not.

    A stranger learns nothing from 200: it says that we have read it, not whom it concerns.
    """
    if _length(request) > LARGEST:
        return HttpResponse(status=413)
    secret = settings.MAIL_EVENTS_SECRET if provider == settings.MAIL_TRANSPORT else ""
    try:
        telling = read_telling(provider, request.headers, request.body, secret, timezone.now())
    except NotSigned:
        logger.warning("an event said to be of %s bears no signature of it", provider)
        return HttpResponse(status=401)
    except Unusable:
        logger.warning("an event of %s is too old or not in its form", provider)
        return HttpResponse(status=400)
    take_in(provider, telling, request.body)
    return HttpResponse(status=200)


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else LARGEST + 1
