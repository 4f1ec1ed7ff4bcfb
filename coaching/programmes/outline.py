"""A programme as the rest of the product reads it: weeks, modules, steps, decks. Pure, frozen.

Other apps never read the document itself. Built once per version and shared by all requests
(runtime.py), so nothing here may be changed after it is built.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

from coaching.programmes.bilingual import Text, bilingual
from coaching.programmes.content import Content, content_for
from coaching.programmes.decks import DeckOutline, outline_deck
from coaching.programmes.lasting import with_lasting_keys
from coaching.programmes.marks import differ, text_mark
from coaching.programmes.schema import ATTENDANCE_PERCENT, PRACTICE_PERCENT, Document
from coaching.programmes.sentences import as_paragraphs

# What the lesson player knows (coaching.learning.steps holds the same names, a test compares them).
# A step of another kind is announced on its page, and counts in no total until it can be taken.
PLAYED_KINDS = frozenset(
    {
        "reading",
        "quiz",
        "scenario",
        "reflection",
        "card_sort",
        "survey",
        "if_then",
        "bullseye",
        "goals",
        "editorial_table",
        "ecosystem_map",
        "brand_values",
        "assessment",
        "pair_dialogue",
        "practice",
    }
)


Owner = TypeVar("Owner")
Found = TypeVar("Found")


def kept_by_sector(method: Callable[[Owner, str], Found]) -> Callable[[Owner, str], Found]:
    """Computed once per sector: outlines never change, and every page and every person planned asks."""
    name = f"_{method.__name__}"

    @wraps(method)
    def kept(self: Owner, sector: str) -> Found:
        found: dict[str, Found] = self.__dict__.setdefault(name, {})
        if sector not in found:
            found[sector] = method(self, sector)
        return found[sector]

    return kept


@dataclass(frozen=True)
class StepOutline:
    """One step. `address` is "module/step", the handle of progress and answers; `mark` that of its text."""

    address: str
    module_key: str
    key: str
    kind: str
    minutes: int
    is_optional: bool
    title: Text
    week_number: int
    data: Mapping[str, Any] = field(repr=False)
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    is_booster: bool = False
    mark: str = ""

    @cached_property
    def is_played(self) -> bool:
        """Whether the player can show it."""
        return self.kind in PLAYED_KINDS

    @cached_property
    def is_required(self) -> bool:
        """Whether it counts in the totals: of a week, not optional, and there to be taken."""
        return self.is_played and not self.is_optional and not self.is_booster

    def is_for(self, sector: str) -> bool:
        """Whether people of this sector have this step."""
        return (not self.only_for or sector in self.only_for) and sector not in self.not_for

    def differs_from(self, mark: str, language: str) -> bool:
        """Whether it tells a reader of this language something else than the text of that mark."""
        return differ(mark, self.mark, language)

    def content(self, language: str, sector: str) -> Content:
        """The step's own fields for one reader: see `content_for`."""
        return content_for(self.data, language, sector)


@dataclass(frozen=True)
class ModuleOutline:
    """One module. While it is not written it has no step, and its minutes are only announced."""

    key: str
    code: str
    kind: str
    minutes: int
    title: Text
    teaser: Text
    objective: Text
    prerequisites: tuple[str, ...]
    steps: tuple[StepOutline, ...]
    week_number: int
    is_written: bool = True
    recall: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @kept_by_sector
    def steps_for_sector(self, sector: str) -> tuple[StepOutline, ...]:
        return tuple(step for step in self.steps if step.is_for(sector))

    def required_minutes(self, sector: str) -> int:
        return sum(step.minutes for step in self.steps_for_sector(sector) if step.is_required)


@dataclass(frozen=True)
class WeekOutline:
    """One week. `number` is its place from 0; `minutes` those of its written modules."""

    number: int
    key: str
    title: Text
    module_keys: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class BoosterOutline:
    """Short modules that come back after the last week; they count in no total, pace or completion.

    The `week_number` of what is in it goes on counting from the last week: +4 after week 8 is week 12.
    """

    key: str
    after_weeks: int
    modules: tuple[ModuleOutline, ...]

    @property
    def week_number(self) -> int:
        return self.modules[0].week_number


@dataclass(frozen=True)
class AgendaOutline:
    """One part of a session; `help` says how to run it."""

    key: str
    minutes: int
    label: Text
    help: Text


@dataclass(frozen=True)
class SessionPlanOutline:
    """What a coach runs a session from; `summary` and the questions of `check` are for who was not there."""

    objective: Text
    materials: tuple[Text, ...]
    agenda: tuple[AgendaOutline, ...]
    summary: Text | None = None
    check: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class SessionOutline:
    """A live session or a one-to-one, and its week; `plan` is there once it is written."""

    key: str
    week_key: str
    week_number: int
    minutes: int
    title: Text
    plan: SessionPlanOutline | None = None


@dataclass(frozen=True)
class SourceOutline:
    """Where a fact of a step comes from; `number` is the one of its footnote."""

    code: str
    number: int
    citation: str
    address: str
    reliability: str
    review_by: str
    supports: Text


