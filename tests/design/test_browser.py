"""Each page of the design slice in a real browser: accessible, within the policy, never too wide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.design.conftest import LOOKS, Visitor

pytestmark = pytest.mark.slow

ENTRANCE = [
    "/accounts/login/",
    "/accounts/login/?with=password",
    "/accounts/login/code/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/x-y/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/confirm-email/nothing/",
    "/introuvable",
]
ACCOUNT = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/profile/",
]


@pytest.mark.parametrize("path", ENTRANCE)
def test_entrance_page_is_clean_in_every_look(visitor: Visitor, path: str) -> None:
    expected = ["console: Failed to load resource: the server responded with a status of 404 (Not Found)"]

    problems = [p for look in LOOKS for p in visitor.problems(path, *look) if p not in expected]

    assert problems == []


@pytest.mark.parametrize("path", ACCOUNT)
def test_account_page_is_clean_in_every_look(visitor: Visitor, path: str) -> None:
    visitor.sign_in()

    problems = [p for look in LOOKS for p in visitor.problems(path, *look)]

    assert problems == []


@pytest.mark.parametrize("path", ["/styleguide/", "/"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_style_guide_and_demonstration_are_clean_in_every_look(
    visitor: Visitor, settings: Any, path: str, language: str
) -> None:
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.design.demo_urls"

    problems = [p for look in LOOKS for p in visitor.problems(path, *look, language)]

    assert problems == []
