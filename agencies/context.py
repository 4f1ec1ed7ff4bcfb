"""Context processor: what the frame of each page shows about the person, their role and their networks.

It lives here and not in accounts because the navigation follows the membership. Network, membership and
memberships are what NetworkMiddleware has put on the request: the frame costs no query of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.device import owner_mark
from agencies.models import Membership

MAX_ENTRIES = 5
# Pages below an entry of the navigation, by the name of their address or of its app.
SECTIONS = {
    "learning:coach_wall": "cohorts:list",
    "learning:brand_value": "learning:brand_values",
    "learning:new_brand_value": "learning:brand_values",
    "learning:pair": "learning:home",
    "learning:certificate": "learning:home",
    "learning:wall": "learning:home",
    "learning:module": "learning:path",
    "learning:together_session": "learning:together",
    "learning:room": "learning:values",
    "learning:room_draft": "learning:values",
    "learning:circle": "learning:values",
    "learning:thread": "learning:values",
    "learning:charter": "learning:values",
    "learning:edit_charter": "learning:values",
    "learning:shared": "learning:values",
    "adoption:agency": "adoption:overview",
    "adoption:cohort_detail": "cohorts:list",
    "adoption:participant": "cohorts:list",
    "adoption:change": "cohorts:list",
    "adoption:changes": "cohorts:list",
    "adoption:change_report": "cohorts:list",
    "adoption:confided": "cohorts:list",
    "adoption:cohort_reviews": "cohorts:list",
    "adoption:reviews": "adoption:coach_home",
    "cohorts:create_several": "adoption:coach_home",
    "adoption:review": "adoption:coach_home",
    "adoption:canned": "adoption:coach_home",
    "adoption:canned_comment": "adoption:coach_home",
    "agencies:import_review": "agencies:import",
    "cohorts:library": "cohorts:library",
    "cohorts:library_programme": "cohorts:library",
    "learning:upgrade": "cohorts:list",
    "learning:draft_preview": "cohorts:library",
    "learning:draft_preview_step": "cohorts:library",
    "programmes": "cohorts:library",
    "cohorts": "cohorts:list",
    "reminders:cohort_messages": "cohorts:list",
    "reminders:write_message": "cohorts:list",
    "reminders:edit_message": "cohorts:list",
    "reminders:message": "cohorts:list",
    "reminders:letter": "cohorts:list",
    "reminders:rehearsal": "cohorts:list",
    "reminders:cohort_policy": "cohorts:list",
    "reminders:edit_cohort_policy": "cohorts:list",
}

Row = tuple[str, str | Promise, str]

# Role -> rows of (URL name, words, icon). A row whose page does not exist is left out.
NAVIGATION: dict[str, tuple[Row, ...]] = {
    "agency_head": (
        ("learning:home", _("Accueil"), "house"),
        ("learning:path", _("Parcours"), "route"),
        ("learning:values", _("Valeurs"), "heart-handshake"),
        ("learning:together", _("Ensemble"), "video"),
    ),
    "regional_manager": (
        ("adoption:overview", _("Vue d’ensemble"), "chart-column"),
        ("adoption:given", _("Confié à vous"), "heart-handshake"),
        ("learning:brand_values", _("Marque"), "flag"),
        ("agencies:import", _("Import"), "upload"),
    ),
    "network_admin": (
        ("adoption:overview", _("Vue d’ensemble"), "chart-column"),
        ("learning:brand_values", _("Marque"), "flag"),
        ("agencies:import", _("Import"), "upload"),
    ),
    "coach": (
        ("adoption:coach_home", _("Aujourd’hui"), "sun-medium"),
        ("cohorts:list", _("Promotions"), "users"),
        ("cohorts:library", pgettext_lazy("plusieurs", "Parcours"), "route"),
        ("learning:brand_values", _("Marque"), "flag"),
        ("agencies:import", _("Import"), "upload"),
    ),
}


@dataclass(frozen=True)
class Entry:
    """One link of the navigation."""

    label: str | Promise
    url: str
    icon: str
    current: str = ""  # for aria-current: « page », « true » for a page below, or nothing


@dataclass(frozen=True)
class NetworkChoice:
    """One line of the network switcher."""

    network: Any
    url: str
    is_current: bool


def url_or_empty(*names: str, slug: str | None = None) -> str:
    """Return the first of these URLs that exists, with the network's slug where it takes one."""
    return _first_url(names, slug, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=4096)
def _first_url(names: tuple[str, ...], slug: str | None, _urlconf: str | None, _prefix: str) -> str:
    """A frame has a dozen addresses, the same on every page of a network."""
    for name in names:
        for args in ([slug], []) if slug else ([],):
            try:
                return reverse(name, args=args)
            except NoReverseMatch:
                continue
    return ""


