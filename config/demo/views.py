"""The three doors of the demonstration: enter as a head, a manager or a coach, without a password."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.services import sign_in
from config.demo.story import DOORS


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as the person behind the chosen door; this address exists in demonstrations only."""
    if request.method != "POST":
        return redirect("accounts:root")  # where the doors are
    user = User.objects.filter(email=DOORS.get(request.POST.get("role", ""))).first()
    if user is None:
        raise Http404
    sign_in(request, user)
    return redirect("agencies:home")
