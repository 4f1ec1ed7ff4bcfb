"""`manage.py sweep`: what a tick does, without a broker; for cron, or while the broker is away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coaching.reminders.claiming import networks_with_work
from coaching.reminders.instance import MailHeld, beat
from coaching.reminders.services import deliver_network


class Command(BaseCommand):
    help = "Plan and send everything that is due now, in all networks, without a broker."

    def handle(self, *args: Any, **options: Any) -> None:
        beat("sweep")
        sent = planned = 0
        found = networks_with_work()
        for network_id in found:
            try:
                done = deliver_network(network_id)
            except MailHeld as held:
                raise CommandError(f"INSTANCE_ID: nothing is sent ({held.code})") from None
            sent += done.sent
            planned += done.planning.inserted
        self.stdout.write(f"{len(found)} networks with work, {planned} messages planned, {sent} sent")
