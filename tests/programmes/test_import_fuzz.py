"""Five hundred damaged files through the page: never an error 500, all or nothing, each refusal placed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from coaching.programmes.models import DraftRevision, Programme, ProgrammeDraft, ProgrammeVersion
from coaching.programmes.package import PackageFiles, files_of_document
from coaching.programmes.quizzes import gift_of, markdown_of
from coaching.programmes.services import open_draft
from tests.programmes.packages import a_coach, document, zipped

pytestmark = pytest.mark.django_db

SEED = 20270112
PACKAGES, QUIZZES = 300, 200
FILES = files_of_document(document())
ITEMS = document()["modules"]["la-lecon"]["steps"][1]["items"]
TEXTS = [(form, write(ITEMS, "fr")) for form, write in (("gift", gift_of), ("markdown", markdown_of))]
PIECES = [b"\0", b'"', b": ", b"- ", b"\t", b"\r", b"&a ", b"*a", b"!!x ", b"|-\n", b"{", b"}", b"[", b"=",
          b"~", b"#", b"\\", b"::", b"%50%", b"%x%", b"->", b"## ", b"> ", b"\xff\xfe", "é".encode(), b"\xc3",
          b"\xe2\x80\xa8", b"<script>", b"%s %(x)s", b"{{ x }}", b"9" * 5000, b"key: key\n",
          b"- [x] "]  # fmt: skip

Chance = random.Random


def cut(chance: Chance, content: bytearray) -> None:
    del content[chance.randrange(len(content) + 1) :]


def drop(chance: Chance, content: bytearray) -> None:
    start = chance.randrange(len(content) + 1)
    del content[start : start + chance.randrange(1, 60)]


def flip(chance: Chance, content: bytearray) -> None:
    for _time in range(chance.randrange(1, 8)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)


def insert(chance: Chance, content: bytearray) -> None:
    at = chance.randrange(len(content) + 1)
    content[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 2, 50])


def shift(chance: Chance, content: bytearray) -> None:
    """Lines move to the right, to the left, or to another place."""
    lines = bytes(content).split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice([b"  " + lines[at], lines[at].lstrip(), lines[at] * 2, b""])
    if chance.random() < 0.3:
        lines.insert(chance.randrange(len(lines)), lines.pop(at))
    content[:] = b"\n".join(lines)


def encode(chance: Chance, content: bytearray) -> None:
    text = bytes(content).decode("utf-8", "replace")
    content[:] = text.encode(chance.choice(["latin-1", "utf-16", "utf-8-sig", "cp1252"]), "replace")


DAMAGES: list[Callable[[Chance, bytearray], None]] = [cut, drop, flip, insert, shift, encode]


def damaged(chance: Chance, content: bytes) -> bytes:
    found = bytearray(content)
    for _time in range(chance.randrange(1, 4)):
        chance.choice(DAMAGES)(chance, found)
    return bytes(found)


def a_package(chance: Chance) -> bytes:
    """Damage inside a file, to the set of files, or to the ZIP itself."""
    files: PackageFiles = dict(FILES)
    way = chance.randrange(10)
    if way < 6:
        name = chance.choice(list(files))
        files[name] = damaged(chance, files[name])
    elif way < 8:
        _rearrange(chance, files)
    return damaged(chance, zipped(files)) if way >= 8 else _archived(chance, files)


def _rearrange(chance: Chance, files: PackageFiles) -> None:
    name = chance.choice(list(files))
    content = files.pop(name)
    other = chance.choice(
        ["../evil.yaml", "/etc/passwd", "modules/../x/module.yaml", "modules/la-lecon/é.fr.md", "C:\\x.yaml",
         "modules/a/b/c/d.yaml", "decks/x.exe", "modules/autre/module.yaml", "", "programme.yaml"]
    )  # fmt: skip
    if other:
        files[other] = content


def _archived(chance: Chance, files: PackageFiles) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if chance.random() < 0.05:
            archive.writestr("decks/bombe.yaml", b"a" * 3_000_000)
    return stream.getvalue()


def rows() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Programme, ProgrammeVersion, ProgrammeDraft, DraftRevision)
    )


def refusals(response: Any) -> list[tuple[str, str, str]]:
    """(file, line and column, reason) of each refusal on the page."""
    page = BeautifulSoup(response.content, "html.parser")
    found = []
    for section in page.select("section:has(ol.refuse)"):
        name = section.select_one("h2 code")
        assert name is not None
        for entry in section.select("ol.refuse > li"):
            place, reason = entry.select_one(".ln"), entry.select_one("p")
            assert place is not None
            assert reason is not None
            found.append((name.get_text(), place.get_text(" "), reason.get_text().strip()))
    return found


def hold_to_its_word(response: Any, *, needs_column: bool) -> None:
    """Every refusal of a page names file, line and reason, and the column where the text itself is read."""
    told = refusals(response)
    page = response.content.decode()
    assert told or "errsum" in page, page
    for file, place, reason in told:
        assert file
        assert re.match(r"[1-9]\d* ", place), place
        assert "colonne 0" not in place
        assert len(reason) > 10
        assert "%(" not in reason
        if needs_column:
            assert re.search(r"colonne [1-9]\d*", place), (place, reason)


def test_no_damaged_package_is_half_imported_or_answered_with_an_error() -> None:
    client, _user, _network = a_coach()
    client.raise_request_exception = True
    chance, imported, refused, placed = Chance(SEED), 0, 0, 0

    for _number in range(PACKAGES):
        before = rows()
        response = client.post(
            "/programmes/import/", {"file": SimpleUploadedFile("p.zip", a_package(chance) or b" ")}
        )

        if response.status_code == 422:
            refused += 1
            assert rows() == before
            hold_to_its_word(response, needs_column=False)
            placed += any("colonne" in place for _file, place, _reason in refusals(response))
        else:
            assert response.status_code in (200, 302), response.status_code
            imported += 1
            drafts = ProgrammeDraft.objects.all()
            assert [draft.document["key"] for draft in drafts]
            drafts.delete()

    assert refused > PACKAGES / 2
    assert placed > refused / 3  # the rest is about a whole file, or the inside of a long text
    assert imported > 5


def test_no_damaged_quiz_is_half_taken_or_answered_with_an_error() -> None:
    client, user, _network = a_coach()
    chance, taken, refused = Chance(SEED + 1), 0, 0
    draft = open_draft(user, document=document())
    kept = draft.document

    for number in range(QUIZZES):
        form, text = TEXTS[number % 2]
        response = _post_quiz(client, draft, form, damaged(chance, text.encode()))

        draft.refresh_from_db()
        if response.status_code == 422:
            refused += 1
            assert draft.document == kept
            hold_to_its_word(response, needs_column=True)
        else:
            assert response.status_code in (200, 302), response.status_code
            taken += 1
            steps = draft.document["modules"]["la-lecon"]["steps"]
            assert all(
                step == other
                for step, other in zip(steps, _steps(kept), strict=True)
                if step["key"] != "quiz"
            )
            assert all(item["question"]["fr"] for item in steps[1]["items"])
            kept = draft.document

    assert refused > 20
    assert taken > 20


def _steps(found: Any) -> Any:
    return found["modules"]["la-lecon"]["steps"]


def _post_quiz(client: Client, draft: ProgrammeDraft, form: str, content: bytes) -> Any:
    url = f"/programmes/drafts/{draft.public_id}/modules/la-lecon/quiz/quiz/"
    file = SimpleUploadedFile("quiz.txt", content or b" ")
    return client.post(url, {"form": form, "french_file": file, "revision": draft.revision})
