"""What each way of sending can promise, in the words that operators read on screen (reliability 0.2, 2.6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.reminders.providers import PROVIDERS


@dataclass(frozen=True, slots=True)
class Promise:
    """One way; `tells_later` None where it never can, else whether what it tells is believed here."""

    name: str
    title: str | Lazy
    words: str
    in_doubt: str | Lazy
    is_ours: bool
    tells_later: bool | None


_UNDER_ITS_KEY = gettext_lazy(
    "Un message resté sans réponse est remis sous la même clé : le prestataire reconnaît celui qu’il a déjà."
)
_BY_SMTP = gettext_lazy(
    "Un message resté sans réponse n’est jamais renvoyé de lui-même : "
    "il est montré à une personne, qui décide."
)


def promises() -> list[Promise]:
    """Of every way that EMAIL_URL may name, the one in use first."""
    found = [
        Promise(
            name="smtp",
            title=gettext_lazy("Serveur de messagerie (SMTP)"),
            words=_("Jamais perdu en silence, jamais doublé par nous ; ce qui est douteux est montré."),
            in_doubt=_BY_SMTP,
            is_ours=settings.MAIL_TRANSPORT == "smtp",
            tells_later=None,
        )
    ]
    for provider in PROVIDERS.values():
        is_ours = provider.name == settings.MAIL_TRANSPORT
        found.append(
            Promise(
                name=provider.name,
                title=provider.name.capitalize(),
                words=_("Exactement une fois pendant %(time)s ; ensuite comme par SMTP.")
                % {"time": _lasting(provider.deduplicates_for)},
                in_doubt=_UNDER_ITS_KEY,
                is_ours=is_ours,
                tells_later=is_ours and bool(settings.MAIL_EVENTS_SECRET),
            )
        )
    return sorted(found, key=lambda each: not each.is_ours)


def _lasting(time: dt.timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes % 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return ngettext("%(n)d heure", "%(n)d heures", minutes // 60) % {"n": minutes // 60}
