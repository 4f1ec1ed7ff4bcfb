"""The coach of the demonstration finds something of everything on her desk, as its pages show it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agencies.models import Network
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import PracticeReview
from coaching.reminders.models import CoachMessage, Reminder
from config.demo import desk_words as words
from config.demo.build import build_demo
from config.demo.sessions import CORRECTION, WORKSHOP
from config.demo.story import COACH, MANAGER

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
THURSDAY = dt.datetime(2026, 11, 26, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_every_part_of_the_desk_shows_something() -> None:
    with time_machine.travel(THURSDAY, tick=False):
        build_demo(THURSDAY)
        coach = signed_in(COACH[1])
        with networks(Network.objects.get(slug="rivages").pk):
            cohort = Cohort.objects.get()
            sessions = list(cohort.sessions.order_by("starts_at"))
        here = ["rivages", cohort.public_id]

        messages = read(coach, reverse("reminders:cohort_messages", args=here))
        for subject, _body in (words.WELCOME, words.NIGHT, words.RECALLED, words.UNFINISHED):
            assert subject in messages
        changes = read(coach, reverse("adoption:changes", args=here))
        for told in ("La suite décalée de 1 semaine", "Pause pour tout le monde, du", "7 jours de plus"):
            assert told in changes
        assert "Dispense de 4 étapes" in changes
        assert "Fatou Diallo prend la suite" in changes
        assert "annulé" in changes  # the shift, thought better of
        agenda = read(coach, reverse("cohorts:sessions", args=here))
        assert WORKSHOP[0] in agenda
        held = read(coach, reverse("cohorts:session", args=[*here, sessions[0].public_id]))
        assert CORRECTION in held
        assert "ifféré" in held
        assert "Inès Caradec" in read(signed_in(MANAGER[1]), reverse("cohorts:team", args=["rivages"]))
        library = read(coach, reverse("cohorts:library"))
        assert words.OWN_TITLE["fr"].replace("&", "&amp;") in library

    with networks(Network.objects.get(slug="rivages").pk):
        reviews = set(PracticeReview.objects.values_list("state", flat=True))
        sent = CoachMessage.objects.exclude(state="draft")
        states = {
            row.subject: set(Reminder.objects.of_message(row).values_list("state", flat=True)) for row in sent
        }
    with networks(Network.objects.get(slug="toits").pk):
        interims = Enrolment.objects.live().filter(membership__is_interim=True)
        stand_in = [row.membership.shown_name for row in interims.with_person()]
    assert reviews == {"draft", "returned", "validated", "read"}
    assert states[words.WELCOME[0]] == {"sent"}
    assert states[words.NIGHT[0]] == {"sent", "due"}  # one reader rests until next week
    assert states[words.RECALLED[0]] == {"cancelled"}
    assert stand_in == [words.STAND_IN[1]]
