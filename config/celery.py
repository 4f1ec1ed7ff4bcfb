"""The Celery application: three queues, and the few ticks that look for due work."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cairn")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Mail must not wait behind an import, nor a tick behind a long export.
QUEUES = ("mail", "default", "slow")

# A tick that waited a whole minute is worth nothing: the next one is there. Times live in columns, not here.
TICKS: dict[str, dict[str, Any]] = {
    "tick": {"task": "coaching.reminders.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    "pulse": {"task": "coaching.reminders.tasks.pulse", "schedule": 60.0, "options": {"expires": 55}},
    "ring-lost-alarms": {
        "task": "coaching.reminders.tasks.ring_lost_alarms",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "end-cohorts": {
        "task": "coaching.cohorts.tasks.end_cohorts",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "forget-import-drafts": {
        "task": "agencies.tasks.forget_import_drafts",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
}
app.conf.beat_schedule = TICKS
app.conf.task_routes = {
    "coaching.reminders.tasks.deliver": {"queue": "mail"},
    "coaching.reminders.tasks.pulse": {"queue": "mail"},
}


@worker_init.connect
@beat_init.connect
def refuse_unfenced_tables(**kwargs: Any) -> None:
    """A worker or a beat does not start on tables that are not fenced."""
    from agencies.checks import require_fences

    require_fences()
