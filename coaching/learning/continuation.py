"""No typed character is lost when a session has ended: what was posted waits, sealed, for its author.

A page's forms carry a seal that names their author. Posted without a session, the fields are encrypted into
the visitor's new session; after sign-in the same page offers to send them, to that author only. Another
person on the same device gets nothing, and a post without a seal of ours is not kept at all.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any, cast

from cryptography.fernet import InvalidToken
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.learning.encryption import cipher

KEPT_PATHS = re.compile(r"^/n/[^/]+/(?P<part>learn|cohorts)/")
SESSION_KEY = "learning_continuation"
FIELD = "seal"
SEAL_AGE = 30 * 24 * 3600  # a page may stay open for a holiday
KEPT_FOR = 24 * 3600
SIZE_MAX = 64 * 1024
# Nor is a form marked as one that may wait on the device (app.js): declining must not send it later.
_NOT_KEPT = frozenset({FIELD, "csrfmiddlewaretoken", "waits"})


def seal(user_id: int) -> str:
    """Names the author of a form, signed: goes into each form whose text must not be lost."""
    return TimestampSigner(salt=__name__).sign(str(user_id))


def author_of(request: HttpRequest) -> int | None:
    """Who the posted form was made for; None when the seal is missing, too old or not ours."""
    try:
        return int(TimestampSigner(salt=__name__).unsign(request.POST.get(FIELD, ""), max_age=SEAL_AGE))
    except (BadSignature, ValueError):
        return None


class ContinuationMiddleware:
    """Stands before the scope: a post without a session is kept, not dropped.

    The lesson player offers what waits in its own pages. For a coach's forms this middleware does it, which
    leaves the cohorts, below this app, without a word about it: their forms include `components/seal.html`.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = KEPT_PATHS.match(request.path_info)
        if not found:
            return self.get_response(request)
        if isinstance(request.user, User):
            return self._for_coach(request) if found["part"] == "cohorts" else self.get_response(request)
        if wants_json(request):
            return JsonResponse({"problem": "signed_out"}, status=401)
        if request.method == "POST":
            keep(request)
        return self.get_response(request)  # asks to sign in and comes back to this address

    def _for_coach(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and (fields := waiting(request)):
            return offer(request, fields)
        if request.method == "POST" and FIELD in request.POST:
            author = author_of(request)
            if author is not None and author != request.user.pk:
                return _expired(request)  # the session changed hands: nothing in somebody else's name
            if author is not None and waiting(request):
                forget(request)
            if "forget_kept" in request.POST:
                return redirect(request.get_full_path())
        request.seal = seal(cast(int, request.user.pk))  # type: ignore[attr-defined]
        return self.get_response(request)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def keep(request: HttpRequest) -> None:
    """Encrypt the posted fields into the session, with their address and author."""
    author = author_of(request)
    fields = _fields(request)
    if author is None or not fields:
        return
    parcel = {"path": request.get_full_path(), "author": author, "fields": fields, "at": int(time.time())}
    sealed = cipher().encrypt(json.dumps(parcel).encode())
    if len(sealed) <= SIZE_MAX:
        request.session[SESSION_KEY] = sealed.decode()


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value) for name, values in request.POST.lists() if name not in _NOT_KEPT for value in values
    ]


def waiting(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields waiting for this page and this person; [] when there are none.

    They wait until they are sent or declined (`forget`). What waits for somebody else is erased at
    once: it must not outlive the change of person.
    """
    sealed = request.session.get(SESSION_KEY)
    if sealed is None:
        return []
    parcel = _opened(sealed)
    if parcel is None or parcel["author"] != request.user.pk or time.time() - parcel["at"] > KEPT_FOR:
        forget(request)
        return []
    if parcel["path"].split("?")[0] != request.path:
        return []
    return [(str(name), str(value)) for name, value in parcel["fields"]]


def forget(request: HttpRequest) -> None:
    """What waited was sent or declined."""
    request.session.pop(SESSION_KEY, None)


def _opened(sealed: str) -> dict[str, Any] | None:
    try:
        parcel: dict[str, Any] = json.loads(cipher().decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        return None
    return parcel


def offer(request: HttpRequest, fields: list[tuple[str, str]], status: int = 200) -> HttpResponse:
    """The page that shows what was typed and sends it again at one click."""
    context = {
        # A hidden input would lose the line breaks.
        "fields": [(name, value, "\n" in value) for name, value in fields],
        "written": [value for _name, value in fields if len(value) > 20 and " " in value.strip()],
        "action": request.get_full_path(),
        "seal": seal(cast(int, request.user.pk)),
    }
    return render(request, "coaching/learning/continue.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page is older than the last sign-in: offered again to its author, refused to others."""
    if wants_json(request):
        return JsonResponse({"problem": "stale_page"}, status=403)
    is_ours = bool(KEPT_PATHS.match(request.path_info)) and request.user.is_authenticated
    if is_ours and author_of(request) == request.user.pk and (fields := _fields(request)):
        return offer(request, fields, status=403)
    return _expired(request)


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "403_csrf.html", {"title": _("Cette page a expiré")}, status=403)
