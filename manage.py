#!/usr/bin/env python
"""Django's command line, on the data of a running `manage.py up` when there is one."""

import os
import sys
from pathlib import Path

# Where a running `manage.py up` says how to reach its servers, for commands in a second terminal.
NOTE = Path(__file__).resolve().parent / ".cairn" / "environment"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["up"]:
        # It only starts others: without the apps and their models it is there in half the time.
        from config.management.commands.up import Command

        Command().run_from_argv(sys.argv)
        return
    from django.core.management import execute_from_command_line

    from config.env import with_local

    given = dict(os.environ)
    os.environ.update(with_local(os.environ, NOTE))
    try:
        execute_from_command_line(sys.argv)
    except Exception as problem:
        from config.unprepared import sentence

        if "--traceback" in sys.argv or not (said := sentence(problem, given)):
            raise
        sys.exit(said)


if __name__ == "__main__":
    main()
