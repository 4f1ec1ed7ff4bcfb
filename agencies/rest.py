"""What the API's views share: errors as JSON in the reader's language, pages by key, the network's view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, permissions, serializers, status
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView, set_rollback

from agencies.access import NetworkRequest
from agencies.public_id import is_public_id

PAGE_SIZE = 50

# One sentence per answer that is not the asked-for one; `code` is for programs and never translated.
MESSAGES = {
    status.HTTP_400_BAD_REQUEST: ("bad_request", gettext_lazy("Cette demande n’est pas comprise.")),
    status.HTTP_401_UNAUTHORIZED: ("not_signed_in", gettext_lazy("Connectez-vous pour lire ces données.")),
    status.HTTP_403_FORBIDDEN: ("not_allowed", gettext_lazy("Votre rôle ne donne pas accès à ces données.")),
    status.HTTP_404_NOT_FOUND: ("not_found", gettext_lazy("Il n’y a rien à cette adresse.")),
    status.HTTP_405_METHOD_NOT_ALLOWED: ("read_only", gettext_lazy("Cette interface se lit seulement.")),
    status.HTTP_406_NOT_ACCEPTABLE: ("not_json", gettext_lazy("Cette interface répond en JSON seulement.")),
    status.HTTP_429_TOO_MANY_REQUESTS: (
        "slow_down",
        gettext_lazy("Trop de demandes : réessayez dans un moment."),
    ),
}


class BadParameter(exceptions.APIException):
    """A query parameter that cannot be used; the sentence names it."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, name: str) -> None:
        super().__init__(_("Le paramètre « %(name)s » n’est pas compris.") % {"name": name})


def explain(problem: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: `{"error": {"code", "message"}}`, the same bytes whatever was looked for."""
    if isinstance(problem, Http404):
        problem = exceptions.NotFound()
    elif isinstance(problem, PermissionDenied):
        problem = exceptions.PermissionDenied()
    if not isinstance(problem, exceptions.APIException):
        return None
    set_rollback()
    code, message = MESSAGES.get(problem.status_code, MESSAGES[status.HTTP_400_BAD_REQUEST])
    sentence = str(problem.detail) if isinstance(problem, BadParameter) else str(message)
    headers = {"WWW-Authenticate": "Session"} if problem.status_code == status.HTTP_401_UNAUTHORIZED else {}
    error = {"error": {"code": code, "message": sentence}}
    return Response(error, status=problem.status_code, headers=headers)


class InstantField(serializers.DateTimeField):
    """An instant in UTC, whatever the reader's own time zone: a program compares, a page converts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **kwargs)


class KeysetPagination(BasePagination):
    """Fifty rows by public_id, after the one named in `?after=`: no COUNT, page 200 costs as page 1."""

    @staticmethod
    def after(request: Request) -> str:
        """The public_id after which the page starts, "" for the first one; BadParameter if it is none."""
        after = request.query_params.get("after", "")
        if after and not is_public_id(after):
            raise BadParameter("after")
        return after

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        url = {"type": "string", "format": "uri", "nullable": True}
        properties = {"next": url, "results": {"type": "array", "items": schema}}
        return {"type": "object", "required": ["next", "results"], "properties": properties}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        description = _("Identifiant de la dernière ligne reçue ; « next » le contient déjà.")
        after = {"name": "after", "in": "query", "required": False, "description": description}
        return [after | {"schema": {"type": "string"}}]


def rows_after(rows: QuerySet[Any, Any], after: str) -> list[Any]:
    """A page and one row more, by public_id.

    The unique index (network, public_id) serves the order, so the rows must name their network.
    """
    return list(rows.order_by("public_id").filter(public_id__gt=after)[: PAGE_SIZE + 1])


def _next_url(request: Request, public_id: str) -> str:
    query = request.query_params.dict() | {"after": public_id}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


class ReadView(APIView):
    """A signed-in person reads; nothing else is possible."""

    http_method_names = ["get", "head", "options"]
    permission_classes = [permissions.IsAuthenticated]

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The allowed methods and no more: DRF's description would name serializers and fields."""
        return Response(status=status.HTTP_204_NO_CONTENT)


class NetworkListView(ReadView):
    """A list under /api/v1/n/<network>/, whose scope the middleware has opened."""

    serializer_class: ClassVar[type[BaseSerializer[Any]]]
    pagination_class: ClassVar = KeysetPagination

    def page(self, request: NetworkRequest, after: str) -> list[dict[str, Any]]:
        """PAGE_SIZE + 1 rows this person may see, those beyond `after`; or PermissionDenied.

        Each is as `serializer_class` describes it, ready to be written. The serializer documents and a
        test holds both together: drawing fifty rows through its fields costs more than reading them.
        """
        raise NotImplementedError

    def get(self, request: Request, slug: str) -> Response:
        asked: NetworkRequest = request._request  # type: ignore[assignment]
        found = self.page(asked, self.pagination_class.after(request))
        page = found[:PAGE_SIZE]
        next_url = _next_url(request, page[-1]["id"]) if len(found) > PAGE_SIZE else None
        return Response({"next": next_url, "results": page})


class NothingHere(ReadView):
    """Every other address under /api/, and every network that is not the person's."""

    schema = None

    def get(self, request: Request, rest: str = "") -> Response:
        raise exceptions.NotFound
