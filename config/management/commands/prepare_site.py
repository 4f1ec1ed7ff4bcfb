"""`manage.py prepare_site`: tables, texts, files, the programme that ships, the demo when empty.

A start after which nothing changed costs a look: every step first asks whether it is needed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from agencies.checks import require_fences
from agencies.models import Network
from coaching.programmes import services as programmes
from config.embedded.supervisor import progress
from config.management.commands.prepare_database import is_prepared

# The browsable API is off, so its style sheets are never asked for.
UNUSED_FILES = ["rest_framework"]
# Where the fingerprint of what was published last is kept: in the database, so that it goes where that goes.
PUBLISHED = "published-starter"


class Command(BaseCommand):
    help = "Migrate, compile translations, collect static files, publish the starter, seed an empty demo."
    requires_system_checks: list[str] = []  # they look at the code, and import all of it

    def handle(self, *args: Any, **options: Any) -> None:
        loading = time.process_time()  # nobody saw it pass: reading the code takes longer than looking
        self._step("Database tables", prepare_database, already=loading)
        self._step("Translations", compile_translations)
        self._step("Static files", collect_static)
        self._step("Programme", publish_programme)
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


def prepare_database() -> None:
    """Migrate in a process of its own, which logs in as the owner; then look at the fences."""
    if not is_prepared():
        argv = [sys.executable, "-W", "ignore", str(settings.BASE_DIR / "manage.py"), "prepare_database"]
        if subprocess.run(argv, check=False).returncode:
            raise CommandError("`manage.py prepare_database` failed, see above.")
    require_fences()


def compile_translations() -> None:
    """Compile when a catalogue is newer than what was made of it."""
    sources = settings.BASE_DIR.glob("locale/*/LC_MESSAGES/django.po")
    if any(is_older(source.with_suffix(".mo"), source) for source in sources):
        quietly("translations", compile=True)


def is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def collect_static() -> None:
    """Collect, hash and compress when a file changed since the last time."""
    if settings.STATIC_ROOT is None:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    listed = ((path, storage) for finder in get_finders() for path, storage in finder.list(UNUSED_FILES))
    found = fingerprint((path, Path(storage.path(path))) for path, storage in listed)
    if stamp.exists() and stamp.read_text() == found:
        return
    quietly("collectstatic", interactive=False, clear=True, ignore_patterns=UNUSED_FILES)
    stamp.write_text(found)


def publish_programme() -> None:
    """Publish the starter when its texts, or the code that reads them, changed since the last time."""
    folder = programmes.STARTER_FOLDER.parent.parent
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    found = fingerprint((str(path.relative_to(folder)), path) for path in files)
    if cache.get(PUBLISHED) == found:
        return
    quietly("publish_starter")
    cache.set(PUBLISHED, found, timeout=None)


def fingerprint(files: Iterable[tuple[str, Path]]) -> str:
    """Changes when a file is added, removed, touched or resized."""
    digest = hashlib.sha256()
    for name, path in files:
        found = path.stat()
        digest.update(f"{name}\0{found.st_mtime_ns}\0{found.st_size}\n".encode())
    return digest.hexdigest()
