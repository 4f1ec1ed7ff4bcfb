"""The people around an agency, in a few circles; then the few relations one wants to tend, and a first act.

Names are for oneself alone: nothing is looked up, counted or shown to anyone. Stored: `who-<group>`,
`keep-<n>` and `act-<n>`, and the revision of the two pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.learning.steps.base import Content, Task
from coaching.learning.steps.written import Blank, WrittenForm, text_of

NAME_MAX = 80
CIRCLES, RELATIONS = 1, 2


class EcosystemMap(WrittenForm):
    kind = "ecosystem_map"
    template = "coaching/learning/steps/ecosystem_map.html"

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        who = _("Relation %(n)d : choisissez une personne de votre carte.")
        act = _("Relation %(n)d : dites par quel geste vous commencez.")
        relations: list[Blank] = []
        for n in range(1, task.fields["keep"] + 1):
            relations.append(Blank(f"keep-{n}", _("Relation %(n)d") % {"n": n}, who % {"n": n}, NAME_MAX))
            relations.append(Blank(f"act-{n}", _("Un premier geste"), act % {"n": n}))
        circles = [Blank(f"who-{group['key']}", group["label"]) for group in task.fields["groups"]]
        return (circles, relations)

    def problems(self, task: Task, number: int, content: Content) -> dict[str, str]:
        keep = task.fields["keep"]
        if number == CIRCLES:
            written = {name for group in _groups(task, content) for name in group["names"]}
            few = ngettext("Notez au moins %(n)d nom.", "Notez au moins %(n)d noms.", keep) % {"n": keep}
            return {"circles": few} if len(written) < keep else {}
        problems = super().problems(task, number, content)
        kept = kept_names(task, content)
        for n, name in enumerate(kept, 1):
            if name and name in kept[: n - 1]:
                problems[f"keep-{n}"] = _("Choisissez une autre personne : celle-ci est déjà là.")
        return problems

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        groups = _groups(task, content)
        relations = [
            {
                "number": n,
                "keep": Blank(f"keep-{n}", _("Relation %(n)d") % {"n": n}, limit=NAME_MAX).shown(
                    content, groups=_names(groups, kept)
                ),
                "act": Blank(f"act-{n}", _("Un premier geste")).shown(content),
            }
            for n, kept in enumerate(kept_names(task, content), 1)
        ]
        return {"groups": groups, "relations": relations}

    def reading(self, task: Task, content: Content) -> dict[str, Any]:
        kept = kept_names(task, content)
        return {
            "groups": _groups(task, content),
            "kept": [
                {"name": name, "act": text_of(content, f"act-{n}").strip()} for n, name in enumerate(kept, 1)
            ],
        }


def kept_names(task: Task, content: Content) -> list[str]:
    """The relations to tend, one entry each, "" while it is not chosen."""
    return [text_of(content, f"keep-{n}").strip() for n in range(1, task.fields["keep"] + 1)]


def names_in(text: str) -> list[str]:
    """The names of a circle: on lines of their own, or apart by commas or semicolons."""
    parts = (part.strip()[:NAME_MAX].strip() for part in re.split(r"[\n,;]", text))
    return list(dict.fromkeys(part for part in parts if part))


def _groups(task: Task, content: Content) -> list[dict[str, Any]]:
    kept = kept_names(task, content)
    groups = []
    for number, group in enumerate(task.fields["groups"], 1):
        names = names_in(text_of(content, f"who-{group['key']}"))
        blank = Blank(f"who-{group['key']}", group["label"]).shown(content, number=number)
        shown = [{"text": name, "is_kept": name in kept} for name in names]
        groups.append({**group, **blank, "names": names, "shown": shown})
    return groups


def _names(groups: Sequence[dict[str, Any]], kept: str) -> list[dict[str, Any]]:
    """The names written, by circle; one that has left the map since stays where it was chosen."""
    options = [
        {"label": group["label"], "names": [{"text": n, "is_chosen": n == kept} for n in group["names"]]}
        for group in groups
        if group["names"]
    ]
    if kept and not any(kept in group["names"] for group in groups):
        options.append({"label": "", "names": [{"text": kept, "is_chosen": True}]})
    return options
