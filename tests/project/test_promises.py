"""What README, Makefile and configuration promise is there."""

import re
import subprocess
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from config.translations.extract import texts

ROOT: Path = settings.BASE_DIR
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Assembled from halves, so that this file does not contain them.
PRIVATE = ["/wo" + "rk/", "sub" + "agent", "py" + "pi.org", "python" + "hosted", "/ro" + "ot/"]


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git clone")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def dry_run(target: str) -> str:
    argv = ["make", "--dry-run", "--always-make", "--no-print-directory", target]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_command_of_the_readme_is_a_make_target_and_the_other_way_round():
    said = set(re.findall(r"`make ([a-z-]+)`", (ROOT / "README.md").read_text()))

    helpers = {"help", "clean", "static-checks", "long"}
    assert said == make_targets() - helpers


@pytest.mark.parametrize(
    ("target", "needed"),
    [
        ("run", ["manage.py up", "--require-hashes -r requirements.txt"]),
        ("test", ["-m pytest", "--require-hashes -r requirements-dev.txt"]),
        ("check", ["ruff check", "ruff format --check", "mypy", "lint-imports", "djlint", "check --deploy"]),
        ("check", ["makemigrations --check", "translations --check"]),
        ("check", ['-m "not slow"', "-m slow", "pytest tests/chaos", '-m "not whole"', "-m whole"]),
        ("browser", ["-m pytest", "tests/browser"]),
        ("whole", ["-m pytest", "-m whole"]),
        ("chaos", ["pytest tests/chaos"]),
        ("chaos-release", ["CHAOS=release", "pytest tests/chaos"]),
        ("access", ["pytest tests/access tests/isolation"]),
        ("bench", ["-m bench"]),
    ],
)
def test_make_runs_what_the_target_says(target, needed):
    commands = dry_run(target)

    assert [words for words in needed if words not in commands] == []


def test_make_names_the_python_it_needs_when_the_one_given_is_too_old(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    argv = ["make", f"VENV={tmp_path}/venv", f"PYTHON={old}", f"{tmp_path}/venv/.python"]
    refused = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)

    assert refused.returncode != 0
    assert "Cairn needs Python 3.11 or newer" in refused.stderr


# Words of what later versions may bring; whoever builds one of them takes it off the list.
NOT_BUILT = re.compile(r"bilan pédagogique", re.IGNORECASE)


def test_no_page_and_no_mail_names_what_is_not_there():
    said = [
        text
        for message in texts(ROOT)
        for text in ([message.id] if isinstance(message.id, str) else message.id)
    ]

    assert [text for text in said if NOT_BUILT.search(text)] == []


def test_links_between_documents_lead_somewhere():
    documents = [path for path in tracked_files() if path.suffix == ".md" and "starter" not in path.parts]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text())
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_nothing_names_the_place_where_it_was_written():
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked_files()
        if path.suffix not in {".woff2", ".png", ".xlsx", ".ico"}
        for word in PRIVATE
        if word in path.read_text(errors="replace")
    ]

    assert found == []


def test_python_files_of_the_product_stay_short_enough_to_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] != "tests"
        and "migrations" not in path.parts
        if (lines := len(path.read_text().splitlines())) > 500
    }

    assert long == {}


@pytest.mark.django_db
def test_no_model_waits_for_a_migration():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_each_app_is_in_the_import_contracts():
    apps, rooms = PYPROJECT["tool"]["importlinter"]["contracts"][:2]
    ours = [app for app in settings.INSTALLED_APPS if (ROOT / app.replace(".", "/")).is_dir()]

    assert sorted(apps["layers"]) == sorted(ours)
    assert sorted(rooms["containers"]) == sorted(set(ours) - {"config"})


def test_modules_with_a_pure_name_are_held_to_it():
    names = {"calendar", "metrics", "planner", "schema", "typography"}
    pure = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "coaching").glob("*/*")
        if path.stem in names
    }
    forbidden = PYPROJECT["tool"]["importlinter"]["contracts"][2]

    assert forbidden["forbidden_modules"] == ["django"]
    assert pure <= set(forbidden["source_modules"])
