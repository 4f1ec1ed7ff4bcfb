"""`manage.py prepare_site`: texts, files, the programme that ships, the demo when empty."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from agencies.models import Network
from config.embedded.supervisor import progress

# The browsable API is off, so its style sheets are never asked for.
UNUSED_FILES = ["rest_framework"]


class Command(BaseCommand):
    help = "Compile translations, collect static files, publish the starter programme, seed an empty demo."

    def handle(self, *args: Any, **options: Any) -> None:
        loading = time.process_time()  # nobody saw it pass: reading the code takes longer than checking it
        self._step("Checks", lambda: quietly("check", databases=["default"]), already=loading)
        self._step("Translations", lambda: quietly("translations", compile=True))
        self._step("Static files", collect_static)
        self._step("Programme", lambda: quietly("publish_starter"))
        if settings.DEMO and not Network.objects.exists():
            self._step("Demo networks", lambda: quietly("seed_demo"))

    def _step(self, name: str, work: Callable[[], Any], already: float = 0) -> None:
        begun = time.monotonic() - already
        work()
        self.stdout.write(progress(name, time.monotonic() - begun))
        self.stdout.flush()


def quietly(command: str, **options: Any) -> None:
    """Run a command of its own right without what it would tell a person; errors still come through."""
    call_command(command, verbosity=0, stdout=StringIO(), **options)


def collect_static() -> None:
    """Collect, hash and compress when a file changed since the last time."""
    if settings.STATIC_ROOT is None:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    found = static_fingerprint()
    if stamp.exists() and stamp.read_text() == found:
        return
    quietly("collectstatic", interactive=False, clear=True, ignore_patterns=UNUSED_FILES)
    stamp.write_text(found)


def static_fingerprint() -> str:
    """Changes when a static file is added, removed, touched or resized."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(UNUSED_FILES):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_mtime_ns}\0{found.st_size}\n".encode())
    return digest.hexdigest()
