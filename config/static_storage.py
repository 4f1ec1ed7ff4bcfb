"""How static files are published: hashed and compressed by WhiteNoise, a sheet of sheets in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'^@import "([\w-]+\.css)";\n', re.M)
COMMENT = re.compile(r"/\*.*?\*/\s*", re.S)


class OnePieceStorage(CompressedManifestStaticFilesStorage):
    """A style sheet that imports its neighbours is published as one file, without comments and indents.

    On a slow line each file costs a journey there and back before anything shows: with three sheets the first
    lesson was seen 0.4 s later (400 ms, 400 kbit/s). The sources stay apart, and a browser reads them so too.
    """

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool | Exception]]:
        def text_of(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as source:
                return str(source.read(), "utf-8")

        whole = {}
        for name in paths if not dry_run else ():
            if name.endswith(".css") and IMPORT.search(text := text_of(name)):
                parts = (text_of(str(Path(name).parent / part)) for part in IMPORT.findall(text))
                whole[name] = re.sub(
                    r"\n\s+", "\n", COMMENT.sub("", "\n".join([*parts, IMPORT.sub("", text)]))
                )
        for name, text in whole.items():
            Path(self.path(name)).write_text(text, encoding="utf-8")
        yield from super().post_process(
            paths | {name: (self, name) for name in whole}, dry_run=dry_run, **options
        )
