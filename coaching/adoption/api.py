"""The API's enrolments: progress for each role as its pages show it, and nothing more.

The coach and the person read dates; the manager reads a bucket, and only where agencies are shown
by name. Scores, answers and notes are not part of the API.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import NetworkRequest
from agencies.models import Membership
from agencies.public_id import is_public_id
from agencies.rest import InstantField, NetworkListView
from agencies.roles import Permission, has_permission
from coaching.adoption.access import ViewMode, view_mode
from coaching.adoption.facts import Person, cohort_facts, person_facts
from coaching.adoption.metrics import progress, recency, recency_bucket
from coaching.adoption.reading import read_cohorts, read_enrolments
from coaching.adoption.wording import BUCKETS
from coaching.cohorts.access import readable_cohorts
from coaching.cohorts.models import Enrolment
from coaching.programmes.runtime import outline_of


class DatesSerializer(serializers.Serializer[Any]):
    invited_at = InstantField(allow_null=True)
    activated_at = InstantField(allow_null=True)
    last_activity_at = InstantField(allow_null=True)
    completed_at = InstantField(allow_null=True)


DATES = tuple(DatesSerializer().fields)


class EnrolmentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    cohort = serializers.CharField(help_text=_("Identifiant de la promotion"))
    agency = serializers.CharField(allow_null=True, help_text=_("Identifiant de l’agence"))
    agency_name = serializers.CharField(allow_null=True)
    person = serializers.CharField()
    status = serializers.ChoiceField(choices=Enrolment.Status.choices)
    progress_ratio = serializers.FloatField(
        allow_null=True, help_text=_("Minutes faites sur minutes du parcours paru, de 0 à 1")
    )
    weeks = serializers.ListField(
        child=serializers.ChoiceField(choices=["done", "doing", "todo", "unwritten"]),
        help_text=_("État de chaque semaine, à partir de la semaine 0"),
    )
    recency = serializers.ChoiceField(
        choices=list(BUCKETS.items()), help_text=_("Dernière activité, en quatre paliers")
    )
    needs_support = serializers.BooleanField(
        allow_null=True,
        help_text=_("À épauler, pour la responsable : vrai après le coach et le préavis. Sinon vide."),
    )
    dates = DatesSerializer(allow_null=True, help_text=_("Vide pour la responsable, qui ne voit aucune date"))


COHORT = OpenApiParameter("cohort", str, description=_("Identifiant d’une promotion, pour elle seule"))


class EnrolmentsView(NetworkListView):
    serializer_class: ClassVar = EnrolmentSerializer

    @extend_schema(
        operation_id="enrolments",
        summary=_("Les inscriptions et leur avancement, selon votre rôle"),
        responses=EnrolmentSerializer(many=True),
        parameters=[COHORT],
    )
    def get(self, request: Request, slug: str) -> Response:
        return super().get(request, slug)

    def rows(self, request: NetworkRequest) -> QuerySet[Any, Any]:
        """Keys of the page only: everything else is read at once in `payload`."""
        cohorts = readable_cohorts(request.network_memberships)
        rows = _readable(request).filter(network=request.network, cohort__in=cohorts.values("pk"))
        if wanted := request.GET.get("cohort"):
            if not is_public_id(wanted) or not cohorts.filter(public_id=wanted).exists():
                raise Http404
            rows = rows.filter(cohort__public_id=wanted)
        return rows.values("pk", "public_id", "cohort_id")

    def payload(self, request: NetworkRequest, page: list[Any]) -> list[dict[str, Any]]:
        network, now = request.network, timezone.now()
        facts = {
            cohort.pk: cohort_facts(cohort, outline_of(cohort.programme_version), network, now)
            for cohort in read_cohorts(network.pk, {row["cohort_id"] for row in page})
        }
        read = read_enrolments(network.pk, network.time_zone, ids=[row["pk"] for row in page])
        enrolments = {row.pk: row for row in read}
        own = {membership.pk for membership in request.network_memberships}
        coached = _sees_dates(request)
        found = [person_facts(facts[row["cohort_id"]], enrolments[row["pk"]]) for row in page]
        return [
            _payload(person, shows_dates=coached or person.enrolment.membership_id in own) for person in found
        ]


def _sees_dates(request: NetworkRequest) -> bool:
    return any(has_permission(m.role, Permission.SEE_ACTIVITY_DATES) for m in request.network_memberships)


def _readable(request: NetworkRequest) -> QuerySet[Enrolment]:
    """A coach reads the cohorts they run, a manager the network by name, everybody their own enrolment."""
    memberships = request.network_memberships
    if _sees_dates(request):
        coaching = [membership.pk for membership in memberships if membership.is_coach]
        return Enrolment.objects.filter(cohort__coaches__membership__in=coaching)
    managing = next((m for m in memberships if has_permission(m.role, Permission.SEE_OVERVIEW)), None)
    if managing is not None:
        if view_mode(managing, request.network) is not ViewMode.NAMED:
            raise PermissionDenied
        # As on the overview: heads; a manager who learns too is nobody else's business.
        seen = Q(membership__role=Membership.Role.AGENCY_HEAD) | Q(membership__in=memberships)
        return Enrolment.objects.filter(seen).present(timezone.localdate())
    return Enrolment.objects.filter(membership__in=memberships)


def _payload(person: Person, *, shows_dates: bool) -> dict[str, Any]:
    """One row as EnrolmentSerializer describes it."""
    enrolment, agency = person.enrolment, person.enrolment.membership.agency
    recent = recency(max(person.facts.activity_on, default=None), person.today, person.working)
    return {
        "id": enrolment.public_id,
        "cohort": person.cohort.cohort.public_id,
        "agency": agency.public_id if agency else None,
        "agency_name": agency.name if agency else None,
        "person": person.name,
        "status": "paused" if person.is_paused else person.status,
        "progress_ratio": progress(person.facts.done_minutes, person.facts.total_minutes).value,
        "weeks": person.weeks,
        "recency": recency_bucket(recent.value),
        "needs_support": None if shows_dates else person.visibility.is_visible,
        "dates": {name: getattr(enrolment, name) for name in DATES} if shows_dates else None,
    }
