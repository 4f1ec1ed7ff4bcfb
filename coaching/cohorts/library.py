"""The programmes of a coach over their networks: versions, drafts, where each is installed and runs.

Counts of cohorts are of those the coach is assigned to: another coach's do not exist here either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.models import User
from agencies.models import Membership, Network
from coaching.cohorts.models import Cohort
from coaching.programmes.access import programmes_for
from coaching.programmes.models import NetworkProgramme, Programme, ProgrammeDraft, ProgrammeVersion


@dataclass(frozen=True)
class NetworkUse:
    """A version in one network: the cohorts of the coach there that run on it, or are being prepared."""

    network: Network
    running: int = 0
    in_preparation: int = 0
    over: int = 0


@dataclass(frozen=True)
class VersionRow:
    """A version, the one before it, and the networks that may use it."""

    version: ProgrammeVersion
    before: ProgrammeVersion | None
    uses: tuple[NetworkUse, ...]
    elsewhere: tuple[Network, ...]  # of one's own, where it can still be installed

    @property
    def running(self) -> int:
        return sum(use.running for use in self.uses)


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme, its versions newest first, its draft, and what its origin has published since."""

    programme: Programme
    is_own: bool
    versions: tuple[VersionRow, ...]
    draft: ProgrammeDraft | None = None
    news_of_origin: ProgrammeVersion | None = None

    @property
    def newest(self) -> VersionRow | None:
        return self.versions[0] if self.versions else None

    @property
    def networks(self) -> list[Network]:
        """Where any version of it is installed."""
        found = {use.network.pk: use.network for row in self.versions for use in row.uses}
        return sorted(found.values(), key=lambda network: network.name)

    @property
    def running(self) -> int:
        return sum(row.running for row in self.versions)


@dataclass(frozen=True)
class Library:
    """Everything a coach may read; `drafts` are those of programmes never published."""

    own: tuple[ProgrammeRow, ...]
    house: tuple[ProgrammeRow, ...]
    drafts: tuple[ProgrammeDraft, ...]


@dataclass
class _Uses:
    """Where versions are installed, and the coach's cohorts on them."""

    networks: dict[int, Network]
    installed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    cohorts: Counter[tuple[int, int, str]] = field(default_factory=Counter)

    def of(self, version: ProgrammeVersion) -> tuple[NetworkUse, ...]:
        found = self.installed.get(version.pk, set())
        uses = (self._use(version.pk, network) for network in self.networks.values() if network.pk in found)
        return tuple(sorted(uses, key=lambda use: use.network.name))

    def elsewhere(self, version: ProgrammeVersion) -> tuple[Network, ...]:
        found = self.installed.get(version.pk, set())
        rest = (network for network in self.networks.values() if network.pk not in found)
        return tuple(sorted(rest, key=lambda network: network.name))

    def _use(self, version_id: int, network: Network) -> NetworkUse:
        counts = {status: self.cohorts[version_id, network.pk, status] for status in Cohort.Status.values}
        return NetworkUse(
            network,
            running=counts[Cohort.Status.RUNNING],
            in_preparation=counts[Cohort.Status.DRAFT],
            over=counts[Cohort.Status.ENDED] + counts[Cohort.Status.ARCHIVED],
        )


def load_library(user: User, memberships: Sequence[Membership]) -> Library:
    """The whole library; needs a scope of all networks that these memberships coach, to read."""
    programmes = list(programmes_for(user, memberships).with_origin().order_by("slug"))
    drafts = list(ProgrammeDraft.objects.owned_by(user).light().with_titles().recent_first())
    rows = _rows(user, programmes, drafts, _uses(memberships))
    return Library(
        own=tuple(row for row in rows if row.is_own),
        house=tuple(row for row in rows if not row.is_own and row.versions),
        drafts=tuple(draft for draft in drafts if draft.programme_id is None),
    )


def load_programme(user: User, memberships: Sequence[Membership], programme: Programme) -> ProgrammeRow:
    """One programme of the library; needs the same scope."""
    drafts = list(ProgrammeDraft.objects.owned_by(user).filter(programme=programme).light())
    [row] = _rows(user, [programme], drafts, _uses(memberships))
    return row


def _rows(
    user: User, programmes: Sequence[Programme], drafts: Iterable[ProgrammeDraft], uses: _Uses
) -> list[ProgrammeRow]:
    wanted = {programme.pk for programme in programmes}
    origins = {each.origin_version.programme_id for each in programmes if each.origin_version}
    versions = ProgrammeVersion.objects.filter(programme__in=wanted | origins).light().with_minutes()
    by_programme: dict[int, list[ProgrammeVersion]] = defaultdict(list)
    for version in versions.select_related("programme").newest_first():
        by_programme[version.programme_id].append(version)
    by_draft = {draft.programme_id: draft for draft in drafts}
    return [
        ProgrammeRow(
            programme,
            programme.owner_id == user.pk,
            tuple(_version_rows(by_programme[programme.pk], uses)),
            by_draft.get(programme.pk),
            _news(user, programme, by_programme),
        )
        for programme in programmes
    ]


def _version_rows(versions: Sequence[ProgrammeVersion], uses: _Uses) -> Iterable[VersionRow]:
    for version, before in zip(versions, [*versions[1:], None], strict=False):
        yield VersionRow(version, before, uses.of(version), uses.elsewhere(version))


def _news(
    user: User, programme: Programme, versions: dict[int, list[ProgrammeVersion]]
) -> ProgrammeVersion | None:
    """What the origin has published after the version that was taken up last; for the owner alone."""
    origin = programme.origin_version
    if origin is None or programme.owner_id != user.pk or origin.programme.owner_id not in (None, user.pk):
        return None
    newest = versions[origin.programme_id][0]
    return newest if newest.pk != origin.pk and newest.published_at > origin.published_at else None


def _uses(memberships: Sequence[Membership]) -> _Uses:
    coaching = [membership for membership in memberships if membership.is_coach]
    uses = _Uses({membership.network.pk: membership.network for membership in coaching})
    rows = NetworkProgramme.objects.filter(network__in=uses.networks)
    for version_id, network_id in rows.values_list("version_id", "network_id"):
        uses.installed[version_id].add(network_id)
    cohorts = Cohort.objects.filter(coaches__membership__in=coaching)
    for row in cohorts.values_list("programme_version_id", "network_id", "status"):
        uses.cohorts[row] += 1
    return uses
