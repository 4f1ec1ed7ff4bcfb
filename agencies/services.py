"""Changes to networks, memberships and invitations; each is one transaction in one scope."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections import Counter
from collections.abc import Collection
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import (
    acknowledge_notice,
    confirm_address,
    get_or_create_person,
    name_if_nameless,
)
from agencies.addresses import address_hash
from agencies.brand_samples import SAMPLES
from agencies.models import Agency, BrandValue, Invitation, Membership, Network
from agencies.scope import current_network_id, networks


class InvitationProblem(Exception):
    """An invitation that cannot be used.

    `code` is unknown, used, revoked, moved, ended, closed or expired.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def attach_person(
    email: str,
    role: str,
    *,
    name: str = "",
    agency: Agency | None = None,
    language: str = "",
    employment_status: str = Membership.EmploymentStatus.EMPLOYEE,
    starts_on: dt.date | None = None,
    joined_at: dt.datetime | None = None,
) -> Membership:
    """Open (or find) the membership of an address in the network in scope; idempotent.

    Needs a scope of one network. The name stays in this network until the person joins: a new account
    has neither name nor password. With `joined_at` they have joined already.
    """
    user = get_or_create_person(email, language=language)
    fields: dict[str, Any] = {
        "employment_status": employment_status,
        "starts_on": starts_on or _today_here,  # asked only for a new one
        "joined_at": joined_at,
        "written_name": name.strip(),
    }
    membership, _created = Membership.objects.get_or_create(
        user=user, role=role, agency=agency, ends_on=None, defaults=fields
    )
    if joined_at is not None:
        name_if_nameless(user, membership.written_name)
    return membership


def _today_here() -> dt.date:
    return Network.objects.get(pk=current_network_id()).today()


def end_membership(membership: Membership, on: dt.date | None = None) -> None:
    """Close a membership from that day, by the network's clock: today closes every page at once.

    Its history stays and its invitations stop working.
    """
    membership.ends_on = max(on or membership.network.today(), membership.starts_on)
    membership.save(update_fields=["ends_on"])
    revoke_invitations(membership)


def reopen_membership(membership: Membership) -> None:
    """A mandate that was ended by mistake goes on; links that were revoked stay so."""
    membership.ends_on = None
    membership.save(update_fields=["ends_on"])


def revoke_invitations(membership: Membership) -> None:
    """Links that nobody has followed yet stop working."""
    membership.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )


def token_hash(token: str) -> bytes:
    """What is stored instead of the token."""
    return hashlib.sha256(token.encode()).digest()


def issue_invitation(membership: Membership, created_by: User | None = None) -> str:
    """Store a new invitation and return its token, which exists nowhere else. Needs a scope."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        membership=membership,
        token_hash=token_hash(token),
        address_hash=_address_of(membership),
        created_by=created_by,
        expires_at=timezone.now() + Invitation.LIFETIME,
    )
    return token


def _address_of(membership: Membership) -> str:
    return address_hash(cast(int, membership.network_id), membership.user.email)


def locate_invitation(token: str) -> tuple[int, int]:
    """(network id, invitation id) behind a token, before any network is known; else InvitationProblem."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network_id, id FROM find_invitation(%s)", [token_hash(token)])
        row = cursor.fetchone()
    if row is None:
        raise InvitationProblem("unknown")
    return int(row[0]), int(row[1])


def check_invitation(invitation: Invitation) -> None:
    """Raise InvitationProblem with the reason when the invitation cannot be used, now or any more.

    A mandate that has ended or an account that is closed uses nothing up: reopened, the link works.
    """
    membership = invitation.membership
    if invitation.accepted_at is not None:
        raise InvitationProblem("used")
    if invitation.revoked_at is not None:
        raise InvitationProblem("revoked")
    if invitation.address_hash != _address_of(membership):
        raise InvitationProblem("moved")
    if membership.is_over_on(membership.network.today()):
        raise InvitationProblem("ended")
    if not membership.user.is_active:
        raise InvitationProblem("closed")
    if timezone.now() >= invitation.expires_at:
        raise InvitationProblem("expired")


