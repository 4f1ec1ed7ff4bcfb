"""The product's Celery application whose ticks come every HURRY seconds: `celery -A tests.chaos.hurried`."""

import os

from config.celery import app

for _entry in app.conf.beat_schedule.values():
    if _entry["schedule"] == 60.0:
        _entry["schedule"] = float(os.environ["HURRY"])
