"""The API's networks and agencies, each as far as the person's role sees them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from agencies.access import NetworkRequest, agencies_for
from agencies.heads import heads_by_agency
from agencies.models import Membership
from agencies.rest import NetworkListView, ReadView, rows_after


class NetworkSerializer(serializers.Serializer[Any]):
    """A network and the roles the person has there."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    sector = serializers.CharField()
    time_zone = serializers.CharField()
    default_language = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Membership.Role.choices))
    agencies = serializers.URLField()
    cohorts = serializers.URLField()
    enrolments = serializers.URLField()


class NetworksView(ReadView):
    @extend_schema(
        operation_id="networks",
        summary=_("Vos réseaux, et ce que vous y êtes"),
        responses=NetworkSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        by_network: dict[int, list[Membership]] = {}
        for membership in request.memberships:  # type: ignore[attr-defined]
            by_network.setdefault(membership.network_id, []).append(membership)
        rows = [_network(request, memberships) for memberships in by_network.values()]
        rows.sort(key=lambda row: (row["name"], row["slug"]))
        return Response(NetworkSerializer(rows, many=True).data)


def _network(request: Request, memberships: list[Membership]) -> dict[str, Any]:
    network = memberships[0].network
    lists = ("agencies", "cohorts", "enrolments")
    return {
        "slug": network.slug,
        "name": network.name,
        "region": network.region,
        "sector": network.sector,
        "time_zone": network.time_zone,
        "default_language": network.default_language,
        "roles": sorted({membership.role for membership in memberships}),
        **{name: reverse(f"api:{name}", args=[network.slug], request=request) for name in lists},
    }


class AgencySerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField()
    city = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    time_zone = serializers.CharField()
    open_days = serializers.ListField(
        child=serializers.IntegerField(), help_text=_("1 pour lundi, 7 pour dimanche")
    )
    opened_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    heads = serializers.ListField(
        child=serializers.CharField(), help_text=_("Vide quand la direction est vacante")
    )


FIELDS = (
    "code", "name", "city", "postal_code", "time_zone", "open_days", "opened_on", "closed_on",
)  # fmt: skip


class AgenciesView(NetworkListView):
    serializer_class: ClassVar = AgencySerializer

    @extend_schema(
        operation_id="agencies", summary=_("Les agences du réseau"), responses=AgencySerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        return super().get(request, slug)

    def page(self, request: NetworkRequest, after: str) -> list[dict[str, Any]]:
        page = rows_after(agencies_for(request.network_memberships).values("pk", "public_id", *FIELDS), after)
        heads = heads_by_agency(request.network.pk, timezone.localdate(), [row["pk"] for row in page])
        return [
            {
                "id": row["public_id"],
                **{name: row[name] for name in FIELDS},
                "heads": [head.name for head in heads.get(row["pk"], ())],
            }
            for row in page
        ]
