"""A coach changes a cohort by its pages: fills the form, reads the preview, agrees, undoes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.differences import as_json
from coaching.cohorts.models import Cohort, CohortChange, Enrolment
from coaching.cohorts.services.standing import seen, state_of
from tests.adoption.people import signed_in
from tests.factories import PARIS, Cast, make_cast

WEEK_3 = dt.datetime(2027, 1, 27, 9, 0, tzinfo=PARIS)  # week 3 is open since yesterday


class Desk:
    """The coach of the cast in front of the pages of one cohort."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.client = cast, signed_in(cast.coach)

    def url(self, name: str, *args: str) -> str:
        return reverse(name, args=[self.cast.network.slug, self.cast.cohort.public_id, *args])

    def preview(self, kind: str, **data: Any) -> HttpResponse:
        return self.client.post(self.url("adoption:change", kind), data)

    def change(self, kind: str, **data: Any) -> str:
        """Form, preview, agreement; the text of the report."""
        return words(self.agree(self.preview(kind, **data)))

    def agree(self, preview: HttpResponse, client: Client | None = None) -> HttpResponse:
        """Press the button of a preview."""
        form = BeautifulSoup(preview.content, "html.parser").select_one("form:has([name=confirm])")
        assert form is not None, words(preview)
        fields: dict[str, list[str]] = {}
        for each in form.select("input[name]"):
            fields.setdefault(str(each["name"]), []).append(str(each.get("value", "")))
        action = str(form.get("action") or preview.request["PATH_INFO"])  # type: ignore[attr-defined]
        return (client or self.client).post(action, fields | {"confirm": "1"}, follow=True)

    def undo(self) -> str:
        """Undo the latest change; the text of the page one comes to."""
        with networks(self.cast.network.pk):
            latest = CohortChange.objects.standing().latest("pk")
        response = self.client.post(self.url("adoption:change_undo", latest.public_id), follow=True)
        return words(response)

    def state(self) -> dict[str, Any]:
        with networks(self.cast.network.pk):
            return as_json(state_of(*seen(Cohort.objects.get(pk=self.cast.cohort.pk))))

    def enrolment(self, number: int = 1) -> Enrolment:
        with networks(self.cast.network.pk):
            return Enrolment.objects.get(pk=self.cast.enrolments[number - 1].pk)


def words(response: HttpResponse) -> str:
    """What one reads of a page, on one line."""
    assert response.status_code in (200, 422), response.status_code
    text = BeautifulSoup(response.content, "html.parser").get_text(" ")
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(WEEK_3, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast(3)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)
