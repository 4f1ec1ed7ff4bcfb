"""Forms about messages: how many, and a pause."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.cohorts.models import Enrolment

_PICK = _("Choisissez une, deux ou trois semaines.")


class MailModeForm(forms.Form):
    """All, the digest alone, or nothing."""

    mail_mode = forms.ChoiceField(
        label=_("Les messages que je reçois"),
        choices=Enrolment.MailMode.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’une des trois possibilités."),
            "invalid_choice": _("Choisissez l’une des trois possibilités."),
        },
    )


class PauseForm(forms.Form):
    """One to three weeks; no reason is asked."""

    weeks = forms.TypedChoiceField(
        label=_("Durée de la pause"),
        coerce=int,
        choices=[(1, _("Une semaine")), (2, _("Deux semaines")), (3, _("Trois semaines"))],
        widget=forms.RadioSelect,
        error_messages={"required": _PICK, "invalid_choice": _PICK},
    )
