"""Who coaches and manages in a network: inviting, ending a mandate, the coaches of a cohort."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from agencies.models import Membership, Network
from agencies.roles import INVITABLE, Permission, has_permission
from agencies.services import attach_person, end_membership, issue_invitation, revoke_invitations
from coaching.cohorts.models import Cohort, CohortCoach
from coaching.cohorts.services.appointments import settle_talks


class TeamProblem(Exception):
    """A change to a team that cannot be made; `code` chooses the sentence.

    Codes: not_yours (the role may not do this), last_manager, already_over, already_here, not_a_coach,
    last_coach.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class TeamInvitation:
    """A mandate that waits for its person, and the token of its only link, which exists nowhere else."""

    membership: Membership
    token: str


@transaction.atomic
def invite_to_team(
    network: Network, email: str, role: str, *, by: Membership | None = None, name: str = ""
) -> TeamInvitation:
    """Open the mandate of an address, or find it, and issue a fresh link; earlier links stop working.

    `by` is whoever invites, None for the operator. Raises TeamProblem: not_yours, or already_here when the
    person has joined in this role. Nothing tells whether the address has an account elsewhere.
    """
    if by is not None and role not in INVITABLE.get(by.role, ()):
        raise TeamProblem("not_yours")
    _lock(network)
    membership = attach_person(email, role, name=name)
    if membership.joined_at is not None:
        raise TeamProblem("already_here")
    revoke_invitations(membership)
    return TeamInvitation(membership, issue_invitation(membership, created_by=by.user if by else None))


@transaction.atomic
def end_mandate(
    network: Network,
    membership: Membership,
    *,
    by: Membership | None = None,
    successor: Membership | None = None,
) -> None:
    """End a mandate of the team now: its pages, links and signatures stop at once, what was done stays.

    `successor` is put beside in every cohort of an ending coach that is not over. Talks to come go to whoever
    follows the cohort on (`settle_talks`). Raises TeamProblem:
    not_yours, already_over, last_manager (a network keeps one who has joined), not_a_coach (the successor).
    The operator (`by` None) may end the last manager's.
    """
    _lock(network)
    membership.refresh_from_db()
    if membership.is_head or (by is not None and not _may_end(by, membership)):
        raise TeamProblem("not_yours")
    if membership.is_over_on(network.today()):
        raise TeamProblem("already_over")
    if by is not None and is_last_manager(network, membership):
        raise TeamProblem("last_manager")
    if successor is not None:
        _hand_over(network, membership, successor)
    end_membership(membership, network.today())
    for cohort in Cohort.objects.coached_by(membership).running().select_for_update(of=("self",)):
        settle_talks(cohort, first=successor)


def _may_end(by: Membership, membership: Membership) -> bool:
    return by.user_id == membership.user_id or has_permission(by.role, Permission.MANAGE_TEAM)


def is_last_manager(network: Network, membership: Membership) -> bool:
    """Whether nobody else who has joined could manage the network's team."""
    if not (membership.is_manager and membership.joined_at):
        return False
    others = Membership.objects.filter(network=network, joined_at__isnull=False).open_on(network.today())
    return not any(each.is_manager for each in others.exclude(pk=membership.pk))


def _hand_over(network: Network, former: Membership, successor: Membership) -> None:
    _require_serving(network, successor)
    cohorts = Cohort.objects.coached_by(former).filter(
        status__in=(Cohort.Status.DRAFT, Cohort.Status.RUNNING)
    )
    CohortCoach.objects.bulk_create(
        [CohortCoach(cohort=cohort, membership=successor) for cohort in cohorts], ignore_conflicts=True
    )


@transaction.atomic
def add_coach(cohort: Cohort, coach: Membership) -> None:
    """Put a coach of the network beside those of a cohort. Idempotent; raises TeamProblem("not_a_coach")."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    _require_serving(cohort.network, coach)
    CohortCoach.objects.get_or_create(cohort=cohort, membership=coach)
    settle_talks(cohort)


@transaction.atomic
def remove_coach(cohort: Cohort, coach: Membership) -> None:
    """Take a coach off a cohort, whose pages close to them at once; what they noted stays. Idempotent.

    Raises TeamProblem("last_coach") for the last one whose mandate runs: a cohort is never left alone.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    rows = CohortCoach.objects.filter(cohort=cohort)
    if not rows.filter(membership=coach).exists():
        return
    if not rows.serving(cohort.network.today()).exclude(membership=coach).exists():
        raise TeamProblem("last_coach")
    rows.filter(membership=coach).delete()
    settle_talks(cohort)


def _require_serving(network: Network, coach: Membership) -> None:
    here = Membership.objects.filter(network=network, joined_at__isnull=False).coaches()
    if not here.open_on(network.today()).filter(pk=coach.pk).exists():
        raise TeamProblem("not_a_coach")


def _lock(network: Network) -> None:
    """One change of the team at a time: two managers who end each other's mandate take turns."""
    Network.objects.select_for_update(no_key=True).get(pk=network.pk)