def accept_invitation(token: str, *, name: str = "", language: str = "", password: str = "") -> User:
    """Use an invitation: the person joins, their address is confirmed, the notice is acknowledged.

    Name, language and password are set only on an account that has never been used. Every other
    open invitation of the membership is revoked: single use. Raises InvitationProblem.
    """
    network_id, invitation_id = locate_invitation(token)
    with networks(network_id):
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("membership__user")
            .get(pk=invitation_id)
        )
        check_invitation(invitation)
        user = invitation.membership.user
        if user.last_login is None:
            _complete_account(user, name=name, language=language, password=password)
        join(invitation.membership)
        join_network(user, network_id)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    return user


def _complete_account(user: User, *, name: str, language: str, password: str) -> None:
    user.name = name.strip() or user.name
    user.language = language or user.language
    if password:
        user.set_password(password)
    user.save()


@transaction.atomic
def join(membership: Membership) -> None:
    """The person has accepted and read the notice: the network's pages open. Needs a scope.

    From now on the network shows the person's own name; who has none takes the one it wrote.
    """
    confirm_address(membership.user)
    acknowledge_notice(membership.user)
    name_if_nameless(membership.user, membership.written_name)
    if membership.joined_at is None:
        membership.joined_at = timezone.now()
        membership.save(update_fields=["joined_at"])
    revoke_invitations(membership)


@transaction.atomic
def join_network(user: User, network_id: int) -> None:
    """Join by every mandate that the person has in this network: whoever runs two agencies enters once.

    Needs the scope of the network.
    """
    # One's own memberships are readable everywhere: only this network's are meant, and writable.
    waiting = Membership.objects.filter(network_id=network_id, user=user, joined_at=None)
    for membership in waiting.running_or_announced(timezone.localdate()):
        membership.user = user
        join(membership)


def create_network(slug: str, name: str, **fields: object) -> Network:
    """Open a network; its first people are attached afterwards inside its scope.

    Its colour is the one that the fewest networks have: a coach tells several apart at a glance.
    """
    used = Counter(Network.objects.values_list("colour", flat=True))
    colour = min(Network.COLOURS, key=lambda each: used[each])
    return change_network(Network(slug=slug, name=name, colour=colour), **fields)


def change_network(network: Network, **fields: object) -> Network:
    """Set and store these fields; raises ValidationError and stores nothing when one is not usable."""
    for field, value in fields.items():
        setattr(network, field, value)
    # An older network keeps what was good enough when it was opened.
    network.full_clean(exclude=_other_fields(fields) if network.pk else None)
    network.save()
    return network


def _other_fields(fields: Collection[str]) -> set[str]:
    return {field.name for field in Network._meta.get_fields()} - set(fields)


# --- brand values ----------------------------------------------------------------------------


class BrandValueProblem(Exception):
    """A change to the brand values that cannot be made; `code` is full or not_empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def add_brand_value(**fields: Any) -> BrandValue:
    """A value at the end of the list in scope. Raises BrandValueProblem("full") beyond seven."""
    _lock_brand_values()
    return _append_brand_value(**fields)


def _lock_brand_values() -> None:
    """One change at a time: places are compared when the transaction ends, too late to choose another."""
    Network.objects.select_for_update(no_key=True).get(pk=current_network_id())


def _append_brand_value(**fields: Any) -> BrandValue:
    taken = set(BrandValue.objects.values_list("place", flat=True))
    first, last = BrandValue.PLACES
    place = max(taken, default=0) + 1
    if place > last:
        place = next((free for free in range(first, last + 1) if free not in taken), 0)
    if not place:
        raise BrandValueProblem("full")
    return BrandValue.objects.create(place=place, **fields)


@transaction.atomic
def preload_brand_values(network: Network) -> list[BrandValue]:
    """The samples of the network's sector, to be rewritten. Raises BrandValueProblem("not_empty")."""
    _lock_brand_values()
    if BrandValue.objects.exists():
        raise BrandValueProblem("not_empty")
    return [_append_brand_value(**sample) for sample in SAMPLES.get(network.sector, ())]


@transaction.atomic
def raise_brand_value(value: BrandValue) -> None:
    """Change places with the value before; the first one stays."""
    _lock_brand_values()
    value.refresh_from_db(fields=["place"])
    before = BrandValue.objects.filter(place__lt=value.place).order_by("-place").first()
    if before is None:
        return
    before.place, value.place = value.place, before.place
    before.save(update_fields=["place"])
    value.save(update_fields=["place"])
