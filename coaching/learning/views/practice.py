"""What a practice adds to the lesson player: a picture, a draft taken from the room, what was handed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.learning.access import (
    Learner,
    get_answers_to,
    get_draft_image,
    get_learner_for,
    get_room_draft,
    get_room_drafts,
    get_submission,
    opened_by,
)
from coaching.learning.answers import Answer, answer_of
from coaching.learning.models import PracticeReview, PracticeSubmission
from coaching.learning.pictures import BYTES_MAX, BadPicture, redraw
from coaching.learning.pictures_http import picture_response
from coaching.learning.reviewing import ANSWERED_WITHIN, Grid, grid_of, words_of
from coaching.learning.room.platforms import LINKEDIN
from coaching.learning.room.preview import folded
from coaching.learning.services import (
    RoomFull,
    attach_image,
    begin_draft,
    drop_image,
    note_opened,
    withdraw_submission,
)
from coaching.learning.steps import Content, Task
from coaching.learning.steps.practice import ONWARD, evidence, handed_in, practice_state, says_the_same

State = PracticeReview.State


def picture_problem(bad: BadPicture) -> str:
    """The sentence for a file that cannot be kept."""
    if bad.fault == "too_heavy":
        return _("Cette image pèse plus de %(max)d Mo : réduisez-la, ou faites-en une capture.") % {
            "max": BYTES_MAX // 1024 // 1024
        }
    if bad.fault == "too_large":
        return _("Cette image a trop de points pour être lue ici : une capture d’écran suffit.")
    return _("Ce fichier n’est pas une image que nous savons lire : choisissez un JPEG, un PNG ou un WebP.")


def receive_image(request: NetworkRequest, learner: Learner, task: Task) -> str:
    """Keep the picture that came with the form, or drop the one there is; the sentence when it is refused."""
    if "screenshot" not in evidence(task):
        return ""
    address = task.step.address
    if request.POST.get("action") == "drop_image":
        drop_image(learner.enrolment, address)
        return ""
    received = request.FILES.get("image")
    if received is None:
        if request.POST.get("action") == "attach":
            return _("Choisissez d’abord une image.")
        return ""
    try:
        picture = redraw(received.read(BYTES_MAX + 1))
    except BadPicture as bad:
        return picture_problem(bad)
    attach_image(learner.enrolment, address, picture)
    return ""


def form_of(request: NetworkRequest, learner: Learner) -> QueryDict:
    """The posted form; with « reprendre », the words of a draft of the room come after those typed."""
    if "take" not in request.POST:
        return request.POST
    try:
        draft = get_room_draft(learner.enrolment, request.POST["take"])
    except Http404:
        return request.POST
    form = request.POST.copy()
    form["text"] = "\n\n".join(part for part in (form.get("text", "").strip(), draft.text.strip()) if part)
    form["action"] = "later"
    return form


def to_the_room(learner: Learner, text: str) -> HttpResponse:
    """Go on with these words in the rehearsal room; the practice keeps its own."""
    slug = learner.enrolment.network.slug
    try:
        draft = begin_draft(learner.enrolment, LINKEDIN, text)
    except RoomFull:
        return redirect("learning:room", slug=slug)
    return redirect("learning:room_draft", slug=slug, draft_id=draft.public_id)


def take_back(request: NetworkRequest, learner: Learner, task: Task) -> HttpResponse:
    """Take back what was handed in; the draft stays where it was."""
    withdraw_submission(learner.enrolment, task.step.address)
    messages.success(
        request, _("Votre coach ne voit plus ce que vous aviez remis. Votre brouillon reste ici.")
    )
    return redirect(request.path)


def practice_context(
    request: NetworkRequest, learner: Learner, task: Task, content: Content
) -> dict[str, Any]:
    """What the page shows beside the form; four queries, and a note once an answer is opened."""
    state = practice_state(task, content)
    submission = get_submission(learner.enrolment, task.step.address)
    standing = submission if submission is not None and submission.withdrawn_at is None else None
    answers = get_answers_to(submission) if submission is not None else []
    is_news = any(each.opened_at is None for each in answers)
    if submission is not None and is_news and is_before_their_eyes(request):
        note_opened(submission, now=learner.now)
    args = [learner.enrolment.network.slug, task.step.module_key, task.step.key]
    return preview_context(request, learner, state["text"]) | {
        "submission": standing,
        "was_withdrawn": submission is not None and standing is None,
        "is_changed": standing is not None and not _is_same(standing, task, state),
        "target_days": ANSWERED_WITHIN,
        "answers": [_answer(each, standing, grid_of(task.fields)) for each in answers],
        "is_awaited": _is_awaited(standing, answers),
        "opened": opened_by(submissions=[standing]).get(standing.pk, []) if standing else [],
        "sector_label": learner.enrolment.network.get_sector_display(),
        "drafts": [draft for draft in get_room_drafts(learner.enrolment) if draft.text.strip()][:6],
        "image_url": reverse("learning:practice_image", args=args),
    }


def goes_onward(request: NetworkRequest, learner: Learner, task: Task, content: Content) -> bool:
    """« Continuer » leaves the page when the draft is what was handed in; else the page says it is not."""
    if request.POST.get("action") != ONWARD:
        return False
    submission = get_submission(learner.enrolment, task.step.address)
    if submission is None or submission.withdrawn_at is not None:
        return True
    return _is_same(submission, task, practice_state(task, content))


def is_before_their_eyes(request: NetworkRequest) -> bool:
    """Whether somebody opens the page: a device that fetches it ahead has read nothing."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _answer(review: PracticeReview, standing: PracticeSubmission | None, grid: Grid) -> Answer:
    """What a coach answered, beside the text while it is the one that was answered."""
    is_same = standing is not None and standing.revision == review.revision
    return answer_of(
        words_of(review.content),
        review.state,
        grid,
        coach=review.coach.shown_name,
        sent_at=review.sent_at,
        text=str(_content_of(standing).get("text", "")) if standing is not None and is_same else "",
    )


