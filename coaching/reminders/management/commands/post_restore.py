"""`manage.py post_restore`: makes a restored database ready to send, without writing to anybody twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from coaching.reminders.instance import settle_here, why_held
from coaching.reminders.restoring import after_restore, last_sign_of_life


class Command(BaseCommand):
    help = "After a restore: what may have left since the dump waits for a person, everybody signs in anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--same-site",
            action="store_true",
            help="the earlier site is gone for good: keep its INSTANCE_ID",
        )
        parser.add_argument(
            "--dumped-at", metavar="INSTANT", help="when the dump was made, 2026-11-29T03:00+01:00"
        )
        parser.add_argument(
            "--files",
            action="store_true",
            help="the server's own files were put back (a snapshot, a copied folder), which nothing shows",
        )

        parser.add_argument(
            "--moved",
            action="store_true",
            help="all was stopped before the dump and is here now (a move, pg_upgrade): let mail leave",
        )

    def handle(
        self,
        *args: Any,
        same_site: bool,
        dumped_at: str | None,
        files: bool,
        moved: bool,
        **options: Any,
    ) -> None:
        if moved:
            self._settle()
            return
        if why_held() not in ("restored", "other_instance") and not files:
            raise CommandError(
                "This database was not restored from a dump: nothing to do. "
                "If its files were put back (a snapshot, a copied folder), say so with --files."
            )
        done = after_restore(_instant(dumped_at), is_same_site=same_site)
        self.stdout.write(
            f"{done.in_doubt} messages may have left since the dump: none is sent twice, look at them.\n"
            f"{done.signed_out} sessions ended: everybody signs in anew."
        )
        if done.instance_id == settings.INSTANCE_ID:
            self.stdout.write("Mail leaves again once the services run.")
        else:
            self.stdout.write(
                f"This is a new site: nothing leaves until its environment has INSTANCE_ID={done.instance_id}"
            )

    def _settle(self) -> None:
        if why_held() != "restored":
            raise CommandError("--moved: expected a database of this site that lies elsewhere than before")
        settle_here(settings.INSTANCE_ID)
        self.stdout.write("The database is at home here. Mail leaves once the services run.")


def _instant(text: str | None) -> dt.datetime:
    found = last_sign_of_life() if text is None else _parsed(text)
    if found is None:
        raise CommandError("--dumped-at: expected when the dump was made: no worker left a sign in it")
    return found


def _parsed(text: str) -> dt.datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise CommandError(f"--dumped-at: expected an instant such as 2026-11-29T03:00+01:00, got {text!r}")
    return found
