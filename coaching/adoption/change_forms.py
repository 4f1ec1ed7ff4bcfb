"""What a coach asks of a running cohort: one small form per kind of change, each gives a `Wish`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coaching.cohorts.forms import LONGEST_PAUSE_DAYS
from coaching.cohorts.models import Enrolment
from coaching.cohorts.running import Wish
from coaching.cohorts.services import PAUSE_WEEKS
from coaching.cohorts.working_days import Period
from coaching.learning.services import addresses_of
from coaching.programmes.outline import ProgrammeOutline

SHIFT_WEEKS = range(1, 9)
MOST_DAYS = 60


def _weeks(number: int) -> str:
    return ngettext("%(n)d semaine", "%(n)d semaines", number) % {"n": number}


class ChangeForm(forms.Form):
    """A change of the whole cohort; `people` and `outline` are for those that need them."""

    kind: ClassVar[str]

    def __init__(
        self,
        *args: Any,
        people: Sequence[Enrolment],
        outline: ProgrammeOutline,
        sector: str,
        today: dt.date,
        chosen: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments, self.outline, self.sector, self.today = people, outline, sector, today

    def wish(self) -> Wish:
        raise NotImplementedError

    @property
    def why(self) -> str:
        """The reason, of an exemption; "" elsewhere."""
        reason: str = self.cleaned_data.get("reason", "")
        return reason

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What was sent, field by field, to be sent again once the preview is agreed to."""
        data: Any = self.data
        return [(name, value) for name in self.fields for value in data.getlist(name)]


class CloseDaysForm(ChangeForm):
    """A break for everybody."""

    kind = "close_days"
    starts_on = forms.DateField(
        label=_("Du"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Au (inclus)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    label = forms.CharField(label=_("Motif"), required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("Le dernier jour vient avant le premier."))
        elif first and last and (last - first).days >= LONGEST_PAUSE_DAYS:
            self.add_error("ends_on", _("Une pause dure au plus douze semaines."))
        elif first and first < self.today:
            self.add_error("starts_on", _("Ce jour est passé : choisissez-en un à partir d’aujourd’hui."))
        return cleaned

    def wish(self) -> Wish:
        cleaned = self.cleaned_data
        return Wish(self.kind, period=Period(cleaned["starts_on"], cleaned["ends_on"], cleaned["label"]))


class ShiftForm(ChangeForm):
    """All that is to come, some weeks later."""

    kind = "shift"
    weeks = forms.TypedChoiceField(label=_("De combien ?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["weeks"]
        choice.choices = [(number, _weeks(number)) for number in SHIFT_WEEKS]

    def wish(self) -> Wish:
        return Wish(self.kind, weeks=self.cleaned_data["weeks"])


class DaysField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Combien de jours de plus ?"),
            min_value=1,
            max_value=MOST_DAYS,
            initial=7,
            help_text=_("Une date qui tomberait un jour fermé passe au jour ouvré suivant."),
        )


class ExtendForm(ChangeForm):
    """More time for everybody."""

    kind = "extend"
    days = DaysField()

    def wish(self) -> Wish:
        return Wish(self.kind, days=self.cleaned_data["days"])


class ArchiveForm(ChangeForm):
    kind = "archive"

    def wish(self) -> Wish:
        return Wish(self.kind)


class BringBackForm(ArchiveForm):
    kind = "bring_back"


class PeopleForm(ChangeForm):
    """A change for the people who are ticked."""

    people = forms.MultipleChoiceField(
        label=_("Personnes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins une personne."),
            "invalid_choice": _("Une des personnes choisies n’est plus dans cette promotion."),
        },
    )

    def __init__(self, *args: Any, chosen: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["people"] = list(chosen)
        choice: Any = self.fields["people"]
        choice.choices = [(row.public_id, row.membership.shown_name) for row in self.enrolments]

    @property
    def rows(self) -> list[tuple[Enrolment, bool]]:
        """What the page draws: the person, ticked."""
        ticked = set(self["people"].value() or [])
        return [(row, row.public_id in ticked) for row in self.enrolments]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "people"]

    def chosen(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["people"])


class PausePeopleForm(PeopleForm):
    kind = "pause_people"
    weeks = forms.TypedChoiceField(label=_("Combien de temps, à partir d’aujourd’hui ?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["weeks"]
        choice.choices = [(number, _weeks(number)) for number in PAUSE_WEEKS]

    def wish(self) -> Wish:
        return Wish(self.kind, weeks=self.cleaned_data["weeks"], people=self.chosen())


class ExtendPeopleForm(PeopleForm):
    kind = "extend_people"
    days = DaysField()

    def wish(self) -> Wish:
        return Wish(self.kind, days=self.cleaned_data["days"], people=self.chosen())


class ExemptForm(PeopleForm):
    kind = "exempt"
    what = forms.ChoiceField(label=_("De quoi ?"))
    reason = forms.CharField(
        label=_("Pourquoi, en deux mots"),
        required=False,
        max_length=200,
        help_text=_("Pour les coachs de cette promotion seulement : personne d’autre ne le lit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["what"]
        choice.choices = list(self._choices())

    def _choices(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        language = get_language() or "fr"
        for module in self.outline.modules:
            steps = [step for step in module.steps_for_sector(self.sector) if step.is_required]
            if steps:
                title = module.title.in_language(language)
                whole = (module.key, gettext("Toute la leçon « %(title)s »") % {"title": title})
                each = [(step.address, step.title.in_language(language)) for step in steps]
                yield title, [whole, *each]

    def wish(self) -> Wish:
        addresses = addresses_of(self.outline, self.sector, self.cleaned_data["what"])
        return Wish(self.kind, addresses=addresses, people=self.chosen())


FORMS: dict[str, type[ChangeForm]] = {
    "close-days": CloseDaysForm,
    "shift": ShiftForm,
    "extend": ExtendForm,
    "archive": ArchiveForm,
    "bring-back": BringBackForm,
    "pause-people": PausePeopleForm,
    "extend-people": ExtendPeopleForm,
    "exempt": ExemptForm,
}
