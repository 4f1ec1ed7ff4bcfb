"""The fourth pattern: each reminder is a Celery task with an ETA, and time lives in the broker."""

from __future__ import annotations

import os

from celery import Celery

from bench.anchors.patterns import Post

app = Celery("eta", broker=os.environ.get("ETA_BROKER", "memory://"))
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={
        "visibility_timeout": float(os.environ.get("ETA_VISIBILITY", "3600")),
        "unacked_restore_throttle": 1,
    },
    broker_connection_retry_on_startup=True,
)


@app.task(name="eta.send")
def send(key: str) -> None:
    """Send what is due now, for so says the broker."""
    post = Post(int(os.environ["ETA_PORT"]))
    post.send(key)
    post.smtp.quit()