@dataclass(frozen=True)
class ProgrammeOutline:
    """The whole programme: what to do, in which order, for how long."""

    key: str
    version_label: str
    title: Text
    objective: Text
    pass_percent: int
    practice_percent: int
    attendance_percent: int
    recall_days: tuple[int, ...]
    weeks: tuple[WeekOutline, ...]
    modules: tuple[ModuleOutline, ...]
    sessions: tuple[SessionOutline, ...]
    decks: Mapping[str, DeckOutline] = field(repr=False)
    themes: Mapping[str, Text] = field(repr=False)
    _sources: Mapping[str, Mapping[str, Any]] = field(repr=False)
    boosters: tuple[BoosterOutline, ...] = ()

    @cached_property
    def steps(self) -> tuple[StepOutline, ...]:
        """Every step of the weeks, in the order of the programme; boosters stand apart."""
        return tuple(step for module in self.modules for step in module.steps)

    @cached_property
    def _steps_by_address(self) -> dict[str, StepOutline]:
        return {step.address: step for module in self._everywhere for step in module.steps}

    @cached_property
    def _modules_by_key(self) -> dict[str, ModuleOutline]:
        return {module.key: module for module in self._everywhere}

    @property
    def _everywhere(self) -> Iterator[ModuleOutline]:
        yield from self.modules
        for booster in self.boosters:
            yield from booster.modules

    @cached_property
    def card_sort(self) -> StepOutline | None:
        """The step that sorts the value cards, the first of its kind."""
        return next((step for step in self.steps if step.kind == "card_sort"), None)

    def step(self, address: str) -> StepOutline | None:
        """The step at this address, of a week or of a booster."""
        return self._steps_by_address.get(address)

    def module(self, key: str) -> ModuleOutline | None:
        """The module with this key, of a week or of a booster."""
        return self._modules_by_key.get(key)

    def deck(self, key: str) -> DeckOutline:
        """The deck with this key; KeyError when the programme has none."""
        return self.decks[key]

    def modules_of_week(self, number: int) -> tuple[ModuleOutline, ...]:
        return self._modules_by_week.get(number, ())

    @cached_property
    def _modules_by_week(self) -> dict[int, tuple[ModuleOutline, ...]]:
        weeks = {module.week_number for module in self.modules}
        return {week: tuple(each for each in self.modules if each.week_number == week) for week in weeks}

    def sources_of(self, step: StepOutline) -> tuple[SourceOutline, ...]:
        """The sources of a step in the order of their footnotes (`#source-S11` in the text)."""
        codes = [code for code in step.data.get("sources", []) if code in self._sources]
        return tuple(_source(code, number, self._sources[code]) for number, code in enumerate(codes, 1))

    @kept_by_sector
    def steps_for_sector(self, sector: str) -> tuple[StepOutline, ...]:
        return tuple(step for step in self.steps if step.is_for(sector))

    @kept_by_sector
    def required_minutes_by_week(self, sector: str) -> tuple[int, ...]:
        """Minutes of the steps that count, one entry per week from week 0."""
        minutes = [0] * len(self.weeks)
        for step in self.steps_for_sector(sector):
            if step.is_required:
                minutes[step.week_number] += step.minutes
        return tuple(minutes)

    def required_minutes(self, sector: str) -> int:
        return sum(self.required_minutes_by_week(sector))

    @property
    def is_whole(self) -> bool:
        """Whether everything that is announced can be taken: until then nobody has finished it."""
        return all(module.is_written for module in self.modules) and all(
            step.is_played for step in self.steps
        )

    def is_finished(self, done: Collection[str], sector: str) -> bool:
        """Whether these steps are all that the whole programme asks of people of this sector."""
        return self.is_whole and self.first_open(done, sector) is None

    def first_open(self, done: Collection[str], sector: str) -> StepOutline | None:
        """The first step that counts and is not done, None when all are."""
        return next(self._open_steps(done, sector), None)

    def next_after(self, address: str, done_addresses: Collection[str], sector: str) -> StepOutline | None:
        """Where to go after a step: the next one not done, optional or not; else the first left open."""
        steps = self.steps_for_sector(sector)
        addresses = [step.address for step in steps]
        following = steps[addresses.index(address) + 1 :] if address in addresses else ()
        for step in following:
            if step.is_played and step.address not in done_addresses:
                return step
        return self.first_open({*done_addresses, address}, sector)

    def missing_prerequisites(self, module_key: str, done_addresses: Collection[str]) -> tuple[str, ...]:
        """Keys of the modules to start before this one (domain.md 6.2: started, not finished).

        A prerequisite that is not written yet keeps nobody waiting.
        """
        started = {address.split("/")[0] for address in done_addresses}
        module = self.module(module_key)
        keys = module.prerequisites if module else ()
        return tuple(key for key in keys if key not in started and self._is_written(key))

    def _is_written(self, key: str) -> bool:
        module = self.module(key)
        return module is not None and module.is_written

    def _open_steps(self, done: Collection[str], sector: str) -> Iterator[StepOutline]:
        for step in self.steps_for_sector(sector):
            if step.is_required and step.address not in done:
                yield step


