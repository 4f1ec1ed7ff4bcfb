"""The keys that progress hangs on: the first name a module or a step ever had (`formerly`). Pure.

Authors rename a key by writing the old one under `formerly` (format.md). Everything that people have
done, shared or been sent a link to stands under the first name, so that is the name the running
product goes on using: a rename moves no row, breaks no link, and costs nobody a step.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from coaching.programmes.schema import Document

_OWN_NAMES = ("for_each", "offer")  # "step/…" within the module


def lasting_key(entry: Mapping[str, Any]) -> str:
    """The first key of a module or a step."""
    names: list[str] = entry.get("formerly", [])
    return names[0] if names else entry["key"]


def with_lasting_keys(document: Document) -> Document:
    """The same document under lasting keys, its references with it; itself when nothing was renamed."""
    modules = document["modules"]
    renamed = {key: lasting_key(module) for key, module in modules.items()}
    if all(key == name for key, name in renamed.items()) and not any(map(_has_renamed, modules.values())):
        return document

    def name(key: str) -> str:
        return renamed.get(key, key)

    found = dict(document)
    found["modules"] = {name(key): _module(module, renamed) for key, module in modules.items()}
    for part in ("weeks", "boosters"):
        if part in document:
            found[part] = [
                {**entry, "modules": [name(key) for key in entry["modules"]]} for entry in document[part]
            ]
    return found


def names_of(entry: Mapping[str, Any]) -> Iterator[str]:
    """Every name an entry has or had, the current one first."""
    yield entry["key"]
    yield from entry.get("formerly", [])


def _has_renamed(module: Mapping[str, Any]) -> bool:
    return any(step.get("formerly") for step in module["steps"])


def _module(module: Document, renamed: Mapping[str, str]) -> Document:
    steps = {step["key"]: lasting_key(step) for step in module["steps"]}
    found = {**module, "key": lasting_key(module), "steps": [_step(step, steps) for step in module["steps"]]}
    if "prerequisites" in module:
        found["prerequisites"] = [renamed.get(key, key) for key in module["prerequisites"]]
    return found


def _step(step: Document, renamed: Mapping[str, str]) -> Document:
    found = {**step, "key": renamed[step["key"]]}
    for part in _OWN_NAMES:
        if part in step:
            head, _, rest = step[part].partition("/")
            found[part] = f"{renamed.get(head, head)}/{rest}"
    return found
