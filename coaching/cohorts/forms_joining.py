"""Forms of entering a running cohort: a late joiner, and whoever takes over an agency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership
from coaching.cohorts.forms_team import usable_address
from coaching.cohorts.people import Candidate

DATES = [
    ("shift", _("Décalées : les mêmes écarts, à partir d’aujourd’hui")),
    ("squeeze", _("Resserrées : finir avec les autres")),
]
NEW = "new"
_NO_NAME = _("Indiquez son prénom et son nom.")
_NO_EMAIL = _("Indiquez son courriel : l’invitation y partira.")


class DatesForm(forms.Form):
    """How the dates of who enters are drawn."""

    dates = forms.ChoiceField(label=_("Ses dates"), choices=DATES, initial="shift", widget=forms.RadioSelect)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What was sent, to be sent again once the preview is agreed to."""
        data: Any = self.data
        return [(name, value) for name in self.fields for value in data.getlist(name)]


class JoinForm(DatesForm):
    """A head or a manager of the network who does not take part yet."""

    person = forms.ChoiceField(
        label=_("Qui ?"),
        error_messages={
            "invalid_choice": _(
                "Cette personne suit déjà cette promotion, ou a quitté ce réseau : relisez la liste."
            )
        },
    )
    field_order = ("person", "dates")

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {each.key: each for each in candidates}
        choice: Any = self.fields["person"]
        choice.choices = [(each.key, _label(each)) for each in candidates]

    def membership(self) -> Membership:
        return self.candidates[self.cleaned_data["person"]].membership


def _label(candidate: Candidate) -> str:
    place = candidate.agencies or candidate.membership.get_role_display()
    return f"{candidate.name}, {place}"


class ReplaceForm(DatesForm):
    """Who takes over: somebody who runs the agency already, or a new address."""

    agency = forms.CharField(required=False, widget=forms.HiddenInput)  # of the page that was read
    who = forms.ChoiceField(label=_("Qui prend la suite ?"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Prénom et nom"), max_length=150, error_messages={"required": _NO_NAME})
    email = forms.CharField(
        label=_("Courriel"),
        max_length=254,
        error_messages={"required": _NO_EMAIL},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    is_interim = forms.BooleanField(
        label=_("C’est un intérim"),
        required=False,
        help_text=_("Un intérim de moins de trente jours ne compte pas dans les chiffres du réseau."),
    )
    field_order = ("who", "name", "email", "is_interim", "dates")

    def __init__(self, *args: Any, heads: Sequence[Membership], former: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heads = {head.public_id: head for head in heads}
        self.former = former
        choice: Any = self.fields["who"]
        choice.choices = [
            *((key, head.shown_name) for key, head in self.heads.items()),
            (NEW, _("Une autre personne")),
        ]
        self.initial.setdefault("who", next(iter(self.heads), NEW))
        self.initial["agency"] = former.agency.public_id if former.agency else ""
        for name in ("name", "email"):  # nobody else to choose: they are not optional, and not said to be
            self.fields[name].required = not self.heads

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        return usable_address(email) if email and self.cleaned_data.get("who") == NEW else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("who") == NEW:
            if not cleaned.get("name") and "name" not in self.errors:
                self.add_error("name", _NO_NAME)
            if not cleaned.get("email") and "email" not in self.errors:
                self.add_error("email", _NO_EMAIL)
            if (cleaned.get("email") or "").casefold() == self.former.user.email.casefold():
                self.add_error("email", _("C’est l’adresse de la personne qui part."))
        return cleaned

    @property
    def is_of_another_agency(self) -> bool:
        """Whether the person has gone on for another agency since the page was read: this one is done."""
        here = self.initial["agency"]
        return bool(self.data.get("agency", here) != here)

    @property
    def successor(self) -> Membership | None:
        return self.heads.get(self.cleaned_data["who"])

    @property
    def new_name(self) -> str:
        head = self.successor
        return head.shown_name if head else self.cleaned_data["name"]
