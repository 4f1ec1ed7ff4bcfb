"""Import a network from a file at the command line: the same dry run and the same rules as the page."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.importing.applying import Applied, NotApplied, apply_file
from agencies.importing.planning import Outcome, Plan, make_plan
from agencies.importing.problems import FileRefusal
from agencies.importing.reading import MAX_BYTES
from agencies.importing.report import report_rows
from agencies.importing.wording import file_sentence, notice_sentence
from agencies.models import Network
from agencies.scope import networks
from config.networks import open_network


class Command(BaseCommand):
    """Exit code 0 when every line passes, 1 when the file or a line is refused (nothing is written)."""

    help = "Import the agencies and heads of a network from a CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--network", required=True, metavar="SLUG", help="address of the network")
        parser.add_argument("--create", metavar="NAME", help="open it first, with the starter programme")
        parser.add_argument("--dry-run", action="store_true", help="print the report and write nothing")
        parser.add_argument(
            "--leave-refused", action="store_true", help="import the other lines when some are refused"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        content = self._read(options["file"])
        with transaction.atomic():
            network = self._network(options["network"], options["create"])
            with networks(network.pk):
                succeeded = self._import(network, content, options)
            if options["dry_run"] or not succeeded:
                transaction.set_rollback(True)
        if not succeeded and not options["dry_run"]:
            raise CommandError(_("Rien n’a été importé."), returncode=1)
        if not succeeded:
            raise CommandError(
                _("Essai : rien n’est enregistré. Il reste des lignes à revoir."), returncode=1
            )

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=1) from None

    def _network(self, slug: str, name: str | None) -> Network:
        known = Network.objects.filter(slug=slug).first()
        if known:
            return known
        if not name:
            raise CommandError(
                _("Le réseau « %(slug)s » n’existe pas. Ajoutez --create suivi de son nom.") % {"slug": slug},
                returncode=1,
            )
        return open_network(slug, name)

    def _import(self, network: Network, content: bytes, options: dict[str, Any]) -> bool:
        """Print the dry run and, unless it was asked for alone, carry it out. Whether all went well."""
        name, today = options["file"].name, timezone.localdate()
        plan = make_plan(network, content, name, today)
        if isinstance(plan, FileRefusal):
            self.stderr.write(file_sentence(plan))
            return False
        self._print(plan)
        if options["dry_run"]:
            return not plan.refusals
        leave = options["leave_refused"]
        outcome = apply_file(network, content, name, today, token=plan.token, leave_refused=leave)
        if isinstance(outcome, Applied):
            self.stdout.write(self.style.SUCCESS(_("Import terminé.")))
            return True
        if outcome is NotApplied.STALE:
            self.stderr.write(_("Le réseau a changé pendant l’essai : recommencez."))
        return False

    def _print(self, plan: Plan) -> None:
        unchanged = {str(item.line) for item in plan.items if item.outcome is Outcome.UNCHANGED}
        for line, outcome, *rest in report_rows(plan)[1:]:
            if line not in unchanged:
                self.stdout.write(f"{line:>6}  {outcome:<10} {' | '.join(part for part in rest if part)}")
        for notice in plan.notices:
            self.stdout.write(f"        {notice_sentence(notice)}")
        for column in plan.ignored:
            why = _("donnée personnelle inutile ici") if column.is_personal else _("inconnue")
            self.stdout.write(
                "        " + _("Colonne « %(name)s » ignorée : %(why)s.") % {"name": column.name, "why": why}
            )
        counts = (plan.count(Outcome.CREATED), plan.count(Outcome.CHANGED), plan.count(Outcome.UNCHANGED))
        self.stdout.write(
            _("%(created)s créées, %(changed)s modifiées, %(unchanged)s inchangées, %(refused)s refusées.")
            % dict(
                zip(
                    ("created", "changed", "unchanged", "refused"), (*counts, plan.refused_lines), strict=True
                )
            )
        )
