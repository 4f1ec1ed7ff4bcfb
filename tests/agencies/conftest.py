"""What the tests of agencies share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agencies.models import Network
from agencies.scope import networks
from tests.factories import make_network

# What somebody writes on the page of an invitation.
ANSWERS = {"name": "Hélène Moreau", "language": "fr", "way_in": "code", "password": "", "notice": "on"}


@pytest.fixture
def network(db: None) -> Iterator[Network]:
    """A network in scope, without any agency."""
    made = make_network("rivages")
    with networks(made.pk):
        yield made
