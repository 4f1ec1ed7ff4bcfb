"""Forms of the learning pages that are not steps: a pause, a shared copy, what two people tell each other."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.cohorts.services import PAUSE_WEEKS, CohortProblem
from coaching.learning.services.pairs import SENTENCE_MAX
from coaching.learning.steps.base import TEXT_MAX, typed_text

READING_MAX = 500


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


class ProposalForm(forms.Form):
    """One sentence to somebody of one's cohort."""

    sentence = forms.CharField(
        max_length=SENTENCE_MAX,
        error_messages={
            "required": _("Écrivez une phrase : elle donne envie de répondre."),
            "max_length": _("Une phrase suffit : %(limit_value)d caractères au plus."),
        },
    )

    def clean_sentence(self) -> str:
        return _words(self, "sentence")


class ReadingForm(forms.Form):
    """Which value one perceives: one card, and a sentence if one likes."""

    card = forms.CharField(error_messages={"required": _("Choisissez la carte qui vous vient.")})
    sentence = forms.CharField(
        required=False,
        max_length=READING_MAX,
        error_messages={"max_length": _("Une phrase suffit : %(limit_value)d caractères au plus.")},
    )

    def __init__(self, *args: Any, cards: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cards = cards

    def clean_card(self) -> str:
        card: str = self.cleaned_data["card"]
        if card not in self.cards:
            raise forms.ValidationError(self.fields["card"].error_messages["required"])
        return card

    def clean_sentence(self) -> str:
        return typed_text(self.cleaned_data["sentence"]).strip()


class HidingForm(forms.Form):
    """Why an excerpt leaves the wall; its author reads it."""

    reason = forms.CharField(
        max_length=READING_MAX,
        error_messages={
            "required": _("Dites pourquoi : la personne le lira."),
            "max_length": _("%(limit_value)d caractères au plus."),
        },
    )

    def clean_reason(self) -> str:
        return _words(self, "reason")


def _words(form: forms.Form, name: str) -> str:
    """Control characters go; a text of nothing else is empty."""
    text = typed_text(form.cleaned_data[name]).strip()
    if not text:
        raise forms.ValidationError(form.fields[name].error_messages["required"])
    return text


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
