"""Forms of the learning pages that are not steps: pauses, copies, what two people tell each other, a call
for a hand, a word on a lesson."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import BrandValue
from agencies.roles import Audience
from coaching.cohorts.services import PAUSE_WEEKS, CohortProblem
from coaching.learning.charter import LINES, ROWS, tidy
from coaching.learning.charter_words import LABELS
from coaching.learning.models import LessonVote
from coaching.learning.services import HELP_MAX, NOTE_MAX
from coaching.learning.services.pairs import SENTENCE_MAX
from coaching.learning.steps.base import TEXT_MAX, typed_text
from coaching.programmes.decks import DeckOutline

CARD_FIELDS = ("card_1", "card_2", "card_3")
ME = "me"  # « vous seul·e »: no audience, every copy taken back

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
    """The edited copy, and who will read it. A form that names nobody means the coach."""

    audience = forms.ChoiceField(
        label=_("Qui la lira ?"),
        required=False,
        error_messages={"invalid_choice": _("Choisissez qui pourra lire cette copie.")},
    )
    copy = forms.CharField(
        label=_("La copie qui sera partagée"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"class": "paper paper--sm", "rows": 7}),
    )

    def __init__(self, *args: Any, audiences: Sequence[Audience], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = audiences[0].value if audiences else ME
        choices = [ME, *(audience.value for audience in audiences)]
        self.fields["audience"].choices = [(choice, choice) for choice in choices]  # type: ignore[attr-defined]

    def clean_audience(self) -> str:
        return self.cleaned_data["audience"] or self.first

    def clean_copy(self) -> str:
        """Control characters go; a copy of nothing else is empty. Keeping it to oneself needs no copy."""
        copy = typed_text(self.cleaned_data["copy"]).strip()
        if not copy and self.cleaned_data.get("audience") != ME:
            raise forms.ValidationError(_("La copie est vide : écrivez ce qui pourra être lu."))
        return copy


class CharterForm(forms.Form):
    """The lines of the charter; none is needed, each has its length so that the whole stays one page."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, longest in LINES.items():
            self.fields[name] = forms.CharField(
                label=str(LABELS[name]) if name in LABELS else "",
                required=False,
                max_length=longest,
                widget=_line_widget(name, longest),
            )

    def clean_revision(self) -> int:
        return self.cleaned_data["revision"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in LINES:
            if name in cleaned:
                cleaned[name] = tidy(name, cleaned[name])
        for name, rows in ROWS.items():
            if cleaned.get(name, "").count("\n") >= rows:
                self.add_error(name, _("%(rows)d lignes au plus : la page reste une page.") % {"rows": rows})
        return cleaned

    def lines(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in LINES}


def _line_widget(name: str, longest: int) -> forms.Widget:
    if longest <= 40:
        return forms.TextInput()
    rows = {"acts": 5, "goals": 3}.get(name, 2)
    return forms.Textarea(attrs={"class": "paper paper--sm", "rows": rows})


class BrandValueForm(forms.Form):
    """A value of the brand in both languages and the cards it is close to; `deck` has the cards."""

    label_fr = forms.CharField(label=_("La valeur, en français"), max_length=60)
    definition_fr = forms.CharField(
        label=_("Ce qu’on fait, en français"),
        help_text=_("Un geste que quelqu’un pourrait voir, pas un adjectif."),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    label_en = forms.CharField(label=_("La valeur, en anglais"), max_length=60)
    definition_en = forms.CharField(
        label=_("Ce qu’on fait, en anglais"), max_length=240, widget=forms.Textarea(attrs={"rows": 2})
    )
    card_1 = forms.ChoiceField(
        label=_("La carte la plus proche"),
        help_text=_(
            "Elle relie la valeur aux soixante cartes du tri. Chaque personne voit ses propres liens, seule."
        ),
    )
    card_2 = forms.ChoiceField(label=_("Une deuxième carte"), required=False)
    card_3 = forms.ChoiceField(label=_("Une troisième carte"), required=False)

    def __init__(self, *args: Any, deck: DeckOutline, value: BrandValue | None, **kwargs: Any) -> None:
        if value is not None:
            cards = dict(zip(CARD_FIELDS, value.cards, strict=False))
            words = ("label_fr", "label_en", "definition_fr", "definition_en")
            kwargs["initial"] = {name: getattr(value, name) for name in words} | cards
        super().__init__(*args, **kwargs)
        language = get_language() or "fr"
        families = [
            (
                family.label.in_language(language),
                [
                    (card.key, card.label.in_language(language))
                    for card in deck.cards
                    if card.family_key == family.key
                ],
            )
            for family in deck.families
        ]
        for name in CARD_FIELDS:
            self.fields[name].choices = [("", "–"), *families]  # type: ignore[attr-defined]

    def fields_of_value(self) -> dict[str, Any]:
        """What BrandValue stores; a card chosen twice counts once."""
        data = self.cleaned_data
        words = {name: data[name] for name in ("label_fr", "label_en", "definition_fr", "definition_en")}
        return words | {"cards": list(dict.fromkeys(data[name] for name in CARD_FIELDS if data[name]))}


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
