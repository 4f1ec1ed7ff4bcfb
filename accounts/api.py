"""The API's view of the signed-in person."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields: ClassVar = ("email", "name", "language", "time_zone")
        read_only_fields: ClassVar = fields


class MeView(APIView):
    http_method_names = ["get", "head", "options"]

    @extend_schema(operation_id="me", summary=_("La personne connectée"), responses=PersonSerializer)
    def get(self, request: Request) -> Response:
        return Response(PersonSerializer(cast(User, request.user)).data)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)
