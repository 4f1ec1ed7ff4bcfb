"""Where a person is sent back to after an account page: never a 500, never another site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import allauth.urls
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from tests.factories import make_user

pytestmark = pytest.mark.django_db

# The first three raise ValueError in the standard library: no host can be read from them.
NO_ADDRESSES = ("http://[", "//[", "https://a℀b/", "https://evil.example/", "\x00")
FIELDS = {
    "login": "karim@rivages.example",
    "email": "karim@rivages.example",
    "password": "une phrase bien longue",
    "code": "ABC123",
}


def pages(patterns: list[URLPattern | URLResolver], prefix: str = "/accounts/") -> Iterator[str]:
    """The address of every account page that is about nobody in particular."""
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from pages(entry.url_patterns, path)
        elif not {"<", "("} & set(path):
            yield path


PAGES = sorted(pages(allauth.urls.urlpatterns))


def test_the_pages_are_those_that_people_use() -> None:
    assert {"/accounts/login/", "/accounts/login/code/", "/accounts/2fa/reauthenticate/"} <= set(PAGES)


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["signed out", "signed in"])
@pytest.mark.parametrize("path", PAGES)
def test_a_way_back_that_is_no_address_is_left_out(client: Client, path: str, is_signed_in: bool) -> None:
    user = make_user("karim@rivages.example", password=FIELDS["password"])

    for target in NO_ADDRESSES:
        if is_signed_in:
            client.force_login(user)
        asked = client.get(path, {"next": target})
        posted = client.post(f"{path}?{urlencode({'next': target})}", FIELDS | {"next": target})

        for response in (asked, posted):
            assert response.status_code < 500
            assert not response.headers.get("Location", "").startswith(target)
