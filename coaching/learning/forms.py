"""Forms of the learning pages that are not steps: a pause, a shared copy, a call for a hand, a word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.cohorts.services import PAUSE_WEEKS, CohortProblem
from coaching.learning.models import LessonVote
from coaching.learning.services import HELP_MAX, NOTE_MAX
from coaching.learning.steps.base import TEXT_MAX, typed_text


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


def pause_problem(problem: CohortProblem) -> Any:
    """The sentence that says why no pause begins now."""
    if problem.code == "not_live":
        return _("Ce parcours est terminé : aucun message n’est prévu.")
    return _("Une pause est déjà en cours.")


class ShareForm(forms.Form):
    """The edited copy that the coach will read."""

    copy = forms.CharField(
        label=_("La copie qui sera partagée"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"class": "paper paper--sm", "rows": 7}),
        error_messages={"required": _("La copie est vide : écrivez ce que votre coach pourra lire.")},
    )

    def clean_copy(self) -> str:
        """Control characters go; a copy of nothing else is empty."""
        copy = typed_text(self.cleaned_data["copy"]).strip()
        if not copy:
            raise forms.ValidationError(self.fields["copy"].error_messages["required"])
        return copy


class HelpForm(forms.Form):
    """One sentence, or none: the call itself is enough."""

    text = forms.CharField(
        label=_("Une phrase, si vous voulez"),
        required=False,
        max_length=HELP_MAX,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
        error_messages={"max_length": _("Une phrase suffit : 300 signes au plus.")},
    )


class VoteForm(forms.Form):
    """« Utile » or « pas clair », and one line if one likes."""

    word = forms.ChoiceField(
        choices=LessonVote.Word.choices,
        error_messages={
            "required": _("Choisissez « Utile » ou « Pas clair »."),
            "invalid_choice": _("Choisissez « Utile » ou « Pas clair »."),
        },
    )
    note = forms.CharField(
        label=_("En une ligne, si vous voulez"),
        required=False,
        max_length=NOTE_MAX,
        error_messages={"max_length": _("Une ligne suffit : 200 signes au plus.")},
    )
