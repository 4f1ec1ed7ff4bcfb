"""The bull's-eye: a sentence per domain, how far from it one is seen to live, one obstacle, one next act.

Nothing is added up, compared or ranked (domain.md 0.3): the distance is a word of the person to themself.
Stored: `sentence-<domain>`, `distance-<domain>` ("1" to "7"), `obstacle`, `domain` and `act`, and the
revision of each of the three pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from coaching.learning.steps.base import Content, Task
from coaching.learning.steps.target import RINGS, target
from coaching.learning.steps.written import Blank, WrittenForm, text_of

SENTENCES, DISTANCES, ACT = 1, 2, 3
SCALE = {str(ring): str(ring) for ring in range(1, RINGS + 1)}


class Bullseye(WrittenForm):
    kind = "bullseye"
    template = "coaching/learning/steps/bullseye.html"

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        domains: Sequence[dict[str, Any]] = task.fields["domains"]
        labels = {domain["key"]: domain["label"] for domain in domains}
        write = _("%(domain)s : écrivez une phrase, même courte.")
        place = _("%(domain)s : choisissez un chiffre de 1 à 7.")
        hold = _("Nommez en quelques mots ce qui vous retient.")
        return (
            [Blank(f"sentence-{key}", label, write % {"domain": label}) for key, label in labels.items()],
            [
                Blank(f"distance-{key}", label, place % {"domain": label}, choices=SCALE)
                for key, label in labels.items()
            ],
            [
                Blank("obstacle", task.fields["obstacle"], hold),
                Blank("domain", _("Le domaine"), _("Choisissez un seul domaine."), choices=labels),
                Blank("act", task.fields["next_act"], _("Dites quel petit geste vous ferez.")),
            ],
        )

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        return {"domains": _domains(task, content), "target": _drawing(task, content)}

    def reading(self, task: Task, content: Content) -> dict[str, Any]:
        domains = _domains(task, content)
        chosen = next((each for each in domains if each["key"] == text_of(content, "domain")), None)
        return {
            "domains": domains,
            "target": _drawing(task, content),
            "obstacle": text_of(content, "obstacle"),
            "act": text_of(content, "act"),
            "chosen": chosen,
        }


def _domains(task: Task, content: Content) -> list[dict[str, Any]]:
    """Each domain with its question, its sentence and its scale."""
    chosen = text_of(content, "domain")
    return [
        {
            **domain,
            "number": number,
            "sentence": text_of(content, f"sentence-{domain['key']}"),
            "distance": _distance(content, domain["key"]),
            "sentence_name": f"sentence-{domain['key']}",
            "distance_name": f"distance-{domain['key']}",
            "is_chosen": domain["key"] == chosen,
        }
        for number, domain in enumerate(task.fields["domains"], 1)
    ]


def _distance(content: Content, key: str) -> int | None:
    value = text_of(content, f"distance-{key}")
    return int(value) if value in SCALE else None


def _drawing(task: Task, content: Content) -> dict[str, Any] | None:
    domains = [(domain["key"], domain["label"]) for domain in task.fields["domains"]]
    placed = {key: ring for key, _label in domains if (ring := _distance(content, key))}
    return target(domains, placed)
