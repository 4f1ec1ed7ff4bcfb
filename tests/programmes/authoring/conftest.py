"""A coach of one network, with drafts to write in."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from agencies.scope import networks
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services import open_draft
from tests.factories import make_member, make_network
from tests.programmes import tiny


@pytest.fixture
def author(db: None) -> User:
    """Somebody who coaches."""
    network = make_network("rivages")
    with networks(network.pk):
        return make_member(network, "claire@example.org", "coach").user


@pytest.fixture
def client(author: User) -> Client:
    client = Client()
    client.force_login(author)
    return client


@pytest.fixture
def draft(author: User) -> ProgrammeDraft:
    """A small programme of one lesson, with something of everything."""
    return open_draft(author, document=copy.deepcopy(tiny.DOCUMENT))


@pytest.fixture
def starter_draft(author: User, document: dict[str, Any]) -> ProgrammeDraft:
    """The programme that ships, to be written further."""
    return open_draft(author, document=document)