def outline_document(document: Document) -> ProgrammeOutline:
    """The outline of a valid document (`schema.canonical_document`), under its lasting keys."""
    document = with_lasting_keys(document)
    week_number = {week["key"]: number for number, week in enumerate(document["weeks"])}
    modules = tuple(
        _module(document, key, number)
        for number, week in enumerate(document["weeks"])
        for key in week["modules"]
    )
    return ProgrammeOutline(
        key=document["key"],
        version_label=document["version"],
        title=bilingual(document["title"]),
        objective=bilingual(document["objective"]),
        pass_percent=document["pass_percent"],
        practice_percent=document.get("practice_percent", PRACTICE_PERCENT),
        attendance_percent=document.get("attendance_percent", ATTENDANCE_PERCENT),
        recall_days=tuple(document["recall_days"]),
        weeks=tuple(_week(week, number, modules) for number, week in enumerate(document["weeks"])),
        modules=modules,
        sessions=tuple(_session(entry, week_number[entry["week"]]) for entry in document.get("sessions", [])),
        decks={key: outline_deck(deck) for key, deck in document["decks"].items()},
        themes={code: bilingual(text) for code, text in document["themes"].items()},
        _sources=document["sources"],
        boosters=tuple(_booster(document, booster) for booster in document.get("boosters", [])),
    )


def _week(week: Document, number: int, modules: tuple[ModuleOutline, ...]) -> WeekOutline:
    minutes = sum(module.minutes for module in modules if module.week_number == number and module.is_written)
    return WeekOutline(number, week["key"], bilingual(week["title"]), tuple(week["modules"]), minutes)


def _session(session: Document, week_number: int) -> SessionOutline:
    plan = session.get("plan")
    return SessionOutline(
        session["key"],
        session["week"],
        week_number,
        session["minutes"],
        bilingual(session["title"]),
        _session_plan(plan) if plan else None,
    )


def _session_plan(plan: Document) -> SessionPlanOutline:
    return SessionPlanOutline(
        bilingual(plan["objective"]),
        tuple(bilingual(text) for text in plan.get("materials", [])),
        tuple(
            AgendaOutline(entry["key"], entry["minutes"], bilingual(entry["label"]), bilingual(entry["help"]))
            for entry in plan["agenda"]
        ),
        bilingual(plan["summary"]) if plan.get("summary") else None,
        tuple(plan.get("check", [])),
    )


def _booster(document: Document, booster: Document) -> BoosterOutline:
    week_number = len(document["weeks"]) - 1 + booster["after_weeks"]
    modules = (_module(document, key, week_number, is_booster=True) for key in booster["modules"])
    return BoosterOutline(booster["key"], booster["after_weeks"], tuple(modules))


def _module(document: Document, key: str, week_number: int, *, is_booster: bool = False) -> ModuleOutline:
    module = document["modules"].get(key)
    if module is None:
        return _unwritten_module(key, document["to_write"][key], week_number)
    return ModuleOutline(
        key=key,
        code=module["code"],
        kind=module["kind"],
        minutes=module["minutes"],
        title=bilingual(module["title"]),
        teaser=bilingual(module["teaser"]),
        objective=bilingual(module["objective"]),
        prerequisites=tuple(module.get("prerequisites", [])),
        steps=tuple(_step(key, step, week_number, is_booster) for step in module["steps"]),
        week_number=week_number,
        recall=tuple(module.get("recall", [])),
    )


def _unwritten_module(key: str, minutes: int, week_number: int) -> ModuleOutline:
    """A module that is only announced: its key is all that is known of its title."""
    title = key.replace("-", " ").capitalize()
    return ModuleOutline(
        key=key,
        code="",
        kind="lesson",
        minutes=minutes,
        title=Text(title, title),
        teaser=Text("", ""),
        objective=Text("", ""),
        prerequisites=(),
        steps=(),
        week_number=week_number,
        is_written=False,
    )


def _step(module_key: str, step: Document, week_number: int, is_booster: bool) -> StepOutline:
    return StepOutline(
        address=f"{module_key}/{step['key']}",
        module_key=module_key,
        key=step["key"],
        kind=step["kind"],
        minutes=step["minutes"],
        is_optional=step.get("optional", False),
        title=bilingual(step["title"]),
        week_number=week_number,
        data={key: value for key, value in step.items() if key not in ("body", "body_variants", "figure")},
        only_for=tuple(step.get("only_for", [])),
        not_for=tuple(step.get("not_for", [])),
        is_booster=is_booster,
        mark=text_mark(step),
    )


def _source(code: str, number: int, source: Mapping[str, Any]) -> SourceOutline:
    return SourceOutline(
        code=code,
        number=number,
        citation=as_paragraphs(source["citation"]),
        address=source["address"],
        reliability=source["reliability"],
        review_by=source["review_by"],
        supports=bilingual(source["supports"]),
    )
