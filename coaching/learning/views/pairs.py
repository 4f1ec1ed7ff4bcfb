"""The pair: finding somebody, agreeing, reading what each confides, ending it; the dialogue step's frame."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Audience, Permission, Shareable
from coaching.learning import continuation
from coaching.learning.access import Learner, get_learner_for
from coaching.learning.between import (
    READ_BY_PAIR,
    Bond,
    Bonds,
    candidates_for,
    confided_by,
    confided_to,
    get_bonds,
    get_confided_item_for,
    get_wish,
    readings_of,
)
from coaching.learning.forms import ProposalForm, ReadingForm
from coaching.learning.models import PairReading, PairWish, SharedItem
from coaching.learning.services import (
    LearningProblem,
    PairProblem,
    accept_pair,
    decline_pair,
    end_pair,
    note_consultation,
    propose_pair,
    read_with_pair,
    take_off_wall,
    take_reading_back,
    wish_for_pair,
)
from coaching.learning.services.dialogue import has_reader
from coaching.learning.steps.base import typed_number, typed_text
from coaching.learning.steps.pair_dialogue import PROMPT, destination
from coaching.programmes.decks import DeckOutline
from coaching.programmes.outline import StepOutline


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def pair(request: NetworkRequest, slug: str) -> HttpResponse:
    """One page for all of it: whom one works with, or how to find somebody, and what each confides."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    if request.method == "POST":
        continuation.forget(request)
        try:
            return _acted(request, learner)
        except (PairProblem, LearningProblem) as problem:
            messages.info(request, problem_words(problem.code))
            return redirect("learning:pair", slug=slug)
    if fields := continuation.waiting(request):
        return continuation.offer(request, fields)
    return _page(request, learner)


def problem_words(code: str) -> str:
    """Why nothing changed; neutral about everybody."""
    return {
        "not_free": _("L’un de vous deux a déjà un binôme : cette proposition s’arrête là, simplement."),
        "not_open": _("Cette personne n’est pas disponible pour un binôme en ce moment."),
        "waiting": _("Votre proposition attend encore sa réponse. Reprenez-la pour en faire une autre."),
        "closed": _("Ce parcours est terminé : vos réponses restent lisibles, sans plus changer."),
    }.get(code, _("Ce que vous cherchez n’est plus là. La page montre où vous en êtes."))


def _acted(request: NetworkRequest, learner: Learner) -> HttpResponse:
    me, action = learner.enrolment, request.POST.get("action", "")
    public_id = typed_text(request.POST.get("pair"))[:20]
    if action == "propose":
        return _proposed(request, learner)
    if action == "read":
        return _read(request, learner)
    if action == "wish":
        _wished(request, learner)
    elif action == "accept":
        _told_of(request, accept_pair(me, public_id).accepted_at is not None)
    elif action == "decline":
        decline_pair(me, public_id)
        messages.success(request, _("C’est noté. Personne ne vous demandera pourquoi."))
    elif action == "end":
        end_pair(me)
        messages.success(request, _("Votre binôme est terminé. Ce que vous vous étiez confié est effacé."))
    elif action == "unread":
        take_reading_back(me, _confided(request, get_bonds(learner).current))
        messages.success(request, _("Votre lecture est effacée."))
    elif action == "withdraw":
        _withdrawn(request, learner)
    return redirect("learning:pair", slug=me.network.slug)


def _told_of(request: NetworkRequest, stands: bool) -> None:
    if stands:
        messages.success(request, _("C’est dit : vous avancez à deux."))
    else:
        messages.success(request, _("Votre oui est noté. La réponse de l’autre viendra ici."))


def _wished(request: NetworkRequest, learner: Learner) -> None:
    wish = request.POST.get("wish", "")
    if wish not in PairWish.Wish.values:
        messages.warning(request, _("Choisissez une des trois façons d’avancer."))
        return
    proposed = wish_for_pair(learner.enrolment, wish)
    if wish == PairWish.Wish.ALONE:
        messages.success(request, _("C’est noté : vous avancez à votre main. Vous pourrez changer d’avis."))
    elif wish == PairWish.Wish.ASKED and proposed is None:
        messages.success(request, _("C’est noté. Dès que quelqu’un le demande aussi, ce sera écrit ici."))
    else:
        messages.success(request, _("C’est noté."))


def _proposed(request: NetworkRequest, learner: Learner) -> HttpResponse:
    form = ProposalForm(request.POST)
    people = {person.public_id: person for person in candidates_for(learner)}
    chosen = people.get(request.POST.get("person", ""))
    if chosen is None:
        raise PairProblem("not_open")
    if not form.is_valid():
        return _page(request, learner, proposal=form, chosen=chosen.public_id, status=422)
    pair = propose_pair(learner.enrolment, chosen, form.cleaned_data["sentence"])
    if pair.accepted_at:
        _told_of(request, stands=True)
    else:
        messages.success(request, _("Votre proposition est envoyée. La réponse viendra ici."))
    return redirect("learning:pair", slug=learner.enrolment.network.slug)


def _confided(request: NetworkRequest, bond: Bond | None) -> SharedItem:
    item = get_confided_item_for(bond, typed_number(request.POST.get("item")))
    if item is None:
        raise PairProblem("gone")
    return item


