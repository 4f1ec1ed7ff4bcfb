"""Verbs on published programmes: freeze a version, install it in a network, read it back as a document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, transaction

from coaching.programmes.difference import compare
from coaching.programmes.examination import examine
from coaching.programmes.models import NetworkProgramme, Programme, ProgrammeVersion
from coaching.programmes.package import read_folder
from coaching.programmes.problems import Places, Problem, Reason, has_errors
from coaching.programmes.render import render_document
from coaching.programmes.schema import Document, ProgrammeDocument, canonical_document
from coaching.programmes.schema.document import document_checksum
from coaching.programmes.translation import Stale
from coaching.programmes.wording import problem_text

if TYPE_CHECKING:
    from accounts.models import User
    from agencies.models import Network

STARTER_FOLDER = Path(__file__).parent.parent / "starter" / "presence-et-valeurs"


class PublicationRefused(Exception):
    """The document cannot be published; `problems` says why, one fault each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """The problems in the active language."""
        return "\n".join(map(problem_text, self.problems))


def publish(
    package_document: Document,
    *,
    published_by: User | None = None,
    allow_unwritten: bool = False,
    only_own: bool = False,
    what_changed: str = "",
    stale: Stale | None = None,
) -> ProgrammeVersion:
    """Freezes a document as a version of its programme and returns it.

    With `only_own` the programme under this key must be the publisher's own, or new.

    The same content twice gives the same version. Another content under a published version label
    is refused, as are errors of the format and, unless `allow_unwritten`, modules still to write
    (format.md, choice 9): they are shown as announced and count no minutes. Raises
    PublicationRefused. Needs no scope.
    """
    programme = _checked(package_document, allow_unwritten=allow_unwritten)
    document = canonical_document(programme)
    checksum = document_checksum(document)
    with transaction.atomic():
        _wait_for_turn(programme.key)
        shelf, _ = Programme.objects.get_or_create(slug=programme.key, defaults={"owner": published_by})
        if only_own and (published_by is None or shelf.owner_id != published_by.pk):
            raise PublicationRefused([_refused("key", Reason.PROGRAMME_KEY_TAKEN, key=programme.key)])
        published = ProgrammeVersion.objects.light().filter(checksum=checksum).first()
        if published is not None:
            return published
        if shelf.versions.filter(label=programme.version).exists():
            raise PublicationRefused([_refused("version", Reason.VERSION_TAKEN, version=programme.version)])
        before = shelf.versions.newest_first().values_list("document", flat=True).first()
        return ProgrammeVersion.objects.create(
            programme=shelf,
            label=programme.version,
            checksum=checksum,
            title_fr=programme.title.fr,
            title_en=programme.title.en,
            document=document,
            rendered=render_document(document),
            published_by=published_by,
            what_changed=what_changed,
            stale=stale or {},
            changes=dict(compare(before, document).counts) if before else {},
        )


def publish_starter(*, published_by: User | None = None) -> ProgrammeVersion:
    """Publishes the programme that ships with the product; idempotent."""
    package = read_folder(STARTER_FOLDER)
    if package.errors or package.document is None:
        raise PublicationRefused(package.errors)
    return publish(package.document, published_by=published_by)


def install(network: Network, version: ProgrammeVersion) -> NetworkProgramme:
    """Lets this network open cohorts on this version; idempotent. Needs the scope of the network."""
    installed, _ = NetworkProgramme.objects.get_or_create(network=network, version=version)
    return installed


def document_of(version: ProgrammeVersion) -> Document:
    """The published document, its keys in the order of the format (the database keeps no order)."""
    return canonical_document(ProgrammeDocument.model_validate(version.document))


def _checked(document: Document, *, allow_unwritten: bool) -> ProgrammeDocument:
    places = Places("programme.json")
    programme, findings = examine(document, places)
    problems = [places.problem(document, finding) for finding in findings]
    if programme is None or has_errors(problems):
        raise PublicationRefused([problem for problem in problems if problem.is_error])
    if programme.to_write and not allow_unwritten:
        names = ", ".join(programme.to_write)
        raise PublicationRefused([_refused("to_write", Reason.STILL_TO_WRITE, modules=names)])
    return programme


def _wait_for_turn(key: str) -> None:
    """Two people publishing the same programme at once take turns, until the transaction ends."""
    lock = int.from_bytes(hashlib.sha256(f"publish {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def _refused(part: str, reason: Reason, **params: object) -> Problem:
    return Problem("programme.yaml", 1, part, reason, params)
