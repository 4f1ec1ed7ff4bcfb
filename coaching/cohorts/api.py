"""The API's cohorts: name, programme, calendar of weeks; people are in the enrolments list."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import NetworkRequest
from agencies.rest import InstantField, NetworkListView, rows_after
from coaching.cohorts.access import readable_cohorts
from coaching.cohorts.models import Cohort


class WeekSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    opens_at = InstantField()
    due_at = InstantField()


class CohortSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Cohort.Status.choices)
    programme = serializers.CharField(
        source="programme_version.title_fr", help_text=_("Titre français du parcours")
    )
    version = serializers.CharField(source="programme_version.label")
    starts_on = serializers.DateField()
    time_zone = serializers.CharField()
    weeks = WeekSerializer(many=True, source="weeks.all", help_text=_("Vide avant le lancement"))


class CohortsView(NetworkListView):
    serializer_class: ClassVar = CohortSerializer

    @extend_schema(
        operation_id="cohorts",
        summary=_("Les promotions que vous suivez"),
        responses=CohortSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        return super().get(request, slug)

    def page(self, request: NetworkRequest, after: str) -> list[dict[str, Any]]:
        cohorts = readable_cohorts(request.network_memberships).with_version().prefetch_related("weeks")
        return [dict(CohortSerializer(cohort).data) for cohort in rows_after(cohorts, after)]  # a handful
