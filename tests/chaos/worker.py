"""A worker process of the chaos tests: delivers one network at a given instant, and may be told to die."""

from __future__ import annotations

import datetime as dt
import os
import sys


def main() -> None:
    """`python -m tests.chaos.worker NETWORK_ID INSTANT`, with FAILPOINT=name:n in the environment."""
    import django

    django.setup()
    from coaching.reminders.services import deliver_network

    network_id, instant = int(sys.argv[1]), dt.datetime.fromisoformat(sys.argv[2])
    done = deliver_network(network_id, now=instant, batch=int(os.environ.get("BATCH", "3")))
    sys.stdout.write(f"{done.sent}\n")


if __name__ == "__main__":
    main()
