"""`manage.py mail`: whether this installation sends, and the switch that stops it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from coaching.reminders.instance import start_mail, stop_mail, why_held
from coaching.reminders.models import InstanceIdentity, MailGate

WHY = {
    "": "Mail leaves.",
    "other_instance": "Nothing leaves: this is {here!r} (INSTANCE_ID), the database belongs to {owner!r}.",
    "restored": "Nothing leaves: the database was restored. Run `manage.py post_restore`.",
    "disabled": "Nothing leaves: {because}",
}


class Command(BaseCommand):
    help = "Say whether mail leaves; --stop holds all of it until --start."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--stop", metavar="WHY", help="hold every message, and note why")
        choice.add_argument("--start", action="store_true", help="let messages leave again")
        choice.add_argument("--status", action="store_true", help="only say it (the default)")

    def handle(self, *args: Any, stop: str | None, start: bool, **options: Any) -> None:
        if stop is not None:
            if not stop.strip() or len(stop) > 200:
                raise CommandError("--stop: expected in 1 to 200 characters why nothing may leave")
            stop_mail(stop.strip())
        elif start:
            start_mail()
        code, identity = why_held(), InstanceIdentity.objects.get()
        self.stdout.write(
            WHY[code].format(
                owner=identity.instance_id, here=settings.INSTANCE_ID, because=identity.stopped_because
            )
        )
        for gate in MailGate.objects.filter(failures__gt=0).order_by("transport"):
            self.stdout.write(f"{gate.transport}: {gate.failures} connections failed in a row")
