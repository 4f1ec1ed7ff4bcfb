"""The living style guide: every component of templates/components/ once, with invented data."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET


class SampleForm(forms.Form):
    """One field of each kind, the way pages use them."""

    name = forms.CharField(label=_("Prénom et nom"))
    email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=_("Elle recevra une seule invitation, un jour ouvré."),
    )
    agency = forms.ChoiceField(label=_("Agence"), choices=[("1", "Quimper"), ("2", "Lorient")])
    status = forms.ChoiceField(
        label=_("Statut"),
        help_text=_("Il change la notice d’information et le vocabulaire employé."),
        widget=forms.RadioSelect,
        choices=[("employee", _("Salarié·e")), ("independent", _("Indépendant·e"))],
    )
    note = forms.CharField(label=_("Un mot"), widget=forms.Textarea, required=False)
    agree = forms.BooleanField(
        label=_("Envoyer tout de suite"), help_text=_("Sinon, mardi à 9 h."), required=False
    )


class SampleFileForm(forms.Form):
    """The one field of the drop zone."""

    file = forms.FileField(label=_("Choisir un fichier"))


def _networks() -> list[SimpleNamespace]:
    names = ("Rivages Assurances", "Toits & Clés", "Cap Intérim", "Escales Voyages", "Orée", "Bastide")
    return [SimpleNamespace(name=name, colour=number) for number, name in enumerate(names, start=1)]


def _figures() -> list[dict[str, Any]]:
    return [
        {
            "label": _("Indice d’adoption"),
            "value": 64,
            "unit": "/ 100",
            "url": "#figures",
            "url_label": _("Expliquer ce chiffre"),
        },
        {"label": _("Couverture"), "value": 95, "unit": "%", "note": _("20 agences inscrites sur 21")},
        {"label": _("Indice ajusté"), "value": None, "note": _("pas encore connu")},
        {"label": _("Mises en pratique"), "value": 29, "note": _("sur 28 jours, essais compris")},
    ]


def _context() -> dict[str, Any]:
    answers = {"wrong-name": "Aurélie Pons", "wrong-email": "aurelie.pons@rivages", "wrong-agency": "1"}
    invalid = SampleForm(answers, prefix="wrong")
    return {
        "sample_form": SampleForm(),
        "invalid_form": invalid,
        "file_form": SampleFileForm(),
        "sample_networks": _networks(),
        "figures": _figures(),
        "page": Paginator(range(60), 20).page(2),
        "steps": ["done", "done", "now", "todo"],
        "states": [
            ("todo", _("À venir")),
            ("doing", _("En cours")),
            ("done", _("Faite")),
            ("applied", _("Mise en pratique")),
            ("late", _("À reprendre")),
        ],
        "people": ["Karim Benali", "Hélène Moreau", "Bruno Le Roux", "Sylvie Hamel", "nora@rivages.example"],
        "moment": dt.datetime(2026, 11, 24, 12, 30, tzinfo=dt.UTC),
        "kinds": ["", "ok", "warn", "info", "reflect", "danger"],
        "levels": ["info", "success", "error"],
    }


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """For those who build: staff, or anybody on a demonstration. Elsewhere the page does not exist."""
    if not (settings.DEMO or settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404
    return render(request, "styleguide.html", _context())