def _read(request: NetworkRequest, learner: Learner) -> HttpResponse:
    bond = get_bonds(learner).current
    item = _confided(request, bond)
    form = ReadingForm(request.POST, cards=[card.key for card in _cards(learner)])
    if not form.is_valid():
        return _page(request, learner, reading=form, chosen=str(item.pk), status=422)
    read_with_pair(learner.enrolment, item, form.cleaned_data["card"], form.cleaned_data["sentence"])
    messages.success(request, _("Votre lecture est à côté du texte. Vous deux seulement la voyez."))
    return redirect(reverse("learning:pair", args=[learner.enrolment.network.slug]) + f"#i-{item.pk}")


def _withdrawn(request: NetworkRequest, learner: Learner) -> None:
    """One's own copy comes back; the door is one's own enrolment."""
    number = typed_number(request.POST.get("item"))
    items = SharedItem.objects.of(learner.enrolment).standing().for_audience(Audience.PAIR)
    item = items.filter(pk=number).first()
    if item is None:
        raise PairProblem("gone")
    take_off_wall(learner.enrolment, item)
    messages.success(request, _("La copie est retirée, et ce qui s’en disait aussi."))


# --- the page --------------------------------------------------------------------------------


def _page(
    request: NetworkRequest,
    learner: Learner,
    *,
    proposal: ProposalForm | None = None,
    reading: ReadingForm | None = None,
    chosen: str = "",
    status: int = 200,
) -> HttpResponse:
    bonds = get_bonds(learner)
    context: dict[str, Any] = {
        "network": learner.enrolment.network,
        "learner": learner,
        "bonds": bonds,
        "current": bonds.current,
        "seal": continuation.seal(learner.enrolment.membership.user_id),
        "proposal": proposal,
        "reading": reading,
        "form": proposal or reading,
        "chosen": chosen,
    }
    context |= _together(learner, bonds.current) if bonds.current else _alone(learner, bonds)
    return render(request, "coaching/learning/pair.html", context, status=status)


def _alone(learner: Learner, bonds: Bonds) -> dict[str, Any]:
    """How one likes to go along, and whom one may ask; two queries."""
    wish = get_wish(learner.enrolment)
    wants = wish != PairWish.Wish.ALONE and bonds.sent is None
    return {
        "wish": wish,
        "wishes": PairWish.Wish.choices,
        "candidates": candidates_for(learner) if wants else [],
        "wants": wants,
    }


def _together(learner: Learner, bond: Bond) -> dict[str, Any]:
    """What each confides to the other, what was read in it, and the note that it is opened; four queries."""
    theirs = list(confided_by(bond).order_by("-shared_at", "-pk"))
    note_consultation(learner.enrolment.membership, items=theirs, now=learner.now)
    mine = list(confided_to(bond, learner.enrolment).order_by("-shared_at", "-pk"))
    readings = readings_of([*theirs, *mine])
    deck = _deck(learner)
    labels = {card.key: card.label.in_language(learner.language) for card in _cards(learner)}
    return {
        "theirs": [_line(learner, item, readings.get(item.pk), labels) for item in theirs],
        "mine": [_line(learner, item, readings.get(item.pk), labels) for item in mine],
        "families": [
            (
                family.label.in_language(learner.language),
                [(card.key, labels[card.key]) for card in deck.cards if card.family_key == family.key],
            )
            for family in deck.families
        ]
        if deck
        else [],
    }


def _line(
    learner: Learner, item: SharedItem, reading: PairReading | None, labels: dict[str, str]
) -> dict[str, Any]:
    return {
        "item": item,
        "title": copy_title(learner, item),
        "reading": reading,
        "card": labels.get(reading.card, reading.card) if reading else "",
        "is_older": reading is not None and reading.read_at < item.shared_at,
        "asks": item.kind in READ_BY_PAIR,
    }


def copy_title(learner: Learner, item: SharedItem) -> str:
    """The step that a copy comes from, or the kind of text it is."""
    step = learner.outline.step(item.address)
    if step is not None:
        return step.title.in_language(learner.language)
    return {
        Shareable.DRAFT.value: _("Un brouillon"),
        Shareable.PRACTICE.value: _("Une mise en pratique"),
        Shareable.CHARTER.value: _("Une charte de présence"),
    }.get(item.kind, _("Quelques mots"))


def _deck(learner: Learner) -> DeckOutline | None:
    """The cards of the programme's sort."""
    sort = learner.outline.card_sort
    return learner.outline.deck(sort.data["deck"]) if sort else None


def _cards(learner: Learner) -> tuple[Any, ...]:
    deck = _deck(learner)
    return deck.cards if deck else ()


# --- the dialogue step -----------------------------------------------------------------------


def dialogue_context(learner: Learner, step: StepOutline) -> dict[str, Any]:
    """Who could read the sentence, and the copy that stands; two queries."""
    kind, audience = destination(learner.outline, step)
    copies = SharedItem.objects.of(learner.enrolment).standing().for_audience(audience)
    bond = get_bonds(learner).current if audience == Audience.PAIR else None
    return {
        "is_for_wall": audience == Audience.COHORT,
        "is_act": kind == Shareable.BRAND_ACT,
        "bond": bond,
        "can_share": bond is not None or (audience == Audience.COHORT and has_reader(learner, audience)),
        "shared": copies.filter(address=step.address, prompt=PROMPT).first(),
        "pair_url": reverse("learning:pair", args=[learner.enrolment.network.slug]),
        "wall_url": reverse("learning:wall", args=[learner.enrolment.network.slug]),
    }
