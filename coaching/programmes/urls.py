"""Addresses of programmes: outside a network, a programme belongs to its author and not to a tenant."""

from django.urls import path

from coaching.programmes.views import (
    adopting,
    drafts,
    modules,
    packages,
    publishing,
    quizzes,
    versions,
)

app_name = "programmes"

_draft = "programmes/drafts/<slug:draft_id>/"
_module = _draft + "modules/<slug:module_key>/"
_quiz = _module + "quiz/<slug:step_key>/"

urlpatterns = [
    path(_quiz, quizzes.quiz, name="quiz"),
    path(_quiz + "<slug:form>/<slug:language>/", quizzes.export_quiz, name="export_quiz"),
    path("programmes/key/<slug:key>/adopt/<slug:version_id>/", adopting.adopt, name="adopt"),
    path("programmes/import/", packages.import_package, name="import"),
    path("programmes/new/", versions.write_new, name="write_new"),
    path("programmes/versions/<slug:version_id>/export/", packages.export_package, name="export"),
    path("programmes/versions/<slug:version_id>/write/", versions.write_on, name="write_on"),
    path("programmes/compare/<slug:before_id>/<slug:after_id>/", versions.compare, name="compare"),
    path("n/<slug:slug>/programmes/<slug:version_id>/install/", versions.install_version, name="install"),
    path(_draft, drafts.draft, name="draft"),
    path(_draft + "weeks/<slug:week_key>/", drafts.week, name="week"),
    path(_draft + "parts/<slug:part_name>/", drafts.part, name="part"),
    path(_draft + "undo/", drafts.undo, name="undo"),
    path(_draft + "discard/", drafts.discard, name="discard"),
    path(_draft + "publish/", publishing.publish, name="publish"),
    path(_module, modules.module, name="module"),
    path(_module + "blocks/<str:block_key>/", modules.block, name="block"),
]
