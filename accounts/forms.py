"""Forms about oneself: name, language, time zone, appearance."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import available_timezones

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


def time_zone_choices(current: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """French zones first, then every zone of the tz database with an area, and the person's own of today."""
    others = sorted(
        zone
        for zone in available_timezones()
        if zone == current or ("/" in zone and not zone.startswith(("Etc/", "posix/", "right/")))
    )
    return [
        (str(_("France")), [(zone, ACCENTED.get(zone, zone.split("/")[1])) for zone in FRENCH_ZONES]),
        (str(_("Ailleurs")), [(zone, zone.replace("_", " ")) for zone in others if zone not in FRENCH_ZONES]),
    ]


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
        # A file may have brought a zone that is not offered, such as UTC: it can be kept.
        zones = cast(forms.ChoiceField, self.fields["time_zone"])
        zones.choices = time_zone_choices(self.instance.time_zone)
