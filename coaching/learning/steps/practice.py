"""A practice: one writes, goes through the frame of one's sector, and hands it in to the coach.

Published by oneself or rehearsed without publishing: both roads are worth the same. Stored, privately:
`route`, `text`, `links` (one address a line), `values` (keys of cards), `checks` (point -> "yes" or "na"),
the `revision` of all of it, `image` (the sides of the picture, which has a table of its own) and `handed_in`.
Handing in copies it (`services.hand_in`); the draft stays its author's.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.roles import Shareable
from coaching.learning.steps.base import (
    TEXT_MAX,
    Accepted,
    Conflict,
    Content,
    Form,
    InvalidAnswer,
    Original,
    Outcome,
    PickedCard,
    Refused,
    StepKind,
    Task,
    mapping,
    typed_number,
    typed_text,
)
from coaching.learning.steps.reflection import words_label

VALUES_MAX = 3
LINKS_MAX = 5
LINK_LENGTH = 500
PRACTICE_TEXT = "text"  # the one original of a practice that may be shared
ANSWERS = ("yes", "na")
REHEARSAL = "simuler"  # the road that publishes nothing; shown first
ONWARD = "onward"  # « Continuer », under what was handed in: never hands in what was changed since
# What is posted to go on writing, not to hand in.
STAYING = frozenset({"later", "attach", "drop_image", "rehearse", ONWARD})


class Practice(StepKind):
    kind = "practice"
    template = "coaching/learning/steps/practice.html"
    has_draft = True
    read_by = "coach"

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        written = self.draft(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        if form.get("action") in STAYING:
            return Accepted(written.content, stay={})
        if errors := missing(task, written.content):
            known = practice_state(task, previous)["revision"]  # nothing is stored
            return Refused(errors, {**written.content, "revision": known})
        return Accepted({**written.content, "handed_in": True})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        stored, typed = practice_state(task, previous), _typed(task, form)
        content = {**stored, **typed}
        if errors := _too_long(typed):
            return Refused(errors, content)
        known = stored["revision"]
        if content == stored:
            return Accepted(stored)
        if typed_number(form.get("revision"), known) < known:
            return Conflict("text", typed["text"], stored["text"], known, content)
        return Accepted({**content, "revision": known + 1})

    def original(self, task: Task, content: Content, prompt: str) -> Original | None:
        """The text of the draft, under the prompt PRACTICE_TEXT."""
        if prompt != PRACTICE_TEXT:
            return None
        title = task.step.title.in_language(task.language)
        return Original(Shareable.PRACTICE, title, practice_state(task, content)["text"])

    def clean(self, task: Task, content: Content) -> Content:
        if not isinstance(content, dict):
            raise InvalidAnswer("a practice is a mapping")
        state = practice_state(task, content)
        if missing(task, state) or _too_long(state):
            raise InvalidAnswer("the practice cannot be handed in")
        return {**state, "revision": 1, "image": None, "handed_in": True}

    def is_complete(self, task: Task, content: Content) -> bool:
        return content.get("handed_in") is True

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        state = practice_state(task, content)
        chosen = state["values"]
        own = list(task.cards or ())
        return {
            "text": state["text"],
            "links": state["links"],
            "route": state["route"] or _routes(task)[0]["key"],
            "revision": state["revision"],
            "words": words_label(state["text"]),
            "aimed": _aimed(task),
            "routes": _routes(task),
            "takes": evidence(task),
            "own_values": _values(own, chosen),
            "deck_values": _values([card for card in _deck(task) if card not in own], chosen),
            "chosen_labels": [card.label for card in _known(task) if card.key in chosen],
            "points": [
                {"key": point["key"], "text": point["text"], "answer": state["checks"].get(point["key"], "")}
                for point in task.fields.get("checklist", [])
            ],
            "image": state["image"],
            "paragraphs": [line for line in state["text"].split("\n") if line.strip()],
        }

    def revision(self, content: Content, form: Form) -> int:
        revision = content.get("revision", 0)
        return revision if isinstance(revision, int) else 0


def evidence(task: Task) -> frozenset[str]:
    """What may be handed in: some of "text", "link", "screenshot"."""
    return frozenset(task.fields.get("evidence", ()))


def missing(task: Task, state: Content) -> dict[str, str]:
    """What is still needed before it can be handed in, by field; {} when nothing is."""
    errors: dict[str, str] = {}
    if not (state["text"].strip() or state["links"].strip() or state["image"]):
        errors["text"] = _("Écrivez quelques mots, ou donnez de quoi vous lire.")
    if not state["route"]:
        errors["route"] = _("Choisissez une des deux voies : elles ont la même valeur.")
    if problem := _link_problem(state["links"]):
        errors["links"] = problem
    if len(state["values"]) > VALUES_MAX:
        errors["value"] = _("Trois valeurs au plus : gardez celles qui se voient le mieux.")
    open_points = sum(point["key"] not in state["checks"] for point in task.fields.get("checklist", []))
    if open_points:
        sentence = ngettext(
            "Encore %(n)d point du cadre à passer : oui, ou non concerné.",
            "Encore %(n)d points du cadre à passer : oui, ou non concerné.",
            open_points,
        )
        errors["checks"] = sentence % {"n": open_points}
    return errors


def links_of(state: Content) -> list[str]:
    """The addresses, one a line as typed."""
    return [line.strip() for line in str(state.get("links") or "").splitlines() if line.strip()]


def is_link(address: str) -> bool:
    """Whether this is the address of a page on the web; nobody ever fetches it here."""
    if len(address) > LINK_LENGTH or any(sign.isspace() for sign in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def handed_in(task: Task, state: Content) -> Content:
    """What the coach gets of a draft: the words, the names of the values, the frame; never the rest."""
    return {
        "text": state["text"],
        "links": links_of(state),
        "values": [
            {"key": card.key, "label": card.label} for card in _known(task) if card.key in state["values"]
        ],
        "checks": dict(state["checks"]),
    }


def says_the_same(one: Any, other: Any) -> bool:
    """Whether two things handed in are the same; the names of the values follow the language of the page."""
    return _without_names(mapping(one)) == _without_names(mapping(other))


def _without_names(content: Content) -> Content:
    values = content.get("values")
    keys = [mapping(value).get("key") for value in values] if isinstance(values, list) else []
    return {**content, "values": keys}


def _link_problem(links: str) -> str:
    found = [line.strip() for line in links.splitlines() if line.strip()]
    if len(found) > LINKS_MAX:
        return _("Cinq liens au plus, un par ligne.")
    if not all(is_link(each) for each in found):
        return _("Un lien commence par https:// et tient sur une ligne, sans espace.")
    return ""


def _too_long(state: Content) -> dict[str, str]:
    errors = {}
    if len(state["text"]) > TEXT_MAX:
        errors["text"] = _("Ce texte dépasse %(max)d caractères : gardez-en une partie.") % {"max": TEXT_MAX}
    if len(state["links"]) > LINKS_MAX * (LINK_LENGTH + 1):
        errors["links"] = _("Cinq liens au plus, un par ligne.")
    return errors


def _typed(task: Task, form: Form) -> Content:
    """The posted form, reduced to what this step asks."""
    checks = {
        point["key"]: answer
        for point in task.fields.get("checklist", [])
        if (answer := form.get(f"check-{point['key']}")) in ANSWERS
    }
    return _reduced(
        task,
        {
            "route": form.get("route"),
            "text": typed_text(form.get("text")),
            "links": typed_text(form.get("links")),
            "values": form.getlist("value"),
            "checks": checks,
        },
    )


def practice_state(task: Task, content: Content) -> Content:
    """A stored answer, read without trust."""
    revision, image = content.get("revision", 0), mapping(content.get("image"))
    sides = [image.get("width"), image.get("height")]
    is_image = all(isinstance(side, int) and 0 < side < 10_000 for side in sides)
    return {
        **_reduced(task, content),
        "revision": revision if isinstance(revision, int) and not isinstance(revision, bool) else 0,
        "image": {"width": sides[0], "height": sides[1]} if is_image else None,
        "handed_in": content.get("handed_in") is True,
    }


def _reduced(task: Task, raw: Content) -> Content:
    routes = {route["key"] for route in task.fields.get("routes", [])}
    points = {point["key"] for point in task.fields.get("checklist", [])}
    takes, known = evidence(task), {card.key for card in _known(task)}
    route, values = raw.get("route"), raw.get("values")
    listed = values if isinstance(values, list) else []
    return {
        "route": route if isinstance(route, str) and route in routes else "",
        "text": _text(raw.get("text")),
        "links": _text(raw.get("links")) if "link" in takes else "",
        "values": list(dict.fromkeys(key for key in listed if isinstance(key, str) and key in known)),
        "checks": {
            key: answer
            for key, answer in mapping(raw.get("checks")).items()
            if key in points and answer in ANSWERS
        },
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _routes(task: Task) -> list[dict[str, Any]]:
    """Rehearsing first: it commits to nothing."""
    return sorted(task.fields.get("routes", []), key=lambda route: route["key"] != REHEARSAL)


def _aimed(task: Task) -> dict[str, int] | None:
    words: list[int] = task.fields.get("words") or []
    return {"least": words[0], "most": words[1]} if len(words) == 2 else None


def _deck(task: Task) -> list[PickedCard]:
    """Every card of the deck by name, in the reader's language."""
    if task.deck is None:
        return []
    cards = [PickedCard(card.key, card.label.in_language(task.language)) for card in task.deck.cards]
    return sorted(cards, key=lambda card: card.label.lower())


def _known(task: Task) -> list[PickedCard]:
    """The person's own first cards, then the deck; each once."""
    own = list(task.cards or ())
    keys = {card.key for card in own}
    return [*own, *(card for card in _deck(task) if card.key not in keys)]


def _values(cards: list[PickedCard], chosen: list[str]) -> list[dict[str, Any]]:
    return [{"key": card.key, "label": card.label, "is_chosen": card.key in chosen} for card in cards]
