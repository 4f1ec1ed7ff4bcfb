"""The form of a level's settings: each has the values that level may choose, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.cairn import clock
from coaching.cohorts.forms import PauseForm
from coaching.cohorts.working_days import Period
from coaching.reminders.forms import InheritingField
from coaching.reminders.layers import SETTINGS, Layer, Resolved, Value, as_layer, refusals, resolve
from coaching.reminders.policy_words import GROUPS, HINTS, LABELS, inherited_words, value_words

_FIRST_DAY = _("Indiquez le premier jour de fermeture.")
_LAST_DAY = _("Indiquez le dernier jour de fermeture.")
_NO_CHOICE = _("Choisissez l’une des valeurs proposées.")
REFUSED = {
    "looser": _("Le réseau a choisi plus strict : prenez sa valeur, ou une plus stricte encore."),
    "outside_window": _("Cette heure est hors des heures d’envoi, de %(opens)s à %(closes)s."),
    "too_close": _(
        "Il viendrait moins de %(hours)s heures après le récapitulatif : prenez un jour plus tard, ou aucun."
    ),
    "one_a_week": _(
        "Avec un message sur sept jours, le récapitulatif prend toute la place : choisissez aucun."
    ),
}


class PolicyForm(forms.Form):
    """Every setting as a choice; the first one is to set nothing and to inherit.

    `network` is what a cohort inherits, None for the network itself; `stored` what is set so far.
    """

    def __init__(self, data: Any, *, stored: Layer, network: Layer | None) -> None:
        super().__init__(data, initial=dict(stored))
        self.network = network
        above = resolve(network or ())
        for name, setting in SETTINGS.items():
            allowed = setting.allowed(None if network is None else above.values[name])
            self.fields[name] = InheritingField(
                label=cast(Any, LABELS[name]),
                help_text=cast(Any, HINTS.get(name, "")),
                choices=[("", inherited_words(name, above)), *_choices(name, allowed)],
                coerce=type(setting.shipped),
                empty_value=None,
                error_messages={"invalid_choice": _NO_CHOICE},
            )

    def groups(self) -> Iterator[tuple[str, Any, Any, list[Any]]]:
        """What the page draws: key, title, text, bound fields."""
        for key, title, text, names in GROUPS:
            yield key, title, text, [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wanted = self.wanted
        found = resolve(wanted) if self.network is None else resolve(self.network, wanted)
        for name, code in refusals(wanted, self.network).items():
            self.add_error(name, forms.ValidationError(REFUSED[code], params=_params(found)))
        return cleaned

    @property
    def wanted(self) -> Layer:
        """What this level sets, once cleaned."""
        return as_layer({name: value for name, value in self.cleaned_data.items() if value is not None})


def _choices(name: str, values: tuple[Value, ...]) -> list[tuple[str, str]]:
    return [(str(value), capfirst(value_words(name, value))) for value in values]


def _params(found: Resolved) -> dict[str, Any]:
    policy = found.policy
    return {
        "opens": clock(policy.window_opens),
        "closes": clock(policy.window_closes),
        "hours": found.values["min_gap_hours"],
    }


class ClosureForm(PauseForm):
    """Days on which nobody of the network is written to; both ends included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("starts_on", _FIRST_DAY), ("ends_on", _LAST_DAY)):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words

    def closure(self) -> Period:
        """The days, once valid."""
        period = self.period()
        assert period is not None
        return period
