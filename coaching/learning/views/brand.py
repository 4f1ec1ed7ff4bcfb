"""The brand's values of a network: its manager or coach writes them, the cards give them a place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.brand_samples import SAMPLES
from agencies.models import BrandValue
from agencies.roles import Permission
from agencies.services import (
    BrandValueProblem,
    add_brand_value,
    preload_brand_values,
    raise_brand_value,
)
from coaching.learning.forms import BrandValueForm
from coaching.programmes.decks import DeckOutline
from coaching.programmes.models import NetworkProgramme
from coaching.programmes.runtime import outline_of


@allows(Permission.EDIT_BRAND_VALUES)
@require_http_methods(["GET", "POST"])
def values(request: NetworkRequest, slug: str) -> HttpResponse:
    """The list in its order; samples of the sector to start from; up, and away."""
    if request.method == "POST":
        return _changed(request)
    language = get_language() or "fr"
    deck = network_deck()
    found = list(BrandValue.objects.in_order())
    lines = [
        {
            "value": value,
            "label": value.label(language),
            "definition": value.definition(language),
            "cards": _labels(value, deck, language),
        }
        for value in found
    ]
    context = {
        "lines": lines,
        "missing": max(0, BrandValue.SHOWN_FROM - len(found)),
        "is_full": len(found) >= BrandValue.PLACES[1],
        "samples": [
            sample["label_en" if language.startswith("en") else "label_fr"]
            for sample in SAMPLES.get(request.network.sector, ())
        ],
        "has_deck": deck is not None,
    }
    return render(request, "coaching/learning/brand_values.html", context)


def _changed(request: NetworkRequest) -> HttpResponse:
    if "samples" in request.POST:
        try:
            preload_brand_values(request.network)
        except BrandValueProblem:
            messages.info(request, _("Votre liste a déjà des valeurs : elles restent telles quelles."))
        else:
            messages.success(
                request, _("Des exemples sont là. Réécrivez-les avec les gestes de vos agences.")
            )
    elif "up" in request.POST:
        raise_brand_value(_get(request.POST.get("up", "")))
    elif "remove" in request.POST:
        _get(request.POST.get("remove", "")).delete()
        messages.success(
            request,
            _("La valeur est retirée. Ce que chacun·e avait écrit à son propos reste à lui ou à elle."),
        )
    return redirect("learning:brand_values", slug=request.network.slug)


@allows(Permission.EDIT_BRAND_VALUES)
@require_http_methods(["GET", "POST"])
def new(request: NetworkRequest, slug: str) -> HttpResponse:
    """A value more, up to seven."""
    return _form(request, None)


@allows(Permission.EDIT_BRAND_VALUES)
@require_http_methods(["GET", "POST"])
def value(request: NetworkRequest, slug: str, public_id: str) -> HttpResponse:
    """The words of one value in both languages, and the one to three cards it is close to."""
    return _form(request, _get(public_id))


def _form(request: NetworkRequest, stored: BrandValue | None) -> HttpResponse:
    deck = network_deck()
    if deck is None:
        messages.info(request, _("Ce réseau n’a pas encore de parcours : les cartes viennent avec lui."))
        return redirect("learning:brand_values", slug=request.network.slug)
    form = BrandValueForm(request.POST or None, deck=deck, value=stored)
    if request.method == "POST" and form.is_valid():
        fields = form.fields_of_value()
        if stored is not None:
            BrandValue.objects.filter(pk=stored.pk).update(**fields)
        else:
            try:
                add_brand_value(**fields)
            except BrandValueProblem:
                messages.info(request, _("Sept valeurs au plus : retirez-en une pour en écrire une autre."))
                return redirect("learning:brand_values", slug=request.network.slug)
        messages.success(request, _("La valeur est enregistrée."))
        return redirect("learning:brand_values", slug=request.network.slug)
    status = 422 if form.is_bound else 200
    return render(
        request, "coaching/learning/brand_value.html", {"form": form, "stored": stored}, status=status
    )


def _get(public_id: str) -> BrandValue:
    found = BrandValue.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def network_deck() -> DeckOutline | None:
    """The deck of values cards of the programme that the network installed last, None without one."""
    installed = (
        NetworkProgramme.objects.select_related("version")
        .defer("version__document", "version__rendered")
        .order_by("-installed_at", "-pk")
    )
    for each in installed:
        decks = outline_of(each.version).decks
        if decks:
            return next(iter(decks.values()))
    return None


def _labels(value: BrandValue, deck: DeckOutline | None, language: str) -> list[str]:
    known: dict[str, Any] = {card.key: card for card in deck.cards} if deck else {}
    return [known[key].label.in_language(language) if key in known else key for key in value.cards]
