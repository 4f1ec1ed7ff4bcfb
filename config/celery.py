"""The Celery application: three queues, and the few ticks that look for due work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cairn")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Mail must not wait behind an import, nor a tick behind a long export.
QUEUES = ("mail", "default", "slow")
