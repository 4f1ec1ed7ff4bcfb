"""allauth's pages in our words: each one overridden, each refused form a 422, no word of the library left."""

from __future__ import annotations

from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.test import Client

from tests.factories import make_user

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = settings.BASE_DIR / "templates"
# There is no telephone login here: nothing leads to these.
UNREACHABLE = {
    "account/base_manage_phone.html",
    "account/confirm_phone_verification_code.html",
    "account/phone_change.html",
    "account/messages/phone_verification_sent.txt",
    "account/messages/phone_verified.txt",
    "mfa/recovery_codes/download.txt",
}


def test_every_template_of_the_library_has_ours_in_front() -> None:
    wanted = {
        str(path.relative_to(THEIRS))
        for folder in ("account", "mfa", "usersessions")
        for path in (THEIRS / folder).rglob("*.*")
    }

    missing = {name for name in wanted - UNREACHABLE if not (OURS / name).exists()}

    assert missing == set()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/", {"login": "nobody@rivages.example", "password": "faux"}),
        ("/accounts/login/", {}),
        ("/accounts/login/code/", {"email": "pas une adresse"}),
        ("/accounts/password/reset/", {"email": ""}),
    ],
)
def test_refused_form_answers_422_with_a_summary(client: Client, db: None, path: str, data: dict) -> None:
    response = client.post(path, data)

    html = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in html
    assert "<title>Erreur" in html


def test_sign_in_keeps_where_one_was_going(client: Client, db: None) -> None:
    html = client.get("/accounts/login/", {"next": "/profile/?a=1&b=2"}).content.decode()

    assert 'name="next" value="/profile/?a=1&amp;b=2"' in html
    assert "with=password&amp;next=%2Fprofile%2F%3Fa%3D1%26b%3D2" in html


def test_password_form_is_one_click_away_without_javascript(client: Client, db: None) -> None:
    html = client.get("/accounts/login/?with=password").content.decode()

    assert 'type="password"' in html
    assert 'name="login"' in html


def test_code_page_shows_only_part_of_the_address(client: Client, db: None) -> None:
    make_user("karim@rivages.example")

    html = client.post(
        "/accounts/login/code/", {"email": "karim@rivages.example"}, follow=True
    ).content.decode()

    assert "k•••••@rivages.example" in html
    assert "karim@rivages.example" not in html
    assert 'autocomplete="one-time-code"' in html


def test_code_page_says_the_same_for_an_unknown_address(client: Client, db: None) -> None:
    html = client.post("/accounts/login/code/", {"email": "k@rivages.example"}, follow=True).content.decode()

    assert "k•••••@rivages.example" in html


def test_passkey_buttons_wait_for_javascript(client: Client, db: None) -> None:
    html = client.get("/accounts/login/").content.decode()

    assert 'id="passkey_login" form="mfa_login" data-needs-js hidden' in html


def test_summary_calls_the_field_as_the_page_does(client: Client, db: None) -> None:
    html = client.post("/accounts/login/", {"login": "", "password": "x"}).content.decode()

    assert "Votre adresse électronique : Remplissez ce champ." in html.replace("\u00a0", " ")
