"""Codes by application, recovery codes and passkeys, page by page; each page clean in every look."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import click, fill, send
from tests.browser.demo import Demo
from tests.browser.looks import Eyes
from tests.browser.site import wait_until

pytestmark = pytest.mark.slow

NADIA, CATHERINE = "nadia.cherif@rivages.test", "catherine.bodin@rivages.test"
STEP, TYPING = 30, 12  # seconds that a code is shown, and that are kept for typing and sending it


def code_for(secret: str, moment: float) -> str:
    """What an application of codes shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, int(moment // STEP).to_bytes(8), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


def shown_code(demo: Demo, secret: str) -> str:
    """What the application shows, read as a person reads it: neither about to change nor just changed."""
    wait_until(lambda: 1 < demo.now() % STEP < STEP - TYPING, STEP, "a code that has time left")
    return code_for(secret, demo.now())


def assert_clean(eyes: Eyes, status: int = 200) -> None:
    found = eyes.problems("fr") + eyes.complaints(status=status)
    assert found == [], eyes.page.url


def test_codes_by_application_from_the_first_to_the_last_page(demo: Demo, browser: Browser) -> None:
    eyes = Eyes.open(browser)
    page = eyes.page
    demo.sign_in_by_code(page, NADIA)
    codes = install(demo, eyes)

    page.goto(demo.url + "/accounts/2fa/")
    assert_clean(eyes)
    page.goto(demo.url + "/accounts/2fa/recovery-codes/generate/")
    assert_clean(eyes)
    page.goto(demo.url + "/accounts/2fa/reauthenticate/")
    assert_clean(eyes)

    page.goto(demo.url + "/accounts/logout/")
    send()(page)
    demo.sign_in_by_code(page, NADIA)
    expect(page).to_have_url(demo.url + "/accounts/2fa/authenticate/")
    assert_clean(eyes)
    fill({"code": "000000"})(page)
    assert_clean(eyes, 422)
    fill({"code": codes[0]})(page)
    expect(page).to_have_url(demo.url + "/n/rivages/learn/")

    page.goto(demo.url + "/accounts/2fa/totp/deactivate/")
    be_sure(eyes, lambda: codes[1])
    assert_clean(eyes)
    send()(page)
    expect(page.locator("main")).to_contain_text("Installer l’application")


def be_sure(eyes: Eyes, code: Callable[[], str]) -> None:
    """What touches the account's security is done by somebody who has just shown who they are."""
    if "/reauthenticate/" in eyes.page.url:
        assert_clean(eyes)
        fill({"code": code()})(eyes.page)


def install(demo: Demo, eyes: Eyes) -> list[str]:
    """From the key to the recovery codes."""
    page = eyes.page
    page.goto(demo.url + "/accounts/2fa/totp/activate/")
    assert_clean(eyes)
    secret = page.input_value("#totp-secret")
    fill({"code": shown_code(demo, secret)}, "main form.form:has([name=code])")(page)
    be_sure(eyes, lambda: shown_code(demo, secret))
    expect(page).to_have_url(demo.url + "/accounts/2fa/recovery-codes/")
    assert_clean(eyes)
    return page.locator(".codes li").all_inner_texts()


def test_a_passkey_from_its_making_to_its_end(demo: Demo, browser: Browser) -> None:
    # A browser makes passkeys for a name, not for an address of numbers.
    named = dataclasses.replace(demo, url=demo.url.replace("127.0.0.1", "localhost"))
    eyes = Eyes.open(browser)
    page = eyes.page
    virtual_key(page)
    named.sign_in_by_code(page, CATHERINE)

    page.goto(named.url + "/accounts/2fa/webauthn/add/")
    page.fill("[name=name]", "Mon téléphone")
    page.check("[name=passwordless]")
    click("#mfa_webauthn_add")(page)
    page.goto(named.url + "/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Mon téléphone")
    assert_clean(eyes)
    sign_in_with_the_key(named, eyes)

    page.goto(named.url + "/accounts/2fa/webauthn/")
    click("main a[href$='/edit/']")(page)
    assert_clean(eyes)
    page.goto(named.url + "/accounts/2fa/webauthn/")
    click("main a[href$='/remove/']")(page)
    assert_clean(eyes)
    send()(page)
    expect(page.locator("main")).not_to_contain_text("Mon téléphone")


def virtual_key(page: Page) -> None:
    """The browser answers for a phone with a finger on it."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in_with_the_key(demo: Demo, eyes: Eyes) -> None:
    page = eyes.page
    page.goto(demo.url + "/accounts/logout/")
    send()(page)
    page.goto(demo.url + "/accounts/login/")
    click("#passkey_login")(page)

    expect(page).to_have_url(demo.url + "/n/rivages/learn/")
    eyes.complaints()
