"""A coach who writes programmes, and packages to upload; needs a database."""

from __future__ import annotations

import copy
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from agencies.models import Network
from agencies.scope import networks
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.package import PackageFiles, files_of_document
from coaching.programmes.services import publish
from tests.factories import make_member, make_network
from tests.programmes.tiny import DOCUMENT

Document = dict[str, Any]


def a_coach(slug: str = "rivages", email: str = "auteur@example.com") -> tuple[Client, User, Network]:
    """Signed in, coach of one network."""
    network = make_network(slug)
    with networks(network.pk):
        member = make_member(network, email, "coach")
    assert member.user is not None
    client = Client()
    client.force_login(member.user)
    return client, member.user, network


def document(key: str = "parcours", version: str = "1.0", **changes: Any) -> Document:
    """The tiny programme, all written, under this key and version."""
    found = copy.deepcopy(DOCUMENT) | {"key": key, "version": version}
    found.pop("to_write")
    found["weeks"].pop()
    return found | changes


def a_version(
    owner: User | None, key: str = "parcours", version: str = "1.0", **changes: Any
) -> ProgrammeVersion:
    return publish(document(key, version, **changes), published_by=owner)


def zipped(files: PackageFiles | Document) -> bytes:
    """These files as a ZIP; a document as the files of its package."""
    if "format" in files:
        files = files_of_document(files)  # type: ignore[arg-type]
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def upload(client: Client, content: bytes, name: str = "paquet.zip") -> Any:
    return client.post("/programmes/import/", {"file": SimpleUploadedFile(name, content)})
