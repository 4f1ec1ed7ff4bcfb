"""The demo’s mail, read in the browser: what would have been sent, and to whom."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
SHOWN = 100
# The message is somebody's HTML: it may use its own styles and nothing else, and runs no script.
MESSAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One kept message, ready for the page."""

    name: str
    arrived_at: datetime
    sender: str
    recipients: str
    subject: str
    text: str = ""
    html: str = ""


def messages(folder: Path) -> list[Message]:
    """The newest messages first, without their bodies."""
    newest = sorted((each.stem for each in folder.glob("*.eml")), reverse=True)[:SHOWN]
    return [message for name in newest if (message := read(folder, name))]


def read(folder: Path, name: str) -> Message | None:
    """The message of that name, or None: names that are not ours never reach the file system."""
    if not NAME.fullmatch(name):
        return None
    try:
        content = (folder / f"{name}.eml").read_bytes()
    except OSError:
        return None
    parsed = email.message_from_bytes(content, policy=policy.default)
    return Message(
        name=name,
        arrived_at=datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, tz=UTC),
        sender=str(parsed["From"] or ""),
        recipients=str(parsed["To"] or ""),
        subject=str(parsed["Subject"] or ""),
        text=body(parsed, "plain"),
        html=body(parsed, "html"),
    )


def body(parsed: EmailMessage, kind: str) -> str:
    """The text or HTML part, empty when there is none or when it cannot be decoded."""
    part = parsed.get_body(preferencelist=(kind,))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError):
        return ""


def message_list(request: HttpRequest) -> HttpResponse:
    """Who got what, newest first. Public: everything in the demo is invented."""
    return render(request, "inbox/message_list.html", {"messages_kept": messages(folder())})


def message_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, and its HTML in a frame."""
    return render(request, "inbox/message_detail.html", {"message": find(name)})


def message_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, under a policy of its own; its links leave the frame."""
    html = find(name).html
    if not html:
        raise Http404
    content = HEAD.sub(lambda head: head[0] + '<base target="_top">', html, count=1)
    response = HttpResponse(content, headers={"Content-Security-Policy": MESSAGE_POLICY})
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def folder() -> Path:
    """Where the demo's mail lies; outside the demo this page does not exist."""
    if not settings.DEMO or settings.MAIL_FOLDER is None:
        raise Http404
    return Path(settings.MAIL_FOLDER)


def find(name: str) -> Message:
    message = read(folder(), name)
    if message is None:
        raise Http404
    return message


app_name = "inbox"
urlpatterns = [
    path("inbox/", message_list, name="list"),
    path("inbox/<slug:name>/", message_detail, name="detail"),
    path("inbox/<slug:name>/html/", message_html, name="html"),
]