class Interface:
    """The frame of one page. Everything is computed on first use: a bare error page costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def person(self) -> Any:
        """The signed-in person, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def owner(self) -> str:
        """Whose things may wait on this device; "" while nobody is signed in."""
        return owner_mark(self.person.pk) if self.person and self.person.pk else ""

    @cached_property
    def theme(self) -> str:
        """« light », « dark », or "" to follow the device."""
        return getattr(self.person, "theme", "") or ""

    @cached_property
    def network(self) -> Any:
        return getattr(self.request, "network", None)

    @cached_property
    def memberships(self) -> Sequence[Membership]:
        """Every joined membership of the person that is open today, in whatever network."""
        if not self.person:
            return []
        return list(getattr(self.request, "memberships", None) or ())

    @cached_property
    def membership(self) -> Any:
        """The membership of this page; outside a network, the person's only or coaching one."""
        if current := getattr(self.request, "membership", None):
            return current
        coaching = [each for each in self.memberships if each.role == "coach"]
        return next(iter(coaching or self.memberships), None)

    @cached_property
    def role_label(self) -> str:
        return str(self.membership.get_role_display()) if self.membership else ""

    @cached_property
    def entries(self) -> list[Entry]:
        """At most five links, those of the role on this page."""
        if not self.person or not self.membership:
            return []
        rows = NAVIGATION.get(self.membership.role, ())
        found = (self._entry(*row) for row in rows)
        return [entry for entry in found if entry][:MAX_ENTRIES]

    def _entry(self, name: str, label: str | Promise, icon: str) -> Entry | None:
        url = url_or_empty(name, slug=self._slug)
        if not url:
            return None
        if self.request.path == url:
            return Entry(label, url, icon, "page")
        return Entry(label, url, icon, "true" if self._section == name else "")

    @cached_property
    def _section(self) -> str:
        """The entry of the navigation that this page is below."""
        match = getattr(self.request, "resolver_match", None)
        if match is None:
            return ""
        return SECTIONS.get(match.view_name) or SECTIONS.get(match.app_name, "")

    @cached_property
    def _slug(self) -> str | None:
        if self.network:
            return str(self.network.slug)
        slugs = {each.network.slug for each in self.memberships}
        return slugs.pop() if len(slugs) == 1 else None

    @cached_property
    def tabs(self) -> list[Entry]:
        """The bottom bar of the phone: the first links, then the account."""
        profile = self.profile_url
        account = Entry(_("Mon compte"), profile, "user", "page" if self.request.path == profile else "")
        return [*self.entries[: MAX_ENTRIES - 1], account] if self.entries and profile else self.entries

    @cached_property
    def networks(self) -> list[NetworkChoice]:
        """The person's networks by name; the switcher shows only when there are several."""
        unique = {each.network.pk: each.network for each in self.memberships}
        current = self.network.pk if self.network else None
        ordered = sorted(unique.values(), key=lambda network: network.name)
        return [
            NetworkChoice(network, self._network_url(network), network.pk == current) for network in ordered
        ]

    @staticmethod
    def _network_url(network: Any) -> str:
        return url_or_empty("agencies:network_home", slug=network.slug)

    @cached_property
    def coach_home_url(self) -> str:
        """Every network at once; only for somebody who coaches."""
        is_coach = any(each.role == "coach" for each in self.memberships)
        return url_or_empty("adoption:coach_home") if is_coach else ""

    @cached_property
    def lesson_url(self) -> str:
        """Where the person takes the programme, whatever page this is; for heads."""
        slugs = (each.network.slug for each in self.memberships if each.role == "agency_head")
        slug = next(slugs, None)
        return url_or_empty("learning:home", slug=slug) if slug else ""

    @cached_property
    def help_url(self) -> str:
        """The hand one may ask for, on every page of a head and on all pages of a programme."""
        match = getattr(self.request, "resolver_match", None)
        is_learning = match is not None and match.route.startswith("n/<slug:slug>/learn/")
        is_head = self.membership is not None and self.membership.role == "agency_head"
        return (
            url_or_empty("learning:help", slug=self._slug) if self._slug and (is_head or is_learning) else ""
        )

    @cached_property
    def home_url(self) -> str:
        return url_or_empty("accounts:root") or "/"

    @cached_property
    def profile_url(self) -> str:
        return url_or_empty("accounts:profile")

    @cached_property
    def who_sees_what_url(self) -> str:
        return url_or_empty("agencies:who_sees_what", "accounts:who_sees_what", "who_sees_what")

    @cached_property
    def accessibility_url(self) -> str:
        return url_or_empty("accounts:accessibility")

    @cached_property
    def legal_url(self) -> str:
        return url_or_empty("accounts:legal")

    @cached_property
    def language_url(self) -> str:
        """Where the FR/EN buttons post: the person's choice when there is one, else a cookie."""
        return url_or_empty("accounts:language", "set_language")

    @cached_property
    def is_demo(self) -> bool:
        return bool(getattr(settings, "DEMO", False))


def interface(request: HttpRequest) -> dict[str, Any]:
    """Give templates `ui`, the frame of the page."""
    return {"ui": Interface(request)}
