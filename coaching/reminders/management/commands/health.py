"""`manage.py health`: what /health/ answers, in sentences; ends with 1 when something is wrong."""

from typing import Any

from coaching.programmes.management.spoken import SpokenCommand
from coaching.reminders.health import findings, is_healthy
from coaching.reminders.health_words import beats_of, sentence
from coaching.reminders.vital_signs import read_facts


class Command(SpokenCommand):
    help = "Say whether mail goes out; exit code 1 when something needs a hand."

    def handle(self, *args: Any, **options: Any) -> None:
        facts = read_facts()
        found = findings(facts)
        for each in found:
            self.stdout.write(
                f"{'ok' if each.is_ok else '!!'}  {sentence(each, facts.now if facts else None)}"
            )
        for beat in beats_of(facts) if facts and facts.is_migrated else []:
            self.stdout.write(f"    {beat.part}: {beat.age}")
        if not is_healthy(found):
            raise SystemExit(1)
