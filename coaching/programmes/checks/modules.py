"""Checks of one module: its place, its minutes, its themes, then each of its steps. No Django."""

from collections.abc import Iterator

from coaching.programmes.checks.bodies import check_body
from coaching.programmes.checks.scenario import check_scenario
from coaching.programmes.checks.walk import walk
from coaching.programmes.problems import Finding, KeyPath, Reason
from coaching.programmes.schema import SECTORS, Document, Item, Module, ProgrammeDocument, Step
from coaching.programmes.schema.items import SingleChoice
from coaching.programmes.schema.steps import (
    AssessmentStep,
    CardSortStep,
    PairDialogueStep,
    PracticeStep,
    QuizStep,
    ReadingStep,
    ReflectionStep,
    ScenarioStep,
)

MAX_STEP_MINUTES = 7  # domain.md 6.3: a reading, a quiz or a scenario stays short


def check_module(
    programme: ProgrammeDocument, key: str, module: Module, document: Document
) -> Iterator[Finding]:
    """Every finding inside one module; `document` is the same module as plain data."""
    base: KeyPath = ("modules", key)
    yield from _check_place(programme, base, key, module)
    yield from _check_minutes(base, module)
    yield from _check_themes(base, module, document)
    for index, step in enumerate(module.steps):
        yield from _check_step(programme, module, index, step, (*base, "steps", index))
    yield from _check_items(module.recall, (*base, "recall"))


def _check_place(programme: ProgrammeDocument, base: KeyPath, key: str, module: Module) -> Iterator[Finding]:
    placed = programme.placed
    if key != module.key:
        yield Finding((*base, "key"), Reason.KEY_OF_FOLDER, {"folder": key})
    if key not in placed:
        yield Finding(base, Reason.MODULE_IN_NO_WEEK)
    if key in programme.to_write:
        yield Finding(base, Reason.MODULE_WRITTEN)
    for prerequisite in module.prerequisites:
        if prerequisite not in placed:
            yield Finding((*base, "prerequisites"), Reason.UNKNOWN_MODULE, {"module": prerequisite})
        elif key in placed and placed.index(prerequisite) >= placed.index(key):
            yield Finding((*base, "prerequisites"), Reason.MODULE_COMES_LATER, {"module": prerequisite})
    comes_back = any(key in booster.modules for booster in programme.boosters)
    fits = module.kind in ("booster", "survey") if comes_back else module.kind != "booster"
    if key in placed and not fits:
        yield Finding((*base, "kind"), Reason.NOT_A_BOOSTER)
    if module.kind == "lesson" and not module.recall:
        yield Finding(base, Reason.NO_RECALL)


def _check_minutes(base: KeyPath, module: Module) -> Iterator[Finding]:
    total = sum(step.minutes for step in module.steps if not step.optional)
    if total != module.minutes:
        sums = {"written": module.minutes, "total": total}
        yield Finding((*base, "minutes"), Reason.MODULE_MINUTES, sums)


def _check_themes(base: KeyPath, module: Module, document: Document) -> Iterator[Finding]:
    carried = {
        (path, code)
        for path, codes in walk(document["steps"])
        if path and path[-1] == "themes"
        for code in codes
    }
    for path, code in sorted(carried, key=str):
        if code not in module.themes:
            yield Finding((*base, "steps", *path), Reason.THEME_NOT_ANNOUNCED, {"code": code})
    for code in sorted(set(module.themes) - {code for _, code in carried}):
        yield Finding((*base, "themes"), Reason.THEME_NOT_CARRIED, {"code": code})


def _check_step(
    programme: ProgrammeDocument, module: Module, index: int, step: Step, path: KeyPath
) -> Iterator[Finding]:
    if isinstance(step, ReadingStep | QuizStep | ScenarioStep) and step.minutes > MAX_STEP_MINUTES:
        yield Finding((*path, "minutes"), Reason.STEP_TOO_LONG, {"limit": MAX_STEP_MINUTES})
    if isinstance(step, QuizStep):
        yield from _check_every_sector_has_a_question(step, path)
    if isinstance(step, QuizStep | AssessmentStep):
        yield from _check_items(step.items, (*path, "items"))
    if isinstance(step, ReadingStep | PracticeStep):
        yield from check_body(step, path)
    if isinstance(step, ScenarioStep):
        yield from check_scenario(programme, step, path)
    if isinstance(step, CardSortStep):
        yield from _check_card_sort(programme, step, path)
    if isinstance(step, ReflectionStep | PairDialogueStep):
        yield from _check_reference(module, index, step, path)
    if isinstance(step, PracticeStep):
        yield from _check_stages(step, path)


def _check_every_sector_has_a_question(step: QuizStep, path: KeyPath) -> Iterator[Finding]:
    for sector in SECTORS:
        if not any(item.is_for(sector) for item in step.items):
            yield Finding(path, Reason.NOTHING_FOR_SECTOR, {"sector": sector})


def _check_items(items: list[Item], path: KeyPath) -> Iterator[Finding]:
    for position, item in enumerate(items):
        if not isinstance(item, SingleChoice):
            continue
        for number, option in enumerate(item.options):
            others = max(len(other.text.fr) for other in item.options if other is not option)
            if option.correct and len(option.text.fr) > 1.25 * others:
                yield Finding((*path, position, "options", number, "text"), Reason.RIGHT_IS_LONGEST)


def _check_card_sort(programme: ProgrammeDocument, step: CardSortStep, path: KeyPath) -> Iterator[Finding]:
    if step.deck not in programme.decks:
        yield Finding((*path, "deck"), Reason.UNKNOWN_DECK, {"deck": step.deck})
        return
    if not step.rank <= step.keep_min <= step.keep_max <= len(programme.decks[step.deck].cards):
        yield Finding((*path, "keep_max"), Reason.CARD_COUNTS)


def _check_reference(
    module: Module, index: int, step: ReflectionStep | PairDialogueStep, path: KeyPath
) -> Iterator[Finding]:
    name = "for_each" if isinstance(step, ReflectionStep) else "offer"
    reference = step.for_each if isinstance(step, ReflectionStep) else step.offer
    wanted = reference.split("/")[0] if reference else None
    if wanted and wanted not in [earlier.key for earlier in module.steps[:index]]:
        yield Finding((*path, name), Reason.NOT_AN_EARLIER_STEP, {"step": wanted})


def _check_stages(step: PracticeStep, path: KeyPath) -> Iterator[Finding]:
    total = sum(stage.minutes for stage in step.stages)
    if total != step.minutes:
        sums = {"written": step.minutes, "total": total}
        yield Finding((*path, "minutes"), Reason.STAGE_MINUTES, sums)
