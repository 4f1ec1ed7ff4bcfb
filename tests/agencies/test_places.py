"""What a postal code says of a place."""

from zoneinfo import ZoneInfo

import pytest

from agencies.places import overseas_time_zone, subdivision_for_postal_code


@pytest.mark.parametrize(
    ("postal_code", "subdivision"),
    [
        ("67000", "6AE"),
        ("68100", "6AE"),
        ("57 000", "57"),
        ("97133", "BL"),
        ("97150", "MF"),
        ("97110", "971"),
        ("97400", "974"),
        ("22000", ""),
        ("", ""),
        ("5", ""),
    ],
)
def test_postal_code_names_the_holidays_of_its_place(postal_code, subdivision):
    assert subdivision_for_postal_code(postal_code) == subdivision


@pytest.mark.parametrize(
    ("postal_code", "zone"),
    [
        ("97110", "America/Guadeloupe"),
        ("97133", "America/St_Barthelemy"),
        ("97150", "America/Marigot"),
        ("97200", "America/Martinique"),
        ("97300", "America/Cayenne"),
        ("97 400", "Indian/Reunion"),
        ("97500", "America/Miquelon"),
        ("97600", "Indian/Mayotte"),
        ("98600", "Pacific/Wallis"),
        ("98713", "Pacific/Tahiti"),
        ("98800", "Pacific/Noumea"),
    ],
)
def test_overseas_postal_code_names_a_clock_that_exists(postal_code, zone):
    assert overseas_time_zone(postal_code) == zone
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize("postal_code", ["67000", "57000", "20000", "98000", "97", ""])
def test_anywhere_else_the_postal_code_names_no_clock(postal_code):
    assert overseas_time_zone(postal_code) == ""
