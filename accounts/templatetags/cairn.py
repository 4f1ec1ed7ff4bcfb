"""What every template needs to look and read like Cairn: icons, initials, dates, durations, fields."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

register = template.Library()

NBSP = "\u00a0"
TINTS = ("", "avatar--a", "avatar--l", "avatar--c")
NETWORK_COLOURS = 6
# As the Imprimerie nationale shortens them; Django writes « jan. », « fév. ».
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


def _is_french() -> bool:
    return (get_language() or "fr").startswith("fr")


# — Drawings ————————————————————————————————————————————————————————————————


# A drawing depends on nothing but its words, and a page has dozens: each is put together once per process.


@register.simple_tag
def style_sheets() -> SafeString:
    """Link the styles of every page: one file where files are collected, its parts where they are not."""
    names = [settings.ONE_SHEET] if settings.COLLECTED else settings.STYLE_SHEETS
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, css: str = "icon") -> SafeString:
    """Draw one symbol of the sprite; decorative, so the words beside it must say the same."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css, static("icons/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
@lru_cache(maxsize=32)
def art(name: str = "stones", css: str = "band__art") -> SafeString:
    """Draw the stones (``stones``) or the hills of the lesson band (``hills``)."""
    box = "0 0 1440 160" if name == "hills" else "0 0 420 300"
    ratio = mark_safe(' preserveAspectRatio="none"') if name == "hills" else ""
    return format_html(
        '<svg class="{}" viewBox="{}"{} aria-hidden="true"><use href="{}#{}"/></svg>',
        css, box, ratio, static("icons/icons.svg"), name,
    )  # fmt: skip


# — People and networks —————————————————————————————————————————————————————


@register.filter
def initials(person: Any) -> str:
    """Return one or two capitals: « Bruno Le Roux » gives BL, an e-mail address its first letter."""
    name = str(person or "").split("@")[0]
    words = [word for word in re.split(r"[\s.\-_]+", name) if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def tint(person: Any) -> str:
    """Return the avatar class of a person: the same on each page, whoever else is listed."""
    return TINTS[zlib.crc32(str(person or "").encode()) % len(TINTS)]


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """Draw the initials on a pebble; ``size`` is "", "sm" or "lg". The name must stand beside it."""
    size_class = f" avatar--{size}" if size else ""
    return format_html(
        '<span class="avatar {}{}" aria-hidden="true">{}</span>', tint(person), size_class, initials(person)
    )


@register.filter
def network_class(network: Any) -> str:
    """Return the colour class of a network (1 to 6); colour is never the only sign."""
    number = int(getattr(network, "colour", 1) or 1)
    return f"net--{(number - 1) % NETWORK_COLOURS + 1}"


@register.simple_tag
def network_badge(network: Any, size: str = "") -> SafeString:
    """Draw the letter of a network in its colour; the name must stand beside it."""
    size_class = " net--lg" if size == "lg" else ""
    letter = (str(getattr(network, "name", network)).strip()[:1] or "?").upper()
    return format_html(
        '<span class="net {}{}" aria-hidden="true">{}</span>', network_class(network), size_class, letter
    )


# — Days, hours, durations ——————————————————————————————————————————————————


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day_month(value: date | datetime | None) -> str:
    """« mardi 24 novembre », « mardi 1er décembre »; "Tuesday 24 November" in English."""
    if not value:
        return ""
    day = _local(value)
    if _is_french() and day.day == 1:
        return f"{date_format(day, 'l')} 1er {date_format(day, 'F')}"
    return date_format(day, "l j F")


@register.filter
def short_month(value: date | datetime | None) -> str:
    """The month as it stands under a day in an agenda: « nov. », "Nov"."""
    if not value:
        return ""
    return SHORT_MONTHS[_local(value).month - 1] if _is_french() else date_format(_local(value), "M")


@register.filter
def short_date(value: date | datetime | None) -> str:
    """« mar. 8 déc. », "Tue 8 Dec": for a cell of a table."""
    if not value:
        return ""
    day = _local(value)
    stop = "." if _is_french() else ""
    return f"{date_format(day, 'D').rstrip('.')}{stop} {day.day} {short_month(day)}"


@register.filter
def clock(value: datetime | time | None) -> str:
    """« 8 h 45 », « 13 h » in French; "8:45 a.m.", "1 p.m." in English. Aware instants become local."""
    if value is None or value == "":
        return ""
    moment = value
    if isinstance(value, datetime) and timezone.is_aware(value):
        moment = timezone.localtime(value)
    if _is_french():
        tail = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
        return f"{moment.hour}{NBSP}h{tail}"
    half = "a.m." if moment.hour < 12 else "p.m."
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}{NBSP}{half}"


