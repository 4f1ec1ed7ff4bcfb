"""What was typed where nothing stands any more, be it a block or the whole draft: shown, to be copied."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from coaching.programmes.access import DraftGone
from coaching.programmes.authoring.words import label_of

View = Callable[..., HttpResponse]


def keeps_words(view: View) -> View:
    """A form or a button of a draft that is gone answers with a sentence and what was typed there, as 404.

    The page is the same whether the draft was thrown away in another window or never was theirs.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DraftGone:
            if request.method != "POST":
                raise
            context = {"typed": typed_in(request.POST)}
            return render(request, "coaching/programmes/draft_thrown_away.html", context, status=404)

    return answered


def typed_in(post: QueryDict) -> list[tuple[str, str, str]]:
    """(label, text, language) of each text that was typed; "" where the field has no language."""
    return [_typed(name, str(text)) for name, text in post.items() if _is_typed(name, str(text))]


def _is_typed(name: str, text: str) -> bool:
    return bool(text.strip()) and (name.endswith((".fr", ".en")) or len(text.split()) > 1)


def _typed(name: str, text: str) -> tuple[str, str, str]:
    field, _dot, language = name.rpartition(".")
    if language not in ("fr", "en"):
        field, language = name, ""
    return str(label_of("", field.rpartition(".")[2])), text, language
