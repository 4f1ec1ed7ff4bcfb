"""The keys that progress hangs on: the first name a module or a step ever had (`formerly`). Pure.

Authors rename a key by writing the old one under `formerly` (format.md). Everything that people have
done, shared or been sent a link to stands under the first name, so that is the name the running
product goes on using: a rename moves no row, breaks no link, and costs nobody a step.
"""

from collections.abc import Mapping
from typing import Any

from coaching.programmes.schema import Document

Names = Mapping[str, str]

_OWN_NAMES = ("for_each", "offer")  # "step/…" within the module


def lasting_key(entry: Mapping[str, Any]) -> str:
    """The first key of a module, a step or any entry of a list."""
    names: list[str] = entry.get("formerly", [])
    return names[0] if names else entry["key"]


def with_lasting_keys(document: Document) -> Document:
    """The same document under lasting keys, its references with it; itself when nothing was renamed."""
    modules = document["modules"]
    names = {key: lasting_key(module) for key, module in modules.items()}
    steps = {key: _lasting_steps(module) for key, module in modules.items()}
    return renamed(document, names, steps)


def with_names_of(document: Document, *others: Document) -> Document:
    """The same document, modules and steps under the names that the first other to have them gives."""
    modules: dict[str, str] = {}
    steps: dict[str, dict[str, str]] = {}
    for other in reversed(others):
        for module in other["modules"].values():
            modules[lasting_key(module)] = module["key"]
            found = steps.setdefault(lasting_key(module), {})
            found |= {lasting_key(step): step["key"] for step in module["steps"]}
    names, step_names = {}, {}
    for key, module in document["modules"].items():
        name = lasting_key(module)
        names[key] = modules.get(name, key)
        known = steps.get(name, {})
        step_names[key] = {step["key"]: known.get(lasting_key(step), step["key"]) for step in module["steps"]}
    return renamed(document, names, step_names)


def renamed(document: Document, names: Names, steps: Mapping[str, Names]) -> Document:
    """The document with these modules, and steps by module, under other keys; itself when none is."""
    is_same = all(key == name for key, name in names.items())
    if is_same and all(key == name for each in steps.values() for key, name in each.items()):
        return document
    found = dict(document)
    found["modules"] = {
        names[key]: _module(module, names, steps[key]) for key, module in document["modules"].items()
    }
    for part in ("weeks", "boosters"):
        if part in document:
            found[part] = [_placed(entry, names) for entry in document[part]]
    return found


def _lasting_steps(module: Mapping[str, Any]) -> dict[str, str]:
    return {step["key"]: lasting_key(step) for step in module["steps"]}


def _placed(entry: Document, names: Names) -> Document:
    return {**entry, "modules": [names.get(key, key) for key in entry["modules"]]}


def _module(module: Document, names: Names, steps: Names) -> Document:
    found = {**module, "key": names[module["key"]], "steps": [_step(step, steps) for step in module["steps"]]}
    if "prerequisites" in module:
        found["prerequisites"] = [names.get(key, key) for key in module["prerequisites"]]
    return found


def _step(step: Document, names: Names) -> Document:
    found = {**step, "key": names[step["key"]]}
    for part in _OWN_NAMES:
        if part in step:
            head, _, rest = step[part].partition("/")
            found[part] = f"{names.get(head, head)}/{rest}"
    return found
