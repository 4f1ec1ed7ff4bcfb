"""Background work: hints only. Losing, doubling or delaying any of them must not matter (D4)."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from coaching.reminders import sweeping
from coaching.reminders.instance import MailHeld, beat
from coaching.reminders.services import deliver_network

logger = logging.getLogger(__name__)


@shared_task
def tick() -> int:
    """Each minute: note the beat that came through the broker, and point at the networks with due work."""
    beat("tick")
    found = sweeping.waiting_networks()
    for network_id in found:
        try:
            deliver.delay(network_id)
        except OperationalError:
            logger.warning("the broker did not take the work of network %s: the next tick will", network_id)
            break
    return len(found)


@shared_task(expires=55)  # the next tick points there again
def deliver(network_id: int) -> int:
    """Plan and hand over what is due in one network, for one turn; returns how many messages left."""
    try:
        return deliver_network(network_id, seconds=sweeping.turn_of(len(sweeping.waiting_networks()))).sent
    except MailHeld as held:
        logger.warning("nothing is sent: %s", held.code)
        return 0


@shared_task
def pulse() -> None:
    """A sign of life of the mail queue's worker."""
    beat("mail")


@shared_task
def ring_lost_alarms() -> int:
    """Each hour: nobody whose cohort runs is left without a next look."""
    return sweeping.ring_lost_alarms()
