"""The frame of a page: theme, navigation by role, networks, footer, errors that give nothing away."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation

from accounts.models import User
from agencies.context import MAX_ENTRIES, NAVIGATION, Interface
from agencies.models import Membership
from tests.factories import Cast, make_user


def frame(
    role: str | None = None, *, others: tuple[str, ...] = (), path: str = "/", **user: Any
) -> Interface:
    """The frame for somebody with this role in « rivages » and perhaps coaching elsewhere."""
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    if role is None:
        request.user = AnonymousUser()
        return Interface(request)
    request.user = User(name="Karim Benali", email="karim@rivages.example", **user)
    memberships = [member(role, "rivages", 1)] + [
        member("coach", slug, pk) for pk, slug in enumerate(others, start=2)
    ]
    request.memberships = memberships  # type: ignore[attr-defined]
    request.membership = memberships[0]  # type: ignore[attr-defined]
    request.network = memberships[0].network  # type: ignore[attr-defined]
    return Interface(request)


def member(role: str, slug: str, pk: int) -> Any:
    network = SimpleNamespace(pk=pk, slug=slug, name=slug.title(), colour=pk)
    label = Membership.Role(role).label
    return SimpleNamespace(role=role, network=network, joined_at=True, get_role_display=lambda: label)


@pytest.mark.parametrize("role", Membership.Role.values)
def test_each_role_has_a_navigation_of_at_most_five(role: str) -> None:
    ui = frame(role)

    assert role in NAVIGATION
    assert 1 <= len(ui.entries) <= MAX_ENTRIES
    assert len(ui.tabs) <= MAX_ENTRIES
    assert all("rivages" in entry.url or entry.url in ("/coach/", "/programmes/") for entry in ui.entries)


@pytest.mark.parametrize(
    ("role", "path", "section"),
    [
        ("agency_head", "/n/rivages/learn/v1-mes-valeurs/", "Parcours"),
        ("regional_manager", "/n/rivages/agencies/abc/", "Vue d’ensemble"),
        ("coach", "/n/rivages/cohorts/abc/", "Promotions"),
        ("coach", "/n/rivages/cohorts/abc/preview/", "Promotions"),
        ("coach", "/n/rivages/cohorts/abc/messages/write/", "Promotions"),
        ("coach", "/n/rivages/cohorts/abc/messages/abc/", "Promotions"),
        ("coach", "/cohorts/new/", "Aujourd’hui"),
        ("coach", "/programmes/drafts/abc/modules/abc/preview/", "Parcours"),
    ],
)
def test_a_page_below_an_entry_marks_it(role: str, path: str, section: str) -> None:
    ui = frame(role, path=path)

    assert {str(entry.label): entry.current for entry in ui.entries if entry.current} == {section: "true"}


def test_a_stranger_sees_no_navigation_and_a_way_to_sign_in(db: None) -> None:
    html = render_to_string("base.html", {"ui": frame()})

    assert "<nav" not in html
    assert "Se connecter" in html


def test_theme_follows_the_person() -> None:
    html = render_to_string("base.html", {"ui": frame("agency_head", theme="dark")})

    assert '<html lang="fr" data-theme="dark">' in html
    assert "data-theme" not in render_to_string("base.html", {"ui": frame("agency_head")})


def test_switcher_names_every_network_and_marks_the_current_one() -> None:
    html = render_to_string("base.html", {"ui": frame("coach", others=("toits",))})

    assert 'href="/n/rivages/" aria-current="true"' in html
    assert 'href="/n/toits/"' in html


def test_person_of_one_network_sees_no_switcher() -> None:
    assert "netpick" not in render_to_string("base.html", {"ui": frame("agency_head")})


def test_page_is_announced_in_its_language() -> None:
    with translation.override("en"):
        html = render_to_string("base.html", {"ui": frame()})

    assert '<html lang="en">' in html


def test_messages_are_a_live_region() -> None:
    message = SimpleNamespace(level_tag="success", __str__=lambda self: "C’est enregistré.")

    html = render_to_string("components/toasts.html", {"messages": [message]})

    assert '<div class="toasts" role="status">' in html
    assert "toast--success" in html


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "mail_away"])
def test_error_page_needs_nothing_and_tells_nothing(name: str) -> None:
    bare = render_to_string(f"{name}.html")
    loaded = render_to_string(f"{name}.html", {"ui": frame("coach"), "request_path": "/n/secret/"})

    assert bare == loaded
    assert '<main id="contenu"' in bare


def test_unknown_address_costs_no_query(client: Client, db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/introuvable")

    assert response.status_code == 404


def test_foreign_network_looks_like_no_network(client: Client, db: None) -> None:
    client.force_login(make_user("karim@rivages.example"))

    unknown = client.get("/n/nulle-part/")

    assert unknown.status_code == 404
    assert unknown.content == client.get("/introuvable").content


def test_an_unknown_address_offers_a_head_their_lesson(client: Client, cast: Cast) -> None:
    client.force_login(cast.head.user)

    pages = [client.get(address) for address in ("/introuvable", "/n/toits/", "/n/rivages/introuvable/")]

    assert 'href="/n/rivages/learn/"' in pages[0].content.decode()
    assert {page.content for page in pages} == {pages[0].content}


def test_an_unknown_address_offers_a_coach_no_lesson(client: Client, cast: Cast) -> None:
    client.force_login(cast.coach.user)

    assert "/learn/" not in client.get("/introuvable").content.decode()


def test_style_guide_is_for_those_who_build(client: Client, settings: Any, db: None) -> None:
    settings.DEMO = False
    assert client.get("/styleguide/").status_code == 404

    client.force_login(make_user("claire@cairn.example", is_staff=True))

    assert client.get("/styleguide/").status_code == 200
