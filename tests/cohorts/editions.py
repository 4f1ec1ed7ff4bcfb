"""Other editions of a programme, made by the acts of an author; which steps of two editions are the same."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from agencies.models import Network
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import StepOutline, outline_document
from coaching.programmes.services import install

Document = dict[str, Any]
Act = tuple[str, int, int]  # what, where, how much or where to

ACTS = (
    "add_step",
    "drop_step",
    "move_step",
    "rename_step",
    "retime_step",
    "make_optional",
    "reword_step",
    "rename_module",
    "move_module",
    "drop_module",
)
acts: st.SearchStrategy[list[Act]] = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=6
)


def edited(document: Document, wanted: Iterable[Act]) -> Document:
    """The document after these acts. Only what people follow is kept in order: nobody publishes this."""
    found = copy.deepcopy(document)
    for number, (what, at, other) in enumerate(wanted):
        _ACTS[what](found, at, other + number)
    return found


def edition(network: Network, base: ProgrammeVersion, document: Document, number: int) -> ProgrammeVersion:
    """The document as a version beside the base, installed in the network."""
    text = json.dumps(document, sort_keys=True) + str(number)
    version = ProgrammeVersion.objects.create(
        programme_id=base.programme_id,
        label=f"9.{number}",
        checksum=hashlib.sha256(text.encode()).hexdigest(),
        title_fr=base.title_fr,
        title_en=base.title_en,
        document=document,
        rendered={},
    )
    install(network, version)
    return version


def same_steps(before: Document, after: Document) -> dict[str, str]:
    """Address before -> address after of the steps that both have and that changed module, by key and kind.

    The keys of the starter are all different, and so are those that `add_step` gives.
    """
    places = [
        {(step.key, step.kind): step.address for step in _steps(document)} for document in (before, after)
    ]
    both = places[0].keys() & places[1].keys()
    return {places[0][name]: places[1][name] for name in both if places[0][name] != places[1][name]}


def _steps(document: Document) -> list[StepOutline]:
    outline = outline_document(document)
    return [*outline.steps, *(s for each in outline.boosters for m in each.modules for s in m.steps)]


def _week_modules(document: Document) -> list[str]:
    return [key for week in document["weeks"] for key in week["modules"]]


def _module(document: Document, at: int) -> Document:
    keys = _week_modules(document)
    found: Document = document["modules"][keys[at % len(keys)]]
    return found


def _step(document: Document, at: int) -> tuple[Document, Document]:
    module = _module(document, at)
    return module, module["steps"][at % len(module["steps"])]


def _add_step(document: Document, at: int, other: int) -> None:
    _module_found, model = _step(document, other)
    key = f"nouvelle-{at}-{other}"
    known = {step["key"] for module in document["modules"].values() for step in module["steps"]}
    if key not in known:
        added = copy.deepcopy(model) | {"key": key, "formerly": []}
        _module(document, at)["steps"].insert(0, added)


def _drop_step(document: Document, at: int, other: int) -> None:
    module, step = _step(document, at)
    if len(module["steps"]) > 1:
        module["steps"].remove(step)


def _move_step(document: Document, at: int, other: int) -> None:
    module, step = _step(document, at)
    there = _module(document, other)
    if there is not module and len(module["steps"]) > 1:
        module["steps"].remove(step)
        there["steps"].append(step)


def _rename_step(document: Document, at: int, other: int) -> None:
    _found, step = _step(document, at)
    step["formerly"] = [*step.get("formerly", []), step["key"]]
    step["key"] += f"-{len(step['formerly'])}"


def _retime_step(document: Document, at: int, other: int) -> None:
    _step(document, at)[1]["minutes"] = 1 + other % 7


def _make_optional(document: Document, at: int, other: int) -> None:
    step = _step(document, at)[1]
    step["optional"] = not step.get("optional", False)


def _reword_step(document: Document, at: int, other: int) -> None:
    _step(document, at)[1]["title"] = {"fr": f"Autre titre {other}", "en": f"Other title {other}"}


def _rename_module(document: Document, at: int, other: int) -> None:
    module = _module(document, at)
    old = module["key"]
    new = f"{old}-{len(module.get('formerly', [])) + 1}"
    document["modules"] = {new if key == old else key: each for key, each in document["modules"].items()}
    module |= {"key": new, "formerly": [*module.get("formerly", []), old]}
    for week in document["weeks"]:
        week["modules"] = [new if key == old else key for key in week["modules"]]
    for each in document["modules"].values():
        each["prerequisites"] = [new if key == old else key for key in each.get("prerequisites", [])]


def _move_module(document: Document, at: int, other: int) -> None:
    key = _module(document, at)["key"]
    for week in document["weeks"]:
        week["modules"] = [each for each in week["modules"] if each != key]
    document["weeks"][other % len(document["weeks"])]["modules"].append(key)


def _drop_module(document: Document, at: int, other: int) -> None:
    key = _module(document, at)["key"]
    if len(_week_modules(document)) > 1:
        document["modules"].pop(key)
        for week in document["weeks"]:
            week["modules"] = [each for each in week["modules"] if each != key]


_ACTS = {
    "add_step": _add_step,
    "drop_step": _drop_step,
    "move_step": _move_step,
    "rename_step": _rename_step,
    "retime_step": _retime_step,
    "make_optional": _make_optional,
    "reword_step": _reword_step,
    "rename_module": _rename_module,
    "move_module": _move_module,
    "drop_module": _drop_module,
}