def _is_same(standing: PracticeSubmission, task: Task, state: Content) -> bool:
    """Whether the draft says what was handed in."""
    image = state["image"] or {}
    return (
        says_the_same(_content_of(standing), handed_in(task, state))
        and standing.route == state["route"]
        and (standing.image_width, standing.image_height) == (image.get("width", 0), image.get("height", 0))
    )


def _is_awaited(standing: PracticeSubmission | None, answers: list[PracticeReview]) -> bool:
    """Whether the coach still owes an answer to what was handed in last."""
    if standing is None:
        return False
    answered = (each.state == State.VALIDATED or each.revision == standing.revision for each in answers)
    return not any(answered)


def _content_of(submission: PracticeSubmission) -> Content:
    return submission.content if isinstance(submission.content, dict) else {}


def preview_context(request: NetworkRequest, learner: Learner, text: str) -> dict[str, Any]:
    """The drawing of a post with these words."""
    before, after = folded(text, LINKEDIN.fold)
    membership = learner.enrolment.membership
    return {
        "before": before,
        "after": after,
        "venue": LINKEDIN,
        "author": request.user,
        "author_place": membership.agency.name if membership.agency_id and membership.agency else "",
    }


def preview_html(request: NetworkRequest, learner: Learner, text: str) -> str:
    """For the script: the drawing once the text is saved."""
    context = preview_context(request, learner, text)
    return render_to_string("coaching/learning/room/_post.html", context, request)


@allows(Permission.LEARN)
@require_GET
@never_cache
def practice_image(request: NetworkRequest, slug: str, module_key: str, step_key: str) -> HttpResponse:
    """The picture of one's own draft; to anybody else it does not exist."""
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    return picture_response(get_draft_image(learner.enrolment, f"{module_key}/{step_key}"))
