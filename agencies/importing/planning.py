"""Compare a checked file with the network's rows: what would be created, changed, left alone, refused.

Two queries, whatever the size. Nothing here looks at an account that the network does not know
already, so a plan never tells whether an address has one elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from agencies.importing.columns import Column, Columns, Ignored, fold, recognise
from agencies.importing.parsing import Entry, parse, same_name
from agencies.importing.problems import FileRefusal, Notice, Reason, Refusal, Remark
from agencies.importing.reading import Row, Table, read_table
from agencies.models import Agency, Membership, Network
from agencies.places import overseas_time_zone, subdivision_for_postal_code

_AGENCY_OF = re.compile(r"^agence\s*(?:de la |de l[’']|des |de |du |d[’'])?\s*", re.IGNORECASE)


class Outcome(StrEnum):
    """What a line comes to."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class HeadAction(StrEnum):
    """What happens to the head of the agency."""

    NONE = "none"
    OPEN = "open"  # a first head, or an interim beside the head
    REPLACE = "replace"  # the former head had joined: their mandate ends, another one begins
    CORRECT = "correct"  # nobody had joined yet: the address of the same mandate changes
    UPDATE = "update"  # the same person: status, interim or the name before they join


@dataclass(frozen=True)
class Change:
    """One field before and after; None before means that there was nothing."""

    field: str
    old: object
    new: object


@dataclass(frozen=True)
class Item:
    """One line that can be imported, and what it will do."""

    entry: Entry
    outcome: Outcome
    agency_id: int | None = None
    agency_changes: tuple[Change, ...] = ()
    head: HeadAction = HeadAction.NONE
    head_changes: tuple[Change, ...] = ()
    membership_id: int | None = None

    @property
    def line(self) -> int:
        return self.entry.line

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.agency_changes, *self.head_changes)


