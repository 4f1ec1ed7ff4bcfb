"""Carry out a plan: all of it or nothing, in bulk, and only if the network is still as the dry run saw it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from agencies.importing.parsing import Entry
from agencies.importing.planning import (
    HeadAction,
    Item,
    Outcome,
    Plan,
    agency_values,
    head_values,
    make_plan,
    name_values,
)
from agencies.importing.problems import FileRefusal
from agencies.models import Agency, Invitation, Membership, Network

BATCH = 500


class NotApplied(StrEnum):
    """Why nothing was written."""

    STALE = "stale"  # the network has changed since the dry run
    REFUSED = "refused"  # some lines are refused and nobody said to leave them aside
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Applied:
    """How many lines came to what."""

    created: int
    changed: int
    unchanged: int
    refused: int


def apply_file(
    network: Network,
    content: bytes,
    filename: str,
    today: dt.date,
    *,
    token: str,
    accepted: Mapping[str, str] | None = None,
    leave_refused: bool = False,
) -> Applied | NotApplied:
    """Plan again inside the transaction and write, if the plan is the one that was shown (`token`).

    Needs the scope of the network. Refused lines stop everything unless `leave_refused`. No
    invitation leaves: opening a cohort sends them. Applying the same file again changes nothing.
    """
    try:
        with transaction.atomic():
            Network.objects.select_for_update(no_key=True).get(pk=network.pk)  # one import at a time
            plan = make_plan(network, content, filename, today, accepted)
            refusal = _objection(plan, token, leave_refused)
            if refusal or isinstance(plan, FileRefusal):
                return refusal or NotApplied.UNREADABLE
            write(plan, network, today)
    except IntegrityError:  # somebody opened the same agency or mandate by another way meanwhile
        return NotApplied.STALE
    return summary(plan)


def _objection(plan: Plan | FileRefusal, token: str, leave_refused: bool) -> NotApplied | None:
    if isinstance(plan, FileRefusal):
        return NotApplied.UNREADABLE
    if plan.token != token:
        return NotApplied.STALE
    if plan.refusals and not leave_refused:
        return NotApplied.REFUSED
    return None


def summary(plan: Plan) -> Applied:
    return Applied(
        created=plan.count(Outcome.CREATED),
        changed=plan.count(Outcome.CHANGED),
        unchanged=plan.count(Outcome.UNCHANGED),
        refused=plan.refused_lines,
    )


def write(plan: Plan, network: Network, today: dt.date) -> None:
    """Agencies, then accounts, then mandates. Needs a transaction and the scope of the network."""
    agencies = _write_agencies(plan.items, network)
    corrected = [item for item in plan.items if item.head is HeadAction.CORRECT]
    opening = [item for item in plan.items if item.head in (HeadAction.OPEN, HeadAction.REPLACE)]
    _mend_unused_accounts(corrected, network)
    people = _accounts([*opening, *corrected], network)
    _end_mandates([item for item in plan.items if item.head is HeadAction.REPLACE], today)
    joined = _joined(people.values(), network, today)
    _update_mandates([item for item in plan.items if item.head is HeadAction.UPDATE], {}, {})
    _update_mandates(corrected, people, joined)
    _revoke_invitations([item.membership_id for item in corrected])
    names = {item.entry.email: item.entry.name for item in opening if item.entry.name}
    Membership.objects.bulk_create(
        [
            Membership(
                network=network,
                user_id=people[item.entry.email],
                role=Membership.Role.AGENCY_HEAD,
                agency_id=item.agency_id or agencies[item.entry.code],
                starts_on=today,
                joined_at=joined.get(people[item.entry.email]),
                written_name=item.entry.name or names.get(item.entry.email, ""),
                **head_values(item.entry),
            )
            for item in opening
        ],
        batch_size=BATCH,
    )


def correct_address(mandates: Iterable[Membership], email: str, network: Network, today: dt.date) -> None:
    """Give these mandates of one person, who has not joined, another address, as an import would.

    `email` is in lower case. An account that never served is mended, else the mandates move to the account of
    the right address; links of before stop working. Raises IntegrityError when that account has one of these
    mandates already. Needs a transaction and the scope of the network.
    """
    entry = Entry(line=0, code="", agency="", email=email)
    items = [
        Item(entry, Outcome.CHANGED, head=HeadAction.CORRECT, membership_id=mandate.pk)
        for mandate in mandates
    ]
    _mend_unused_accounts(items, network)
    people = _accounts(items, network)
    _update_mandates(items, people, _joined(people.values(), network, today))
    _revoke_invitations([item.membership_id for item in items])


def _joined(user_ids: Iterable[int], network: Network, today: dt.date) -> dict[int, dt.datetime | None]:
    """Account id -> since when they are in this network: who has read its notice is not asked again."""
    here = Membership.objects.filter(
        network=network, user_id__in=list(user_ids), joined_at__isnull=False
    ).running_or_announced(today)
    return dict(here.values_list("user_id", "joined_at"))


def _write_agencies(items: Iterable[Item], network: Network) -> dict[str, int]:
    """Store new agencies and changed fields; the keys of the new ones by code."""
    new = [
        Agency(
            network=network,
            code=item.entry.code,
            **{"time_zone": network.time_zone, **agency_values(item.entry, network)},
        )
        for item in items
        if item.outcome is Outcome.CREATED
    ]
    Agency.objects.bulk_create(new, batch_size=BATCH)
    by_fields: dict[tuple[str, ...], list[Agency]] = {}
    for item in items:
        if item.agency_changes:
            names = tuple(sorted(change.field for change in item.agency_changes))
            values = {change.field: change.new for change in item.agency_changes}
            by_fields.setdefault(names, []).append(Agency(pk=item.agency_id, network=network, **values))
    for names, rows in by_fields.items():
        Agency.objects.bulk_update(rows, names, batch_size=BATCH)
    return {agency.code: agency.pk for agency in new}


def _accounts(items: Iterable[Item], network: Network) -> dict[str, int]:
    """The account of each address, created where there is none; those that exist stay untouched."""
    wanted: dict[str, Item] = {}
    for item in items:
        wanted.setdefault(item.entry.email, item)
    found = _find_accounts(wanted)
    missing = [item for email, item in wanted.items() if email not in found]
    if missing:
        accounts = [_new_account(item, network) for item in missing]
        User.objects.bulk_create(accounts, batch_size=BATCH, ignore_conflicts=True)
        found |= _find_accounts({item.entry.email for item in missing})
    return found


def _new_account(item: Item, network: Network) -> User:
    """Without a name: what a network writes stays in that network until the person joins."""
    entry = item.entry
    return User(
        email=entry.email,
        language=entry.language or "",
        time_zone=str(agency_values(entry, network).get("time_zone", network.time_zone)),
        password=make_password(None),
    )


def _find_accounts(emails: Iterable[str]) -> dict[str, int]:
    rows = User.objects.annotate(address=Lower("email")).filter(address__in=list(emails))
    return dict(rows.values_list("address", "pk"))


def _mend_unused_accounts(items: list[Item], network: Network) -> None:
    """Give a mistyped account its right address, when nobody has ever used it anywhere.

    It must have no other mandate here or elsewhere, never have signed in, carry no right on the platform,
    and the right address must be free. In any other case the mandate moves to the right person's account.
    """
    if not items:
        return
    by_mandate = {cast(int, item.membership_id): item for item in items}
    taken = _find_accounts({item.entry.email for item in items})
    mended = []
    for account, mandates in _unused_accounts(list(by_mandate), network):
        entry = by_mandate[mandates[0]].entry
        addresses = {by_mandate[mandate].entry.email for mandate in mandates}
        if len(addresses) > 1 or entry.email in taken:
            continue
        taken[entry.email] = account.pk
        account.email = entry.email
        account.language = entry.language or account.language
        mended.append(account)
    EmailAddress.objects.filter(user__in=mended).delete()  # the wrong mailbox must not open the account
    User.objects.bulk_update(mended, ["email", "language"], batch_size=BATCH)


def _unused_accounts(mandates: list[int], network: Network) -> list[tuple[User, list[int]]]:
    """Accounts that never served, each with all of its mandates, which are among the given ones."""
    rows = Membership.objects.filter(
        pk__in=mandates, joined_at=None, user__last_login=None, user__is_staff=False, user__is_superuser=False
    )
    accounts: dict[int, tuple[User, list[int]]] = {}
    for row in rows.select_related("user").order_by("pk"):
        accounts.setdefault(row.user_id, (row.user, []))[1].append(row.pk)
    here = Membership.objects.filter(network=network, user_id__in=accounts).values_list("user_id")
    total = dict(here.annotate(n=Count("pk")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM accounts_used_elsewhere(%s, %s)", [list(accounts), network.pk])
        elsewhere = {row[0] for row in cursor.fetchall()}
    return [
        (user, mine)
        for user, mine in accounts.values()
        if user.pk not in elsewhere and total[user.pk] == len(mine)
    ]


def _end_mandates(items: Iterable[Item], today: dt.date) -> None:
    """The former heads' mandates end today (or the day they would have begun); invitations stop working."""
    former = list(Membership.objects.filter(pk__in=[item.membership_id for item in items]))
    for membership in former:
        membership.ends_on = max(today, membership.starts_on)
    Membership.objects.bulk_update(former, ["ends_on"], batch_size=BATCH)
    _revoke_invitations([membership.pk for membership in former])


def _update_mandates(
    items: Iterable[Item], people: Mapping[str, int], joined: Mapping[int, dt.datetime | None]
) -> None:
    """Name, status, interim, and for corrected addresses the person; only the rows that differ, in bulk."""
    entries = {cast(int, item.membership_id): item.entry for item in items}
    moved = []
    for row in Membership.objects.filter(pk__in=list(entries)):
        entry = entries[row.pk]
        user_id = people.get(entry.email, row.user_id)
        values = name_values(entry, row) | head_values(entry)
        values |= {"user_id": user_id, "joined_at": row.joined_at or joined.get(user_id)}
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            moved.append(row)
    fields = ["user_id", "joined_at", "written_name", "employment_status", "is_interim"]
    Membership.objects.bulk_update(moved, fields, batch_size=BATCH)


def _revoke_invitations(membership_ids: Iterable[int | None]) -> None:
    pending = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    pending.filter(membership_id__in=list(membership_ids)).update(revoked_at=timezone.now())