@register.filter
def minutes(value: int | float | None) -> str:
    """« 4 min », « 1 h 05 »: a duration given in minutes; nothing for None, for null is not zero."""
    if value is None or not str(value):
        return ""
    total = max(0, round(float(value)))
    hours, rest = divmod(total, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


@register.filter
def percent(value: Any) -> str:
    """« 82 % », "82%" in English; nothing for None."""
    if value is None or value == "":
        return ""
    return f"{value}{NBSP if _is_french() else ''}%"


NUMBERS: tuple[str | Promise, ...] = (
    pgettext_lazy("nombre d’agences", "aucune"), pgettext_lazy("nombre d’agences", "une"),
    gettext_lazy("deux"), gettext_lazy("trois"), gettext_lazy("quatre"), gettext_lazy("cinq"),
    gettext_lazy("six"), gettext_lazy("sept"), gettext_lazy("huit"), gettext_lazy("neuf"),
    gettext_lazy("dix"), gettext_lazy("onze"), gettext_lazy("douze"), gettext_lazy("treize"),
    gettext_lazy("quatorze"), gettext_lazy("quinze"), gettext_lazy("seize"), gettext_lazy("dix-sept"),
    gettext_lazy("dix-huit"), gettext_lazy("dix-neuf"), gettext_lazy("vingt"),
)  # fmt: skip


@register.filter
def spelled(number: int) -> str:
    """« quatorze » up to twenty, figures above; « aucune » and « une » agree with « agence »."""
    return str(NUMBERS[number]) if number < len(NUMBERS) else str(number)


_BEFORE_SIGN = re.compile(r"(?<=[^\s\u00a0;:!?])[ \u00a0]?([;:!?](?=[\s;:!?»)…]|$)|»)")
_AFTER_QUOTE = re.compile(r"«[ \u00a0]?")


@register.filter
def typo(value: Any) -> Any:
    """Set French no-break spaces in a plain text: before ; : ! ? and inside « ». English is left alone.

    HTML that is already marked safe is returned untouched: rendered content has its own pass.
    """
    if isinstance(value, SafeString) or not _is_french():
        return value
    text = str(value or "").replace("'", "’")
    text = _BEFORE_SIGN.sub(rf"{NBSP}\1", text)
    return _AFTER_QUOTE.sub(f"«{NBSP}", text)


# — Forms ———————————————————————————————————————————————————————————————————


@register.simple_tag
def field(bound: BoundField, label: str = "", hint: str = "", **attrs: Any) -> SafeString:
    """Render one form field with this page's words instead of the library's.

    ``label`` and ``hint`` replace the field's own; further arguments become widget attributes, an
    underscore standing for a hyphen: ``{% field form.code label=_("Code") inputmode="numeric" %}``.
    """
    if label:
        bound.label = label
    if hint:
        bound.help_text = hint
    for name, value in attrs.items():
        bound.field.widget.attrs[name.replace("_", "-")] = value
    return bound.as_field_group()


@register.filter
def first_control(bound: BoundField) -> str:
    """Return the id a link in the error summary leads to: the control, or the first of a group."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.id_for_label or bound.auto_id)


@register.filter
def unstopped(label: Any) -> str:
    """A label without its final point: « J’ai lu la note d’information : cochez… »."""
    return str(label).rstrip(". ")


@register.filter
def error_count(form: Any) -> int:
    """Count the messages of a form, general ones included."""
    return sum(len(messages) for messages in form.errors.values())


@register.simple_tag
def error_title(*forms: Any) -> str:
    """« 1 point à corriger », « 3 points à corriger »: the heading of the error summary."""
    count = sum(error_count(form) for form in forms if form)
    return ngettext("%(count)d point à corriger", "%(count)d points à corriger", count) % {"count": count}


@register.filter
def masked_email(address: str | None) -> str:
    """« k•••••@rivages.example »: enough to recognise one's own address, not enough to learn it."""
    local, at, host = str(address or "").partition("@")
    return f"{local[:1]}•••••@{host}" if at else ""


@register.filter
def browser_name(user_agent: str | None) -> str:
    """« Firefox sur Windows » instead of a user-agent string; never a version, nobody needs it."""
    agent = str(user_agent or "")
    browsers = (
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
        ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((label for sign, label in browsers if sign in agent), "")
    system = next((label for sign, label in systems if sign in agent), "")
    if browser and system:
        return pgettext("navigateur", "%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Appareil inconnu")


@register.filter
def inline_svg(document: str) -> SafeString:
    """Put an SVG made on this server (the QR code of a one-time key) into the page, without its prologue.

    The policy allows no data: image. Never give it a file that somebody sent.
    """
    return mark_safe(re.sub(r"^\s*<\?xml[^>]*\?>", "", document).strip())  # noqa: S308  (see above)
