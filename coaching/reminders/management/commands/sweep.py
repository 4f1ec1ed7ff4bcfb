"""`manage.py sweep`: what a tick does, without a broker; for cron, or while the broker is away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coaching.reminders.instance import MailHeld, beat
from coaching.reminders.sweeping import rehearse_sweep, sweep


class Command(BaseCommand):
    help = "Plan and send everything that is due now, in all networks, without a broker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would leave, send nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self._rehearse()
            return
        beat("sweep")
        try:
            done = sweep()
        except MailHeld as held:
            raise CommandError(f"INSTANCE_ID: nothing is sent ({held.code}); see `manage.py mail`") from None
        self.stdout.write(
            f"{len(done.networks)} networks with work, {done.planned} messages planned, {done.sent} sent"
        )
        if done.failed:
            raise CommandError(f"{len(done.failed)} networks could not be served; the log says why")

    def _rehearse(self) -> None:
        found = rehearse_sweep()
        for kind, count in sorted(found.leaving.items()):
            self.stdout.write(f"{count} would leave: {kind}")
        self.stdout.write(
            f"{found.leaving.total()} would leave now, {found.skipped} would not, {found.deferred} would wait"
        )
