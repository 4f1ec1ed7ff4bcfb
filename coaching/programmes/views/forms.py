"""One form of the editor: shown, read, saved; refused with what was typed; two windows, both texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coaching.programmes.authoring.controls import Around, Control, controls_of, flat, texts_in
from coaching.programmes.authoring.fields import ORDER_LAST, Group
from coaching.programmes.authoring.lists import press
from coaching.programmes.authoring.places import Place
from coaching.programmes.authoring.reading import Reading, read_group
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services import PartChanged, save_part
from coaching.programmes.services.parts import Find
from coaching.programmes.views.gone import typed_in


@dataclass
class OpenForm:
    """What a template needs of an open form; the fields that change rarely stand apart."""

    action: str
    mark: str
    main: list[Control]
    rare: list[Control] = field(default_factory=list)
    errors: list[tuple[str, str, str]] = field(default_factory=list)  # (id, label, sentence)
    is_conflict: bool = False


@dataclass(frozen=True)
class Answer:
    """What was posted, to which part, and the address that it came to."""

    request: HttpRequest
    draft: ProgrammeDraft
    find: Find
    action: str
    frame: dict[str, Any] = field(default_factory=dict)


Show = Callable[[ProgrammeDraft, OpenForm, int], HttpResponse]
Onward = Callable[[str], str]


def open_form(draft: ProgrammeDraft, place: Place, action: str, reading: Reading | None = None) -> OpenForm:
    """The form of this place: as it is stored, or as it was typed (`reading`)."""
    data = reading.data if reading is not None else place.data
    root = {**place.root, **data}
    controls = controls_of(place.group, data, Around(draft.document, draft.stale, place.path, root), reading)
    rare = [each for each in controls if each.name in ORDER_LAST and place.group.model.endswith("Step")]
    form = OpenForm(action, place.mark, [each for each in controls if each not in rare], rare)
    form.errors = list(_errors(controls))
    return form


def answer_form(answer: Answer, show: Show, onward: Onward) -> HttpResponse:
    """Save what was posted and go on to `onward(place in the form)`.

    What cannot be read comes back as typed (422); what another window wrote meanwhile is shown beside it
    (409): saving again is then deliberate.
    """
    post, draft = answer.request.POST, answer.draft
    place = answer.find(draft.document)
    if place is None:
        return show_gone(answer, onward)
    reading = read_group(place.group, post)
    if reading.errors:
        return show(draft, open_form(draft, place, answer.action, reading), 422)
    button = post.get("do", "save")
    changed = press(place.group, reading.data, button) if button not in ("save", "close") else None
    reviewed = frozenset({button.removeprefix("review:")} if button.startswith("review:") else ())
    try:
        save_part(
            draft,
            answer.find,
            changed.data if changed else reading.data,
            post.get("mark", ""),
            copies=_copies(place, changed.copied if changed else None),
            reviewed=reviewed,
        )
    except PartChanged as conflict:
        return _conflict(answer, conflict, place.group, reading, show, onward)
    messages.success(answer.request, _("C’est enregistré."))
    return redirect(onward(f"f-{changed.place}" if changed and changed.place else ""))


def show_gone(answer: Answer, onward: Onward) -> HttpResponse:
    """What was typed where nothing stands any more, to be copied: 409, nothing is lost."""
    typed = typed_in(answer.request.POST)
    context = {**answer.frame, "typed": typed, "back_url": onward("").partition("?")[0]}
    return render(answer.request, "coaching/programmes/draft_gone.html", context, status=409)


def _copies(place: Place, copied: tuple[str, str] | None) -> dict[str, str]:
    if copied is None:
        return {}
    above = f"{place.path}/" if place.path else ""
    return {above + copied[0]: above + copied[1]}


def _conflict(
    answer: Answer, conflict: PartChanged, group: Group, reading: Reading, show: Show, onward: Onward
) -> HttpResponse:
    """Both states of the form: what was typed in the fields, what is stored beside each that differs."""
    if conflict.place is None:
        return show_gone(answer, onward)
    form = open_form(conflict.draft, conflict.place, answer.action, reading)
    stored = open_form(conflict.draft, conflict.place, answer.action)
    theirs, mine = texts_in([*stored.main, *stored.rare]), texts_in([*form.main, *form.rare])
    for control in flat([*form.main, *form.rare]):
        names = (
            {"fr": f"{control.name}.fr", "en": f"{control.name}.en"}
            if control.kind == "pair"
            else {"": control.name}
        )
        control.stored = {
            language: theirs.get(name, "")
            for language, name in names.items()
            if name in mine and mine[name] != theirs.get(name, "")
        }
    form.is_conflict = True
    return show(conflict.draft, form, 409)


def _errors(controls: list[Control]) -> Any:
    for control in flat(controls):
        if control.error:
            yield control.id, control.label, control.error
        for language, sentence in control.errors.items():
            yield f"{control.id}.{language}", f"{control.label} ({language.upper()})", sentence
