"""The dry run as a CSV that a spreadsheet opens without executing anything."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from agencies.importing.planning import Plan
from agencies.importing.wording import (
    COLUMNS,
    FIELDS,
    OUTCOMES,
    item_sentence,
    refusal_sentence,
    value_words,
)

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a sign that starts one."""
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def report_rows(plan: Plan) -> list[list[str]]:
    """Headings, then refused cells, then the other lines; every cell is text."""
    rows = [
        [_("Ligne"), _("Résultat"), _("Agence"), _("Colonne"), _("Valeur"), _("Explication"), _("Suggestion")]
    ]
    for refusal in plan.refusals:
        column = str(COLUMNS[refusal.column])
        suggestion = value_words(refusal.column, refusal.suggestion)
        reason = refusal_sentence(refusal)
        rows.append([str(refusal.line), _("Refusée"), refusal.who, column, refusal.value, reason, suggestion])
    for item in plan.items:
        changes = "; ".join(
            f"{FIELDS[change.field]} : {value_words(change.field, change.old)} → "
            f"{value_words(change.field, change.new)}"
            for change in item.changes
        )
        explanation = " ".join(part for part in (item_sentence(item), changes) if part)
        outcome = str(OUTCOMES[item.outcome])
        rows.append([str(item.line), outcome, item.entry.agency, "", "", explanation, ""])
    return rows


def report_csv(plan: Plan) -> bytes:
    """UTF-8 with a mark and semicolons: what Excel opens by a double click in France."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in report_rows(plan))
    return text.getvalue().encode("utf-8-sig")
