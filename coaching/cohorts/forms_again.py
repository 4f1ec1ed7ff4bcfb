"""Forms that open a cohort from something known: a past cohort, or several networks at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.templatetags.cairn import day_month
from agencies.models import Membership
from coaching.cohorts.calendar import Period
from coaching.cohorts.forms import DatesForm, ProgrammeForm, next_tuesdays
from coaching.cohorts.models import Cohort
from coaching.programmes.models import Programme


class AgainForm(ProgrammeForm):
    """What is taken over from a past cohort: never its dates, its people only when ticked."""

    starts_on = forms.TypedChoiceField(label=_("Premier mardi"), coerce=dt.date.fromisoformat)
    pauses = forms.TypedMultipleChoiceField(
        label=_("Pauses de l’autre fois"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("À la même distance du départ. Vous verrez leurs dates à l’étape des pauses."),
    )
    coaches = forms.MultipleChoiceField(
        label=_("Coachs qui suivent avec vous"), required=False, widget=forms.CheckboxSelectMultiple
    )
    with_people = forms.BooleanField(label=_("Cocher aussi les mêmes personnes"), required=False)
    field_order = ("programme_version", "name", "starts_on", "pauses", "coaches", "with_people")

    def __init__(
        self,
        *args: Any,
        past: Cohort,
        pauses: Sequence[Period],
        coaches: Iterable[Membership],
        people: int,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["starts_on"].choices = [
            (day.isoformat(), f"{day_month(day)} {day.year}") for day in next_tuesdays(today)
        ]
        fields["pauses"].choices = [(n, _pause_words(past, each)) for n, each in enumerate(pauses)]
        self.other_coaches = {each.public_id: each for each in coaches}
        fields["coaches"].choices = [(key, each.shown_name) for key, each in self.other_coaches.items()]
        fields["with_people"].help_text = ngettext(
            "%(count)s personne d’alors a toujours son mandat.",
            "%(count)s personnes d’alors ont toujours leur mandat.",
            people,
        ) % {"count": people}
        for name, has_any in (("pauses", pauses), ("coaches", self.other_coaches), ("with_people", people)):
            if not has_any:
                del self.fields[name]

    def chosen_coaches(self) -> list[Membership]:
        return [self.other_coaches[key] for key in self.cleaned_data.get("coaches", ())]


def _pause_words(past: Cohort, pause: Period) -> str:
    """« Fêtes de fin d’année : 14 jours, à partir de la semaine 5 »."""
    days = (pause.ends_on - pause.starts_on).days + 1
    week = (pause.starts_on - past.starts_on).days // 7 + 1
    words = ngettext(
        "%(label)s : %(days)s jour, à partir de la semaine %(week)s",
        "%(label)s : %(days)s jours, à partir de la semaine %(week)s",
        days,
    )
    return words % {"label": pause.label or _now("Pause"), "days": days, "week": max(week, 0)}


class SeveralForm(DatesForm):
    """The same programme and the same dates in several networks; each gets a draft of its own."""

    networks = forms.MultipleChoiceField(
        label=_("Réseaux"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un réseau.")},
    )
    programme = forms.ChoiceField(
        label=_("Parcours"),
        help_text=_("Chaque réseau reçoit la version la plus récente installée chez lui."),
    )
    name = forms.CharField(
        label=_("Nom de la promotion"),
        max_length=120,
        help_text=_("Le même partout ; vous pourrez le changer."),
    )
    field_order = (
        "networks",
        "programme",
        "name",
        "starts_on",
        "session_weekday",
        "session_time",
        "session_url",
    )

    def __init__(
        self, *args: Any, coaching: Sequence[Membership], programmes: dict[Programme, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self.coaching = {each.network.slug: each for each in coaching}
        self.programmes = {programme.slug: programme for programme in programmes}
        fields["networks"].choices = [(slug, each.network.name) for slug, each in self.coaching.items()]
        fields["programme"].choices = [(each.slug, title) for each, title in programmes.items()]
        fields["session_url"].help_text = _("Laissez vide si chaque réseau a le sien.")

    def chosen(self) -> list[Membership]:
        return [self.coaching[slug] for slug in self.cleaned_data["networks"]]

    def clean_programme(self) -> Programme:
        return self.programmes[self.cleaned_data["programme"]]
