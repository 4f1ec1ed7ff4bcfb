"""The API's enrolments: progress for each role as its pages show it, and nothing more.

The coach and the person read dates; the manager reads a bucket, and only where agencies are shown
by name. Scores, answers and notes are not part of the API.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import NetworkRequest
from agencies.rest import PAGE_SIZE, InstantField, NetworkListView
from coaching.adoption.access import readable_enrolments
from coaching.adoption.facts import Person, cohort_facts, person_facts
from coaching.adoption.metrics import progress, recency, recency_bucket
from coaching.adoption.reading import OF_COHORTS, PAGE, read_enrolments
from coaching.adoption.wording import BUCKETS
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

    def page(self, request: NetworkRequest, after: str) -> list[dict[str, Any]]:
        network, now, readable = request.network, timezone.now(), readable_enrolments(request)
        cohorts = readable.cohorts
        if wanted := request.GET.get("cohort"):
            cohorts = [cohort for cohort in cohorts if cohort.public_id == wanted]
            if not cohorts:
                raise Http404
        facts = {
            cohort.pk: cohort_facts(cohort, outline_of(cohort.programme_version), network, now)
            for cohort in cohorts
        }
        rows = read_enrolments(
            network.pk,
            f"{OF_COHORTS} AND {readable.condition} AND {PAGE}",
            **readable.values,
            cohorts=list(facts),
            after=after,
            limit=PAGE_SIZE + 1,
        )
        return [
            _payload(
                person_facts(facts[row.cohort_id], row),
                shows_dates=readable.shows_dates or row.membership_id in readable.values["own"],
            )
            for row in rows
        ]


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
        "progress_ratio": progress(
            person.facts.done_minutes, person.facts.total_minutes, person.facts.progress_floor
        ).value,
        "weeks": person.weeks,
        "recency": recency_bucket(recent.value),
        "needs_support": None if shows_dates else person.visibility.is_visible,
        "dates": {name: getattr(enrolment, name) for name in DATES} if shows_dates else None,
    }
