"""Forms about people: whom to invite into which role, at which address, who takes over, who coaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.importing.emails import parse_email
from agencies.importing.problems import CellProblem
from agencies.models import Membership
from coaching.cohorts.models import Cohort


class TeamInvitationForm(forms.Form):
    """An address, a name that the network writes, and a role."""

    email = forms.CharField(
        label=_("Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("L’invitation est liée à cette adresse."),
    )
    name = forms.CharField(label=_("Nom"), required=False, max_length=150)
    role = forms.ChoiceField(label=_("Rôle"))

    def __init__(self, *args: Any, roles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(role, Membership.Role(role).label) for role in roles]
        if len(roles) == 1:
            fields["role"].widget = forms.HiddenInput()
            fields["role"].initial = roles[0]

    def clean_email(self) -> str:
        return usable_address(self.cleaned_data["email"])


def usable_address(text: str) -> str:
    """The address in lower case, or a ValidationError that names what it may have been."""
    found = parse_email(text)
    if not isinstance(found, CellProblem):
        return found
    if found.suggestion:
        words = _("Cette adresse n’est pas utilisable. Pensiez-vous à %(address)s ?")
        raise forms.ValidationError(words, params={"address": found.suggestion})
    raise forms.ValidationError(_("Cette adresse n’est pas utilisable."))


class AddressForm(forms.Form):
    """The right address of somebody who has not joined yet."""

    email = forms.CharField(
        label=_("Nouvelle adresse"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def clean_email(self) -> str:
        return usable_address(self.cleaned_data["email"])


class CoachChoiceForm(forms.Form):
    """One of the network's coaches; `may_be_nobody` adds the choice of none."""

    coach = forms.ChoiceField(
        label=_("Coach"),
        error_messages={
            "invalid_choice": _("Cette personne n’est pas coach dans ce réseau, ou ne l’est plus.")
        },
    )

    def __init__(
        self, *args: Any, coaches: Iterable[Membership], may_be_nobody: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.coaches = {each.public_id: each for each in coaches}
        choice: Any = self.fields["coach"]
        nobody = [("", _("Personne pour l’instant"))] if may_be_nobody else []
        choice.choices = [*nobody, *((key, each.shown_name) for key, each in self.coaches.items())]
        choice.required = not may_be_nobody

    def chosen(self) -> Membership | None:
        return self.coaches.get(self.cleaned_data["coach"])


class LoneCohortForm(CoachChoiceForm):
    """A coach for a cohort that has none."""

    cohort = forms.ChoiceField(label=_("Promotion"))
    field_order = ("cohort", "coach")

    def __init__(self, *args: Any, alone: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alone = {each.public_id: each for each in alone}
        choice: Any = self.fields["cohort"]
        choice.choices = [(key, self._named(each)) for key, each in self.alone.items()]

    @staticmethod
    def _named(cohort: Cohort) -> str:
        is_draft = cohort.status == Cohort.Status.DRAFT
        return f"{cohort.name} · {cohort.get_status_display()}" if is_draft else cohort.name
