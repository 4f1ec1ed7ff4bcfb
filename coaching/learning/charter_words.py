"""The charter in words: the names of its lines, as the page, the form and a copied text say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.learning.charter import SIX

LABELS: dict[str, Promise] = {
    "lead": gettext_lazy("Ma présence en une phrase"),
    "stand": gettext_lazy("Ce que je défends"),
    "drive": gettext_lazy("Ce qui me porte"),
    "show": gettext_lazy("Ce que je mets en avant"),
    "topics": gettext_lazy("Mes sujets, ma manière"),
    "take": gettext_lazy("Ce que le lecteur emporte"),
    "come": gettext_lazy("Pourquoi venir vers moi"),
    "place": gettext_lazy("Mon lieu"),
    "themes": gettext_lazy("Mes thèmes"),
    "tone": gettext_lazy("Mon ton"),
    "refusal_1": gettext_lazy("Un refus"),
    "refusal_2": gettext_lazy("Un autre refus"),
    "goals": gettext_lazy("Ce que j’en attends"),
    "acts": gettext_lazy("Gestes de la marque"),
    "if": gettext_lazy("Si…"),
    "then": gettext_lazy("Alors…"),
}


def page(lines: Mapping[str, Any]) -> dict[str, Any]:
    """The charter by its sections, without what is blank (screen 12)."""
    said = {name: str(text).strip() for name, text in lines.items()}
    values = [(said.get(f"value_{n}", ""), said.get(f"proof_{n}", "")) for n in (1, 2, 3)]
    return {
        "lead": said.get("lead", ""),
        "values": [pair for pair in values if any(pair)],
        "six": [(LABELS[name], said[name]) for name in SIX if said.get(name)],
        "places": [(LABELS[name], said[name]) for name in ("place", "themes", "tone") if said.get(name)],
        "refusals": [said[name] for name in ("refusal_1", "refusal_2") if said.get(name)],
        "goals": said.get("goals", "").splitlines(),
        "acts": said.get("acts", "").splitlines(),
        "if": said.get("if", ""),
        "then": said.get("then", ""),
    }


def as_text(lines: Mapping[str, Any]) -> str:
    """The charter as a plain text, the start of a copy to edit."""
    found = page(lines)
    parts = [found["lead"]]
    if found["values"]:
        parts.append(
            "\n".join(
                "– " + _named(name, proof) if name and proof else f"– {name or proof}"
                for name, proof in found["values"]
            )
        )
    parts += [_named(label, text) for label, text in found["six"]]
    parts.append("\n".join(_named(label, text) for label, text in found["places"]))
    if found["refusals"]:
        parts.append(_listed(_("Ce que je refuse"), found["refusals"]))
    if found["goals"]:
        parts.append(_listed(_("Ce que j’en attends"), found["goals"]))
    if found["acts"]:
        parts.append(_listed(_("Gestes de la marque"), found["acts"]))
    if found["if"] or found["then"]:
        parts.append(_("Si %(cue)s, alors %(act)s") % {"cue": found["if"], "act": found["then"]})
    return "\n\n".join(part for part in parts if part)


def _named(name: object, words: str) -> str:
    return f"{_colon(name)} {words}"


def _listed(name: str, rows: Sequence[str]) -> str:
    return "\n".join((_colon(name), *(f"– {row}" for row in rows)))


def _colon(name: object) -> str:
    """French puts a space before it, English does not."""
    return _("%(name)s :") % {"name": name}
