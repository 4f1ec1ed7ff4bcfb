"""What Cairn leaves on a person's own device: its owner's mark, the installed site, the page without network.

The rest is done on the device, by public/sw.js, static/js/offline.js and app.js.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

THEME, GROUND = "#103731", "#f6f7f4"  # --band and --bg of tokens.css
ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("maskable-512", 512, "maskable"))


def owner_mark(user_id: int) -> str:
    """Whose things wait on a device, without naming the person; the scripts erase everybody else's."""
    return salted_hmac(__name__, str(user_id)).hexdigest()[:16]


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """How the site stands among a device's applications; asked for without cookies, hence the language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        response = JsonResponse(_manifest(language), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _manifest(language: str) -> dict[str, Any]:
    icons = [
        {"src": static(f"install/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
        for name, size, use in ICONS
    ]
    return {
        "id": "/",
        "start_url": "/",  # leads each person to their own home
        "scope": "/",
        "name": "Cairn",
        "short_name": "Cairn",
        "description": _("Vos valeurs, vos mots, votre rythme."),
        "lang": language,
        "display": "standalone",
        "theme_color": THEME,
        "background_color": GROUND,
        "icons": icons,
    }


@require_safe
def away(request: HttpRequest) -> HttpResponse:
    """The page for what a device does not keep, shown by the service worker while there is no network."""
    return render(request, "away.html")
