"""Colleagues of one cohort in front of the pair and the wall, and the copies that their other pages share."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from agencies.models import Membership
from agencies.roles import Audience, Shareable
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.models import SharedItem
from coaching.learning.services import share_copy
from tests.factories import Cast
from tests.learning.player import Player, hidden_fields


def players(cast: Cast) -> list[Player]:
    """Every head of the cohort, signed in."""
    return [player_of(cast, member) for member in cast.heads]


def player_of(cast: Cast, member: Membership) -> Player:
    client = Client()
    client.force_login(member.user)
    return Player(client, cast, member)


def text_of(player: Player, page: str = "pair") -> str:
    return str(player.page(page).get_text(" ", strip=True)).replace("\u00a0", " ")


def act(player: Player, action: str, page: str = "pair", **data: str) -> HttpResponse:
    return player.post(page, {"action": action, **data})


def wish(player: Player, what: str) -> None:
    act(player, "wish", wish=what)


def propose(player: Player, to: Player, sentence: str = "On se relit ?") -> HttpResponse:
    return act(player, "propose", person=to.enrolment().public_id, sentence=sentence)


def answer(player: Player, action: str) -> None:
    """Press one of the buttons of the first proposal on the page."""
    form = player.page("pair").select_one("form:has([name=pair])")
    assert form is not None, "no proposal"
    act(player, action, **hidden_fields(form))


def pair_up(one: Player, other: Player) -> None:
    wish(other, "open")
    propose(one, other)
    answer(other, "accept")


def share(
    player: Player,
    text: str,
    kind: Shareable = Shareable.PRACTICE,
    audience: Audience = Audience.PAIR,
    address: str = "p2-post-valeur/ecrire-un-post",
) -> int:
    """A copy as the page of a practice, a draft or a charter shares it; its id."""
    with player.inside():
        enrolment = Enrolment.objects.get(membership=player.membership)
        return share_copy(enrolment, kind, address, "texte", text, audience).pk


def item(player: Player, pk: int) -> SharedItem:
    with networks(player.cast.network.pk):
        return SharedItem.objects.get(pk=pk)
