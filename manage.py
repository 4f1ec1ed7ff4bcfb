#!/usr/bin/env python
"""Django's command line, with a short answer instead of a traceback when the environment is wrong."""

import os
import sys
from pathlib import Path

# Where a running `manage.py up` says how to reach its servers, for commands in a second terminal.
NOTE = Path(__file__).resolve().parent / ".cairn" / "environment"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.env import BadEnvironment, with_local

    if sys.argv[1:2] != ["up"]:
        os.environ.update(with_local(os.environ, NOTE))
    try:
        execute_from_command_line(sys.argv)
    except BadEnvironment as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
