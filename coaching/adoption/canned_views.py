"""A coach's own ready-made words: added, changed, thrown away."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.public_id import is_public_id
from agencies.roles import Permission
from coaching.learning.access import get_canned_for
from coaching.learning.models import CannedComment
from coaching.learning.services import CannedProblem, delete_canned, write_canned


class CannedForm(forms.Form):
    """A title to find it by, and the words."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("Les mots"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def canned(request: NetworkRequest, slug: str) -> HttpResponse:
    """All of them, and a form for one more."""
    return _page(request, None, "")


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def canned_comment(request: NetworkRequest, slug: str, public_id: str) -> HttpResponse:
    """One of them, to change or to throw away; Http404 for anybody else's."""
    found = get_canned_for(request.membership)
    one = next((each for each in found if each.public_id == public_id), None)
    if one is None or not is_public_id(public_id):
        raise Http404
    if request.method == "POST" and "delete" in request.POST:
        delete_canned(request.membership, public_id)
        messages.success(request, _("Ces mots sont retirés de votre liste."))
        return redirect("adoption:canned", slug=slug)
    return _page(request, one, public_id)


def _page(request: NetworkRequest, one: CannedComment | None, public_id: str) -> HttpResponse:
    initial = {"title": one.title, "text": one.text} if one else None
    form = CannedForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _written(request, form, public_id):
        messages.success(request, _("C’est noté : ces mots sont prêts."))
        return redirect("adoption:canned", slug=request.network.slug)
    context = {"form": form, "one": one, "comments": get_canned_for(request.membership)}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/adoption/canned.html", context, status=status)


def _written(request: NetworkRequest, form: CannedForm, public_id: str) -> bool:
    try:
        write_canned(request.membership, form.cleaned_data["title"], form.cleaned_data["text"], public_id)
    except CannedProblem as problem:
        if problem.code == "same_title":
            form.add_error("title", _("Ce titre est déjà pris : donnez-en un autre."))
        else:
            form.add_error(None, _("Votre liste est pleine : retirez d’abord des mots."))
        return False
    except CannedComment.DoesNotExist:
        raise Http404 from None
    return True
