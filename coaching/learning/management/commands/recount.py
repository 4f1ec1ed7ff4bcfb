"""Count every enrolment's facts again from its completions: no difference, or an error that names each."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.models import Network
from agencies.scope import networks
from coaching.learning.recount import Difference, recount


class Command(BaseCommand):
    help = "Recompute the facts of all enrolments from StepCompletion and the pinned versions."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--network", help="Slug of one network; all of them otherwise.")
        parser.add_argument("--fix", action="store_true", help="Write the facts that were counted.")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Network.objects.order_by("slug")
        if options["network"]:
            chosen = chosen.filter(slug=options["network"])
            if not chosen.exists():
                raise CommandError(f"No network is called {options['network']}.")
        found: list[Difference] = []
        for network in chosen:
            with networks(network.pk):
                found += recount(fix=options["fix"])
        for difference in found:
            self.stderr.write(str(difference))
        if found and not options["fix"]:
            raise CommandError(f"{len(found)} differences; --fix writes the facts that were counted.")
        self.stdout.write(f"{len(found)} differences written." if found else "No difference.")
