"""Forms of the learning pages that are not steps: a pause, a shared copy."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.cohorts.services import PAUSE_WEEKS
from coaching.learning.steps.base import TEXT_MAX


class PauseForm(forms.Form):
    """One to three weeks; no reason is asked."""

    weeks = forms.TypedChoiceField(
        label=_("Durée de la pause"),
        coerce=int,
        choices=[(number, number) for number in PAUSE_WEEKS],
        error_messages={
            "required": _("Choisissez une, deux ou trois semaines."),
            "invalid_choice": _("Choisissez une, deux ou trois semaines."),
        },
    )


class ShareForm(forms.Form):
    """The edited copy that the coach will read."""

    copy = forms.CharField(
        label=_("La copie qui sera partagée"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"class": "paper paper--sm", "rows": 7}),
        error_messages={"required": _("La copie est vide : écrivez ce que votre coach pourra lire.")},
    )
