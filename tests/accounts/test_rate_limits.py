"""Too many requests: a page of the site that says what to do."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db

ADDRESS = {"email": "karim@rivages.example"}


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "attendez quelques minutes"), ("en", "wait a few minutes")]
)
def test_a_limit_is_told_in_the_sites_own_frame(client: Client, language: str, words: str) -> None:
    def ask() -> HttpResponse:
        return client.post("/accounts/password/reset/", ADDRESS, headers={"accept-language": language})

    for _allowed in range(5):
        assert ask().status_code == 302

    response = ask()

    html = response.content.decode()
    assert response.status_code == 429
    assert words in html
    assert f'<html lang="{language}">' in html
    assert '<main id="contenu"' in html
