"""Background work of cohorts: a calendar that is over ends its cohort."""

from __future__ import annotations

import logging

from celery import shared_task

from coaching.cohorts.ending import end_finished_cohorts, networks_with_cohorts_to_end

logger = logging.getLogger(__name__)


@shared_task
def end_cohorts() -> int:
    """End what is over, in every network; running it twice or late changes nothing more."""
    ended = 0
    for network_id in networks_with_cohorts_to_end():
        try:
            ended += end_finished_cohorts(network_id)
        except Exception as problem:  # one network must not keep the others' cohorts open
            logger.error("cohorts of network %s are not ended: %s", network_id, type(problem).__name__)
    return ended
