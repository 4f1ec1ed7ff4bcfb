"""A start looks before it works: what did not change since the last one is not done again."""

import os
import shutil
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from coaching.programmes import services as programmes
from coaching.programmes.models import ProgrammeVersion
from config.management.commands.prepare_database import is_prepared
from config.management.commands.prepare_site import compile_translations, publish_programme

pytestmark = pytest.mark.django_db


def test_a_migrated_database_is_left_alone():
    assert is_prepared()


def test_a_migration_that_is_not_applied_is_noticed():
    MigrationRecorder(connection).record_unapplied("reminders", "0002_row_level_security")

    assert not is_prepared()


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the programme that ships, to be touched at will."""
    copy = tmp_path / "programmes" / "starter" / programmes.STARTER_FOLDER.name
    shutil.copytree(programmes.STARTER_FOLDER, copy)
    monkeypatch.setattr(programmes, "STARTER_FOLDER", copy)
    return copy


def queries_of_publishing() -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        publish_programme()
    return len(asked)


def test_the_starter_is_published_once_and_read_again_only_when_a_file_changed(starter, no_programme):
    first = queries_of_publishing()
    unchanged = queries_of_publishing()
    os.utime(starter / "programme.yaml", (1, 1))
    touched = queries_of_publishing()

    assert ProgrammeVersion.objects.count() == 1
    assert unchanged == 1
    assert first > touched > 1


def test_a_catalogue_that_was_changed_is_compiled_and_no_other(tmp_path, settings):
    shutil.copytree(settings.BASE_DIR / "locale", tmp_path / "locale")
    settings.BASE_DIR = tmp_path
    french, english = (tmp_path / f"locale/{name}/LC_MESSAGES/django.mo" for name in ("fr", "en"))
    os.utime(french, (1, 1))
    before = english.stat().st_mtime_ns

    compile_translations()

    assert french.stat().st_mtime_ns > 10**9
    assert english.stat().st_mtime_ns == before
