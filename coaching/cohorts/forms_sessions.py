"""What a coach fills in about sessions and one-to-ones: days and hours on the cohort's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.cohorts.calendar import local_instant
from coaching.cohorts.forms import EARLIEST, LATEST, WebAddressField
from coaching.cohorts.models import Cohort, LiveSession

SHORTEST, LONGEST = 10, 480
MAX_TALKS_AT_ONCE = 12


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MomentForm(forms.Form):
    """A day and an hour of the cohort, within people's working hours."""

    day = forms.DateField(label=_("Jour"), widget=day_input())
    time = forms.TimeField(label=_("Heure"), widget=time_input(), help_text=_("À l’heure du réseau."))

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort

    def clean_time(self) -> dt.time:
        time: dt.time = self.cleaned_data["time"]
        if not EARLIEST <= time <= LATEST:
            raise forms.ValidationError(_("Choisissez une heure entre 7 h et 20 h."))
        return time

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Vérifiez l’année de cette date."))
        return day

    @property
    def starts_at(self) -> dt.datetime:
        return local_instant(self.cleaned_data["day"], self.cleaned_data["time"], self.cohort.time_zone)


class SessionForm(MomentForm):
    """One live session: when, how long, where, and its title in both languages."""

    minutes = forms.IntegerField(label=_("Durée, en minutes"), min_value=SHORTEST, max_value=LONGEST)
    join_url = WebAddressField(
        label=_("Lien de la visioconférence"), required=False, max_length=200, assume_scheme="https"
    )
    title_fr = forms.CharField(label=_("Titre, en français"), max_length=120)
    title_en = forms.CharField(
        label=_("Titre, en anglais"),
        max_length=120,
        required=False,
        help_text=_("Laissé vide, il reprend le titre français."),
    )

    def values(self) -> dict[str, Any]:
        """What `edit_session` and `add_session` take."""
        cleaned = self.cleaned_data
        return {
            "starts_at": self.starts_at,
            "minutes": cleaned["minutes"],
            "join_url": cleaned["join_url"],
            "title_fr": cleaned["title_fr"],
            "title_en": cleaned["title_en"] or cleaned["title_fr"],
        }


def session_initial(session: LiveSession, cohort: Cohort) -> dict[str, Any]:
    """A session as its form shows it."""
    local = session.starts_at.astimezone(ZoneInfo(cohort.time_zone))
    return {
        "day": local.date(),
        "time": local.time(),
        "minutes": session.minutes,
        "join_url": session.join_url,
        "title_fr": session.title_fr,
        "title_en": session.title_en,
    }


class SlotForm(MomentForm):
    """The second slot of a session, or the new time of a one-to-one."""

    join_url = WebAddressField(
        label=_("Lien de la visioconférence"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Laissé vide, c’est le même lien."),
    )


class CancelForm(forms.Form):
    """A cancellation, with a sentence to the people if one wishes."""

    note = forms.CharField(
        label=_("Un mot aux personnes inscrites"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Elles le lisent dans le message d’annulation."),
    )


class OfferForm(MomentForm):
    """One-to-ones of one day, one after the other."""

    GAPS = (0, 10, 20)

    until = forms.TimeField(label=_("Jusqu’à"), widget=time_input())
    gap = forms.TypedChoiceField(
        label=_("Entre deux entretiens"),
        coerce=int,
        initial=10,
        choices=[(0, _("Aucune pause")), (10, _("10 minutes")), (20, _("20 minutes"))],
    )
    join_url = WebAddressField(
        label=_("Lien de la visioconférence"), required=False, max_length=200, assume_scheme="https"
    )

    def __init__(self, *args: Any, minutes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minutes = minutes
        self.fields["time"].label = _("De")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"day", "time", "until", "gap"} <= set(cleaned):
            starts = self.starts()
            if not starts:
                self.add_error("until", _("Cette plage est trop courte pour un entretien."))
            elif starts[-1].astimezone(ZoneInfo(self.cohort.time_zone)).time() > LATEST:
                self.add_error("until", _("Le dernier entretien commence à 20 h au plus tard."))
            elif len(starts) > MAX_TALKS_AT_ONCE:
                self.add_error("until", _("Douze entretiens à la fois au plus : offrez-les en deux fois."))
        return cleaned

    def starts(self) -> Sequence[dt.datetime]:
        """When each talk begins; the last one ends by `until`."""
        step = dt.timedelta(minutes=self.minutes + self.cleaned_data["gap"])
        last = local_instant(self.cleaned_data["day"], self.cleaned_data["until"], self.cohort.time_zone)
        found, at = [], self.starts_at
        while at + dt.timedelta(minutes=self.minutes) <= last:
            found.append(at)
            at += step
        return found
