"""Headers of files that WhiteNoise serves beside /static/."""

from __future__ import annotations

from wsgiref.headers import Headers


def add(headers: Headers, path: str, url: str) -> None:
    """The service worker is asked for anew each time: an old one would outlive a release."""
    if url == "/sw.js":
        headers["Cache-Control"] = "no-cache"
