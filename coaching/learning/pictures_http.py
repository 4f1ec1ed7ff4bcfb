"""How a picture of somebody's leaves the house: for one pair of eyes, and as nothing but a picture."""

from __future__ import annotations

from django.http import HttpResponse

from coaching.learning.pictures import MEDIA_TYPE


def picture_response(content: bytes) -> HttpResponse:
    """Nothing on the way keeps it, no browser takes it for a page; the view adds `never_cache`."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