@dataclass(frozen=True)
class Plan:
    """The whole dry run of one file against one network."""

    table: Table
    columns: Columns
    items: tuple[Item, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
    ignored: tuple[Ignored, ...] = field(default=())

    @cached_property
    def refused_lines(self) -> int:
        return len({refusal.line for refusal in self.refusals})

    def count(self, outcome: Outcome) -> int:
        return sum(1 for item in self.items if item.outcome is outcome)

    @property
    def has_work(self) -> bool:
        return any(item.outcome is not Outcome.UNCHANGED for item in self.items)

    @cached_property
    def token(self) -> str:
        """Changes as soon as the file, the accepted corrections or the network's rows lead elsewhere."""
        facts = repr((self.items, self.refusals))
        return hashlib.sha256(facts.encode()).hexdigest()


@dataclass
class World:
    """The network's agencies and the heads in place today or announced, by the ways a file names them."""

    by_code: dict[str, Agency]
    by_name: dict[str, list[Agency]]
    by_sound: dict[str, list[Agency]]
    heads: dict[int, list[Membership]]

    @classmethod
    def load(cls, network: Network, today: dt.date) -> World:
        agencies = list(Agency.objects.filter(network=network).order_by("id"))
        heads: dict[int, list[Membership]] = defaultdict(list)
        current = Membership.objects.filter(network=network).heads().running_or_announced(today)
        for membership in current.select_related("user").order_by("id"):
            heads[membership.agency_id or 0].append(membership)
        world = cls({}, defaultdict(list), defaultdict(list), heads)
        for agency in agencies:
            world.by_code[agency.code.casefold()] = agency
            world.by_name[fold(agency.name)].append(agency)
            world.by_sound[_sound(agency.name)].append(agency)
        return world


def make_plan(
    network: Network,
    content: bytes,
    filename: str,
    today: dt.date,
    accepted: Mapping[str, str] | None = None,
) -> Plan | FileRefusal:
    """The dry run. Needs the scope of the network; reads, never writes.

    `accepted` are the corrections the person ticked, {"7:email": "a@b.test"}.
    """
    table = read_table(content, filename)
    if isinstance(table, FileRefusal):
        return table
    columns = recognise(table)
    if isinstance(columns, FileRefusal):
        return columns
    world = World.load(network, today)
    if table.is_list:
        columns = with_known_agencies(columns, world)
    parsed = parse(columns, accepted, network.country)
    planner = Planner(world, network, today)
    for entry in parsed.entries:
        planner.take(entry)
    refusals = sorted(
        [*map(planner.suggest_code, parsed.refusals), *planner.refusals], key=lambda refusal: refusal.line
    )
    notices = [*parsed.notices, *planner.notices, *planner.absent(parsed.refusals)]
    return Plan(table, columns, tuple(planner.items), tuple(refusals), tuple(notices), columns.ignored)


def with_known_agencies(columns: Columns, world: World) -> Columns:
    """A pasted list, with what the network knows: a head named alone has an agency, « Agence de X » is X."""
    places = {key: columns.positions.get(key) for key in (Column.HEAD, Column.EMAIL, Column.AGENCY)}
    head, email, agency = places.values()
    if head is None or email is None or agency is None or Column.CODE in columns.positions:
        return columns
    of_head: dict[str, set[str]] = defaultdict(set)
    named = {each.pk: each.name for each in world.by_code.values()}
    for agency_id, heads in world.heads.items():
        for each in heads:
            of_head[each.user.email.lower()].add(named.get(agency_id, ""))

    def completed(row: Row) -> Row:
        cells = [*row.cells, *[""] * (columns.width - len(row.cells))]
        name, written = cells[head], cells[agency]
        if not written and fold(name) in world.by_name:
            cells[head], cells[agency] = "", name
        elif fold(written) not in world.by_name and fold(name) in world.by_name:
            cells[head], cells[agency] = written, name
        elif (
            fold(written) not in world.by_name and fold(bare := _AGENCY_OF.sub("", written)) in world.by_name
        ):
            cells[agency] = bare
        known = of_head.get(cells[email].lower(), set())
        if not cells[agency] and len(known) == 1:
            cells[agency] = next(iter(known))
        return Row(row.line, tuple(cells))

    return replace(columns, rows=tuple(completed(row) for row in columns.rows))


class Planner:
    """Takes entries one by one and keeps what each comes to."""

    def __init__(self, world: World, network: Network, today: dt.date) -> None:
        self.world, self.network, self.today = world, network, today
        self.items: list[Item] = []
        self.refusals: list[Refusal] = []
        self.notices: list[Notice] = []
        self.seen: dict[int, int] = {}  # agency -> its line

    def take(self, entry: Entry) -> None:
        found = self._find(entry)
        refusal = found if isinstance(found, Refusal) else self._refuse(entry, found)
        if refusal:
            self.refusals.append(refusal)
        elif isinstance(found, Agency):
            self._compare(entry, found)
        else:
            self._create(entry)

    def _find(self, entry: Entry) -> Agency | Refusal | None:
        """By code; without codes by name, then by the code that Cairn derived from a former name."""
        if entry.has_own_code:
            return self.world.by_code.get(entry.code.casefold())
        named = self.world.by_name.get(fold(entry.agency), [])
        if len(named) == 1:
            return named[0]
        if named:
            return _refused(entry, Column.AGENCY, entry.agency, Reason.AGENCY_AMBIGUOUS)
        if derived := self.world.by_code.get(entry.code.casefold()):
            return derived
        alike = self.world.by_sound.get(_sound(entry.agency), [])
        if alike:
            suggestion = alike[0].name if len(alike) == 1 else ""
            return _refused(entry, Column.AGENCY, entry.agency, Reason.AGENCY_AMBIGUOUS, suggestion)
        return None

    def _refuse(self, entry: Entry, agency: Agency | None) -> Refusal | None:
        if agency is None:
            return None
        if agency.pk in self.seen:
            reason = Reason.CODE_TWICE if entry.has_own_code else Reason.AGENCY_TWICE
            return _refused(entry, Column.AGENCY, entry.agency, reason, line=self.seen[agency.pk])
        self.seen[agency.pk] = entry.line
        if agency.closed_on and agency.closed_on <= self.today:
            return _refused(entry, Column.AGENCY, entry.agency, Reason.AGENCY_CLOSED, day=agency.closed_on)
        if entry.email and self._target(entry, self.world.heads.get(agency.pk, [])) is _SEVERAL:
            return _refused(entry, Column.EMAIL, entry.email, Reason.SEVERAL_HEADS)
        return None

    def _create(self, entry: Entry) -> None:
        known = self.world.by_name.get(fold(entry.agency), [])
        if known:
            params: dict[str, object] = {"agency": known[0].name, "code": known[0].code}
            self.notices.append(Notice(Remark.SAME_NAME, entry.line, params))
        if not entry.email:
            self.notices.append(Notice(Remark.NO_HEAD, entry.line, {"agency": entry.agency}))
        head = HeadAction.OPEN if entry.email else HeadAction.NONE
        self.items.append(Item(entry, Outcome.CREATED, head=head))

    def _compare(self, entry: Entry, agency: Agency) -> None:
        changes = tuple(_agency_changes(entry, self.network, agency))
        action, membership, head_changes = self._compare_head(entry, agency)
        if membership and is_other_person(entry, action, head_changes):
            params: dict[str, object] = {
                "agency": agency.name,
                "former": membership.known_name or membership.user.email,
                "new": entry.name or entry.email,
            }
            # Before remarks of less weight.
            self.notices.insert(0, Notice(Remark.NEW_HEAD, entry.line, params))
        moved = bool(changes) or action is not HeadAction.NONE
        self.items.append(
            Item(
                entry,
                Outcome.CHANGED if moved else Outcome.UNCHANGED,
                agency.pk,
                changes,
                action,
                head_changes,
                membership.pk if membership else None,
            )
        )

    def _compare_head(
        self, entry: Entry, agency: Agency
    ) -> tuple[HeadAction, Membership | None, tuple[Change, ...]]:
        if not entry.email:
            return HeadAction.NONE, None, ()
        target = self._target(entry, self.world.heads.get(agency.pk, []))
        if not isinstance(target, Membership):
            return HeadAction.OPEN, None, (Change("head", None, describe(entry.name, entry.email)),)
        if target.user.email.lower() == entry.email:
            self._remark_name(entry, target)
            changes = tuple(_head_changes(entry, target))
            return (HeadAction.UPDATE if changes else HeadAction.NONE), target, changes
        if target.joined_at is None:
            email = Change("email", target.user.email, entry.email)
            return HeadAction.CORRECT, target, (email, *_head_changes(entry, target))
        old = describe(target.known_name, target.user.email)
        return HeadAction.REPLACE, target, (Change("head", old, describe(entry.name, entry.email)),)

    def _target(self, entry: Entry, heads: Iterable[Membership]) -> Membership | object | None:
        """The mandate that the line is about: the same person's, else the only one it can replace."""
        heads = list(heads)
        for head in heads:
            if head.user.email.lower() == entry.email:
                return head
        rivals = [head for head in heads if head.is_interim] if entry.is_interim else heads
        if len(rivals) > 1:
            rivals = [head for head in rivals if not head.is_interim] or rivals
        if len(rivals) > 1:
            return _SEVERAL
        return rivals[0] if rivals else None

    def _remark_name(self, entry: Entry, head: Membership) -> None:
        """A person who has joined owns their name; before that, the network writes its own."""
        if head.joined_at and entry.name and head.user.name and not same_name(entry.name, head.user.name):
            params: dict[str, object] = {"written": entry.name, "kept": head.user.name}
            self.notices.append(Notice(Remark.NAME_KEPT, entry.line, params))

    def suggest_code(self, refusal: Refusal) -> Refusal:
        """A missing code that can be read off the network's own agencies."""
        if refusal.column != Column.CODE or refusal.reason is not Reason.REQUIRED:
            return refusal
        named = self.world.by_name.get(fold(refusal.who.rpartition(", ")[2]), [])
        return replace(refusal, suggestion=named[0].code) if len(named) == 1 else refusal

    def absent(self, refused: Iterable[Refusal]) -> list[Notice]:
        """Agencies that the file does not name stay as they are; not said when refused lines may be them."""
        missing = len(self.world.by_code) - len(self.seen)
        if not missing or list(refused):
            return []
        return [Notice(Remark.ABSENT_AGENCIES, params={"count": missing})]


_SEVERAL = object()


def is_other_person(entry: Entry, action: HeadAction, changes: Iterable[Change]) -> bool:
    """Whether somebody else takes the place; another address of the same name is a correction."""
    former = next((str(change.old or "") for change in changes if change.field == "written_name"), "")
    renamed = bool(former) and not _may_be_the_same(former, entry.name)
    return action is HeadAction.REPLACE or (action is HeadAction.CORRECT and renamed)


def _may_be_the_same(one: str, other: str) -> bool:
    """Whether each word of the shorter name begins one of the other's, or the reverse: « Yan Le Goff » and
    « Yann ». A first name in common is not enough."""
    fewer, more = sorted((fold(one).split(), fold(other).split()), key=len)
    return bool(fewer) and all(any(a.startswith(b) or b.startswith(a) for b in more) for a in fewer)


def describe(name: str, email: str) -> str:
    """A head in one line: « Anne Kerbrat, anne@rivages.example »."""
    return f"{name}, {email}" if name else email


def _sound(name: str) -> str:
    """What is left of a name when « St » is « Saint » and hyphens and doubled letters do not count."""
    words = ["saint" if word in ("st", "ste", "sainte") else word for word in fold(name).split()]
    return re.sub(r"([a-z])\1+", r"\1", "".join(words))


def _refused(
    entry: Entry, column: Column, value: str, reason: Reason, suggestion: str = "", **params: object
) -> Refusal:
    who = ", ".join(word for word in (entry.name, entry.agency) if word)
    return Refusal(entry.line, column, value, reason, suggestion, who, params)


def agency_values(entry: Entry, network: Network, agency: Agency | None = None) -> dict[str, object]:
    """What the file says about the agency, without what it leaves out; `agency` is the one it changes."""
    values: dict[str, object] = {
        "name": entry.agency,
        "city": entry.city,
        "postal_code": entry.postal_code,
        "open_days": list(entry.open_days) if entry.open_days else None,
        **_place_values(entry, network, agency),
        "opened_on": entry.opened_on,
    }
    return {name: value for name, value in values.items() if value is not None}


def _place_values(entry: Entry, network: Network, agency: Agency | None) -> dict[str, object]:
    """Clock and local holidays: what a French postal code decides where the file says nothing.

    The clock follows a move to or from overseas only, so that one chosen by an earlier file stays.
    """
    if network.country != "FR" or entry.postal_code is None:
        return {"time_zone": entry.time_zone}
    zone: str | None = entry.time_zone
    overseas = overseas_time_zone(entry.postal_code)
    if zone is None and overseas != (overseas_time_zone(agency.postal_code) if agency else ""):
        zone = overseas or network.time_zone
    return {"time_zone": zone, "holiday_subdivision": subdivision_for_postal_code(entry.postal_code)}


def head_values(entry: Entry) -> dict[str, object]:
    """What the file says about the mandate, without what it leaves out."""
    values: dict[str, object] = {"employment_status": entry.status, "is_interim": entry.is_interim}
    return {name: value for name, value in values.items() if value is not None}


def _agency_changes(entry: Entry, network: Network, agency: Agency) -> Iterable[Change]:
    for name, new in agency_values(entry, network, agency).items():
        old = getattr(agency, name)
        if name == "name" and not entry.has_own_code and fold(str(old)) == fold(entry.agency):
            continue  # the name was the key: its spelling in the network stands
        if (sorted(old) if isinstance(old, list) else old) != new:
            yield Change(name, old or None, new)


def name_values(entry: Entry, membership: Membership) -> dict[str, object]:
    """The name as this network writes it, which stands until the person joins."""
    return {"written_name": entry.name} if entry.name and membership.joined_at is None else {}


def _head_changes(entry: Entry, membership: Membership) -> Iterable[Change]:
    for name, new in (name_values(entry, membership) | head_values(entry)).items():
        old = getattr(membership, name)
        if old != new:
            yield Change(name, None if old == "" else old, new)
