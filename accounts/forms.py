"""Forms about oneself: name, language, time zone, appearance."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

FRENCH_ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "America/Miquelon",
)
# The tz database writes no accents.
ACCENTED = {"Indian/Reunion": "Réunion", "Pacific/Noumea": "Nouméa"}


@lru_cache(maxsize=1)
def _zones_in_use() -> tuple[str, ...]:
    """The zones that a place on the map keeps today: none of the database's former names."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple(sorted(row[2] for row in rows))


def time_zone_choices(current: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """France and overseas first, Europe, then the rest of the world; `current` is always among them."""
    others = [zone for zone in _zones_in_use() if zone not in FRENCH_ZONES]
    if current and current not in (*FRENCH_ZONES, *others):
        others.append(current)
    europe = [zone for zone in others if zone.startswith("Europe/")]
    rest = [zone for zone in others if not zone.startswith("Europe/")]
    return [
        (str(_("France")), [(zone, ACCENTED.get(zone, _city(zone))) for zone in FRENCH_ZONES]),
        (str(_("Europe")), [(zone, _city(zone)) for zone in europe]),
        (str(_("Ailleurs")), [(zone, zone.replace("_", " ")) for zone in rest]),
    ]


def _city(zone: str) -> str:
    return zone.split("/")[-1].replace("_", " ")


class ProfileForm(forms.ModelForm):
    """What a person may change about their account."""

    time_zone = forms.ChoiceField(label=_("Fuseau horaire"))

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "theme")
        labels = {
            "name": _("Prénom et nom"),
            "language": _("Langue"),
            "theme": _("Apparence"),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "theme": forms.RadioSelect,
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        zone: Any = self.fields["time_zone"]
        zone.choices = time_zone_choices(self.instance.time_zone)
