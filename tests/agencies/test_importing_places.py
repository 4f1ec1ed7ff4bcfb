"""What a postal code says of an agency: its public holidays and, overseas, its clock."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import User
from agencies.importing.planning import Outcome
from agencies.importing.report import report_rows
from agencies.models import Agency, Network
from tests.agencies.importing import only, plan, run
from tests.agencies.importing_files import csv_of
from tests.factories import make_agency

pytestmark = pytest.mark.django_db


PLACE_HEADINGS = ("code", "agence", "courriel", "cp", "fuseau")


def placed(postal_code: str, zone: str = "") -> bytes:
    return csv_of(("A1", "Agence", "yann@rivages.test", postal_code, zone), headings=PLACE_HEADINGS)


@pytest.mark.parametrize(
    ("postal_code", "zone", "subdivision", "expected_zone"),
    [
        ("67000", "", "6AE", "Europe/Paris"),
        ("97400", "", "974", "Indian/Reunion"),
        ("97400", "Europe/Paris", "974", "Europe/Paris"),
        ("22000", "", "", "Europe/Paris"),
    ],
)
def test_postal_code_gives_a_new_agency_its_holidays_and_overseas_its_clock(
    network: Network, postal_code: str, zone: str, subdivision: str, expected_zone: str
) -> None:
    run(network, placed(postal_code, zone))

    agency = Agency.objects.get()
    assert (agency.holiday_subdivision, agency.time_zone) == (subdivision, expected_zone)
    assert User.objects.get(email="yann@rivages.test").time_zone == expected_zone
    assert only(network, placed(postal_code, zone)).outcome is Outcome.UNCHANGED


def test_another_postal_code_moves_holidays_and_clock_and_says_so(network: Network) -> None:
    run(network, placed("67000"))

    away = plan(network, placed("97400"))
    run(network, placed("97400"))
    back = only(network, placed("56000"))
    run(network, placed("56000"))

    words = report_rows(away)[-1][5]
    assert "Jours fériés locaux : Alsace → La Réunion" in words
    assert "Fuseau horaire : Europe/Paris → Indian/Reunion" in words
    assert [(change.field, change.new) for change in back.changes] == [
        ("postal_code", "56000"),
        ("time_zone", "Europe/Paris"),
        ("holiday_subdivision", ""),
    ]
    assert only(network, placed("56000")).outcome is Outcome.UNCHANGED


def test_a_clock_that_a_file_chose_survives_a_move_in_the_same_time(network: Network) -> None:
    run(network, placed("35000", "Europe/London"))

    item = only(network, placed("29000"))

    assert [change.field for change in item.changes] == ["postal_code"]


def test_postal_codes_of_another_country_say_nothing_of_french_holidays(network: Network) -> None:
    Network.objects.filter(pk=network.pk).update(country="DE", time_zone="Europe/Berlin")
    network.refresh_from_db()

    run(network, placed("67000"))

    agency = Agency.objects.get()
    assert (agency.holiday_subdivision, agency.time_zone) == ("", "Europe/Berlin")


def test_agencies_imported_before_get_their_place_by_the_migration(network: Network) -> None:
    fill = import_module("agencies.migrations.0009_places_of_postal_codes").fill
    kept = {
        name: make_agency(network, name, postal_code=code, time_zone=zone)
        for name, code, zone in [
            ("Strasbourg", "67000", "Europe/Paris"),
            ("Saint-Denis", "97400", "Europe/Paris"),
            ("Nouméa", "98800", "Pacific/Auckland"),
            ("Rennes", "35000", "Europe/Paris"),
        ]
    }

    fill(apps, None)

    places = {}
    for name, agency in kept.items():
        agency.refresh_from_db()
        places[name] = (agency.holiday_subdivision, agency.time_zone)
    assert places == {
        "Strasbourg": ("6AE", "Europe/Paris"),
        "Saint-Denis": ("974", "Indian/Reunion"),
        "Nouméa": ("NC", "Pacific/Auckland"),
        "Rennes": ("", "Europe/Paris"),
    }
