"""An address corrected before its person has joined: links, account and invitation follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agencies.models import Membership
from agencies.scope import networks
from agencies.services import InvitationProblem, attach_person, check_invitation, issue_invitation
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import add_late_joiner
from tests.factories import PARIS, Cast, make_agency, make_cast

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 1, 20, 10, 0, tzinfo=PARIS)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield make_cast(2)


@pytest.fixture
def waiting(cast: Cast) -> Enrolment:
    """Somebody invited at an address with a slip."""
    with networks(cast.network.pk):
        head = attach_person(
            "ane@x.test", "agency_head", name="Anne", agency=make_agency(cast.network, "Brest")
        )
        return add_late_joiner(cast.cohort, head)


def correct(cast: Cast, enrolment: Enrolment, email: str) -> Any:
    client = Client()
    client.force_login(cast.coach.user)
    args = ["rivages", cast.cohort.public_id, enrolment.public_id]
    return client.post(reverse("cohorts:correct_address", args=args), {"email": email})


def now_of(cast: Cast, enrolment: Enrolment) -> Enrolment:
    with networks(cast.network.pk):
        return Enrolment.objects.with_person().get(pk=enrolment.pk)


def test_account_that_never_served_gets_the_right_address_and_an_invitation_is_asked_for(
    cast: Cast, waiting: Enrolment
) -> None:
    accounts = User.objects.count()

    assert correct(cast, waiting, " Anne@X.test").status_code == 302

    row = now_of(cast, waiting)
    assert (row.membership.user.email, row.membership.shown_name) == ("anne@x.test", "Anne")
    assert (row.invited_again_at, row.next_check_at) == (NOW, NOW)
    assert User.objects.count() == accounts


def test_links_to_the_former_address_stop_working(cast: Cast, waiting: Enrolment) -> None:
    with networks(cast.network.pk):
        issue_invitation(waiting.membership)

    correct(cast, waiting, "anne@x.test")

    with networks(cast.network.pk):
        invitation = now_of(cast, waiting).membership.invitations.get()
        with pytest.raises(InvitationProblem, match="revoked"):
            check_invitation(invitation)


def test_address_of_an_account_elsewhere_takes_the_mandate_and_that_account_is_untouched(
    cast: Cast, waiting: Enrolment
) -> None:
    correct(cast, waiting, "outsider@example.com")

    row = now_of(cast, waiting)
    assert row.membership.user_id == cast.outsider.user_id
    assert row.membership.shown_name == "Anne"
    assert User.objects.get(email="ane@x.test")


def test_both_agencies_of_one_person_follow(cast: Cast, waiting: Enrolment) -> None:
    with networks(cast.network.pk):
        attach_person("ane@x.test", "agency_head", agency=make_agency(cast.network, "Morlaix"))

    correct(cast, waiting, "anne@x.test")

    with networks(cast.network.pk):
        assert Membership.objects.filter(user__email="anne@x.test").count() == 2


@pytest.mark.parametrize("email", ["ane@x.test", "head1@example.com", "anne@gmial.com", "anne", ""])
def test_address_that_will_not_do_is_said_and_nothing_changes(
    cast: Cast, waiting: Enrolment, email: str
) -> None:
    response = correct(cast, waiting, email)

    assert response.status_code == 422
    assert now_of(cast, waiting).membership.user.email == "ane@x.test"


def test_who_has_joined_changes_their_address_themselves(cast: Cast) -> None:
    response = correct(cast, cast.enrolment, "autre@x.test")

    assert response.status_code == 302
    assert now_of(cast, cast.enrolment).membership.user.email == "head1@example.com"


def test_second_click_changes_nothing_more(cast: Cast, waiting: Enrolment) -> None:
    correct(cast, waiting, "anne@x.test")

    assert correct(cast, waiting, "anne@x.test").status_code == 422
    assert now_of(cast, waiting).membership.user.email == "anne@x.test"
