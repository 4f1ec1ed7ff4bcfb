"""What a French postal code says of a place: its own public holidays, its clock overseas. Pure: no Django."""

from __future__ import annotations

# The first prefix that fits, so the islands of the north come before Guadeloupe.
_BY_POSTAL_PREFIX = {
    "97133": "BL",
    "97150": "MF",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "986": "WF",
    "987": "PF",
    "988": "NC",
    "57": "57",
    "67": "6AE",
    "68": "6AE",
}
# What a French agency may name as its place. The library's "Zone A/B/C" are school calendars, and
# it accepts the ISO region "GES" without the two days of Alsace and Moselle: both are left out.
FRENCH_SUBDIVISIONS = frozenset({"", *_BY_POSTAL_PREFIX.values()})
_OVERSEAS_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
    "BL": "America/St_Barthelemy",
    "MF": "America/Marigot",
    "NC": "Pacific/Noumea",
    "PF": "Pacific/Tahiti",  # the Marquesas and Gambier are told by the file's own column
    "PM": "America/Miquelon",
    "WF": "Pacific/Wallis",
}


def subdivision_for_postal_code(postal_code: str) -> str:
    """The French subdivision whose holidays an agency keeps; "" for the common calendar."""
    digits = postal_code.replace(" ", "")
    if len(digits) != 5:
        return ""
    for prefix, subdivision in _BY_POSTAL_PREFIX.items():
        if digits.startswith(prefix):
            return subdivision
    return ""


def overseas_time_zone(postal_code: str) -> str:
    """The clock of an overseas postal code; "" anywhere else, where the network's own serves."""
    return _OVERSEAS_ZONES.get(subdivision_for_postal_code(postal_code), "")
