"""The core of programmes is pure: it can be used, tested and fuzzed without Django."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from coaching.programmes.package import tidied
from coaching.programmes.render import render_markdown
from coaching.programmes.services import STARTER_FOLDER

PURE_MODULES = (
    "schema",
    "package",
    "checks",
    "problems",
    "validation",
    "examination",
    "typography",
    "sentences",
    "figures",
    "render",
    "bilingual",
    "decks",
    "outline",
    "content",
    "lasting",
    "marks",
    "merging",
    "difference",
    "quizzes",
)


@pytest.mark.parametrize("module", PURE_MODULES)
def test_pure_module_imports_no_django(module: str) -> None:
    script = f"import sys, coaching.programmes.{module}; sys.exit('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], cwd=STARTER_FOLDER.parents[3], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize(
    "text",
    ["a" * 20_000, "x" + " " * 20_000 + "x", " \n" * 10_000, "<!--" * 5_000, "{{" * 10_000, "<a" * 10_000,
     "https://" + "." * 20_000, "«" * 20_000, "[" * 20_000, "![" * 10_000, "_*" * 10_000, "> " * 10_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_unfriendly_text_of_the_greatest_length_stays_quick(text: str) -> None:
    started = time.process_time()

    tidied({"fr": text, "en": text})
    render_markdown(text)

    assert time.process_time() - started < 3
