"""Forms about messages: how many, a pause, and what a coach writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.public_id import is_public_id
from coaching.cohorts.models import Enrolment
from coaching.reminders.layers import DIGEST_WEEKDAYS
from coaching.reminders.letters import unknown_marks
from coaching.reminders.policy_words import weekday_words
from coaching.reminders.recipients import CHOSEN, Group, Recipient, people_in

_PICK = _("Choisissez une, deux ou trois semaines.")


class _InheritingSelect(forms.Select):
    def use_required_attribute(self, initial: Any) -> bool:
        return False  # its first line is an answer


class InheritingField(forms.TypedChoiceField):
    """A list whose first line, "", is to set nothing and to inherit: nobody is told that it is optional."""

    widget = _InheritingSelect

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class MailModeForm(forms.Form):
    """All, the digest alone, or nothing; and the day of the digest, among those it may have.

    `inherited` says in words what the cohort has. A page without the day's field changes no day.
    """

    mail_mode = forms.ChoiceField(
        label=_("Les messages que je reçois"),
        choices=Enrolment.MailMode.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’une des trois possibilités."),
            "invalid_choice": _("Choisissez l’une des trois possibilités."),
        },
    )
    digest_weekday = InheritingField(
        label=_("Jour du récapitulatif"),
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choisissez un jour du mardi au vendredi.")},
    )

    def __init__(self, *args: Any, inherited: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["digest_weekday"]
        days.choices = [
            ("", inherited),
            *((int(day), capfirst(weekday_words(int(day)))) for day in DIGEST_WEEKDAYS),
        ]


class PauseForm(forms.Form):
    """One to three weeks; no reason is asked."""

    weeks = forms.TypedChoiceField(
        label=_("Durée de la pause"),
        coerce=int,
        choices=[(1, _("Une semaine")), (2, _("Deux semaines")), (3, _("Trois semaines"))],
        widget=forms.RadioSelect,
        error_messages={"required": _PICK, "invalid_choice": _PICK},
    )


class MessageForm(forms.Form):
    """A coach's own message: to whom, and the words. `revision` is that of the draft that was opened."""

    group = forms.ChoiceField(label=_("À qui ?"), widget=forms.RadioSelect)
    people = forms.MultipleChoiceField(
        label=_("Personnes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Une des personnes choisies ne suit plus cette promotion : voyez la liste.")
        },
    )
    subject = forms.CharField(
        label=_("Objet"),
        required=False,
        max_length=120,
        help_text=_("Laissé vide, il sera : « Un mot de » suivi de votre nom."),
    )
    body = forms.CharField(
        label=_("Votre message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Écrivez quelques mots.")},
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, recipients: Sequence[Recipient], groups: Sequence[Group], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.recipients, self.groups = recipients, groups
        word = gettext("prénom")  # letters.py knows it in both languages
        mark = {"mark": f"{{{word}}}"}
        self.fields["body"].help_text = (
            gettext("Écrivez %(mark)s là où vous voulez le prénom de chacun·e.") % mark
        )
        group: Any = self.fields["group"]
        group.choices = [
            *((each.key, f"{each.label} ({each.count})") for each in groups),
            (CHOSEN, _("Les personnes que je coche")),
        ]
        people: Any = self.fields["people"]
        people.choices = [(each.key, each.name) for each in recipients]

    @property
    def rows(self) -> list[tuple[Recipient, bool]]:
        """What the page draws: the person, ticked."""
        ticked = set(self["people"].value() or [])
        return [(each, each.key in ticked) for each in self.recipients]

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        return key if is_public_id(key) else ""

    def clean_subject(self) -> str:
        return _with_known_marks(self.cleaned_data["subject"])

    def clean_body(self) -> str:
        return _with_known_marks(self.cleaned_data["body"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "group" in cleaned and "people" in cleaned:
            told_before = set(
                self.initial.get("people", ())
            )  # ticked by the page: a group now chosen is meant
            if cleaned["group"] != CHOSEN and set(cleaned["people"]) - told_before:
                self.add_error("group", self._two_answers(len(cleaned["people"])))
                return cleaned
            cleaned["chosen"] = people_in(cleaned["group"], cleaned["people"], self.recipients)
            if not cleaned["chosen"]:
                self.add_error("people", _("Choisissez au moins une personne."))
        return cleaned

    def _two_answers(self, ticked: int) -> str:
        """Boxes are ticked and a group is chosen: which one is meant is not guessed."""
        return ngettext(
            "%(count)s personne est cochée, et le choix est un groupe. "
            "Choisissez « %(chosen)s », ou décochez-la.",
            "%(count)s personnes sont cochées, et le choix est un groupe. "
            "Choisissez « %(chosen)s », ou décochez-les.",
            ticked,
        ) % {"count": ticked, "chosen": gettext("Les personnes que je coche")}


def _with_known_marks(text: str) -> str:
    """The words, unless braces in them would reach people as they are."""
    if unknown := unknown_marks(text):
        raise forms.ValidationError(
            _(
                "Cairn ne remplace que {%(word)s} : %(marks)s arriverait tel quel. "
                "Écrivez-le en toutes lettres."
            ),
            params={"word": gettext("prénom"), "marks": ", ".join(unknown)},
        )
    return text
