"""Checks of a scenario: roads go forward and every scene can be reached, in every sector. No Django."""

from collections.abc import Iterator

from coaching.programmes.problems import Finding, KeyPath, Reason
from coaching.programmes.schema import SECTORS, ProgrammeDocument, Sector
from coaching.programmes.schema.steps import ScenarioStep, Scene


def check_scenario(programme: ProgrammeDocument, step: ScenarioStep, path: KeyPath) -> Iterator[Finding]:
    """Every finding in the scenes of a scenario."""
    findings = list(_check_roads(step, path))
    yield from findings
    if not any(finding.reason is Reason.NO_SUCH_SCENE for finding in findings):
        yield from _check_reach(step, path)
    yield from _check_cards(programme, step, path)


def _check_roads(step: ScenarioStep, path: KeyPath) -> Iterator[Finding]:
    keys = [scene.key for scene in step.scenes]
    for position, scene in enumerate(step.scenes):
        scene_path = (*path, "scenes", position)
        for target in _targets(scene):
            if target not in keys:
                yield Finding(scene_path, Reason.NO_SUCH_SCENE, {"scene": target})
            elif keys.index(target) <= position:
                yield Finding(scene_path, Reason.SCENE_LEADS_BACK, {"scene": target})
        is_last = position + 1 == len(keys)
        if (scene.only_for or scene.not_for) and not is_last and not scene.then:
            yield Finding(scene_path, Reason.SCENE_NEEDS_THEN)


def _targets(scene: Scene) -> list[str]:
    named = [scene.then, *(option.go_to for option in scene.options)]
    return [target for target in dict.fromkeys(named) if target]


def _check_reach(step: ScenarioStep, path: KeyPath) -> Iterator[Finding]:
    lost: dict[int, list[str]] = {}
    for sector in SECTORS:
        reached = _reached(step, sector)
        for position, scene in enumerate(step.scenes):
            if scene.is_for(sector) and scene.key not in reached:
                lost.setdefault(position, []).append(sector)
    for position, sectors in lost.items():
        params = {"sectors": ", ".join(sectors)}
        yield Finding((*path, "scenes", position), Reason.SCENE_OUT_OF_REACH, params)


def _reached(step: ScenarioStep, sector: Sector) -> set[str]:
    """Keys of the scenes a person of this sector can come to; a hidden scene passes on to its `then`."""
    scenes = {scene.key: scene for scene in step.scenes}
    reached: set[str] = set()
    waiting: list[str] = [step.scenes[0].key]
    while waiting:
        scene = scenes[waiting.pop()]
        if scene.key in reached:
            continue
        reached.add(scene.key)
        roads: set[str | None] = {scene.then}
        if scene.is_for(sector) and scene.options:
            roads = {option.leads_to(scene) for option in scene.options}
        waiting.extend(road for road in roads if road)
    return reached


def _check_cards(programme: ProgrammeDocument, step: ScenarioStep, path: KeyPath) -> Iterator[Finding]:
    cards = {card.key for deck in programme.decks.values() for card in deck.cards}
    for position, scene in enumerate(step.scenes):
        for number, option in enumerate(scene.options):
            if option.card and option.card not in cards:
                option_path = (*path, "scenes", position, "options", number, "card")
                yield Finding(option_path, Reason.UNKNOWN_CARD, {"card": option.card})
