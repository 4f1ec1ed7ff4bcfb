"""A dry run on screen: figures, refused cells with their suggestions, lines and what each would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.importing.applying import Applied
from agencies.importing.columns import REQUIRED
from agencies.importing.planning import Item, Outcome, Plan
from agencies.importing.problems import Refusal
from agencies.importing.wording import (
    COLUMNS,
    FIELDS,
    OUTCOMES,
    SEPARATORS,
    item_sentence,
    notice_sentence,
    refusal_sentence,
    value_words,
)
from agencies.models import ImportDraft

PAGE_SIZE = 50
MAX_REFUSALS_SHOWN = 100
MAX_NOTICES_SHOWN = 20
TAGS = {Outcome.CREATED: "ok", Outcome.CHANGED: "info", Outcome.UNCHANGED: ""}


@dataclass(frozen=True)
class RefusalRow:
    """One refused cell as the page shows it."""

    refusal: Refusal
    column: str
    sentence: str
    suggestion: str

    @classmethod
    def of(cls, refusal: Refusal) -> RefusalRow:
        suggestion = value_words(refusal.column, refusal.suggestion)
        return cls(refusal, str(COLUMNS[refusal.column]), refusal_sentence(refusal), suggestion)


@dataclass(frozen=True)
class ItemRow:
    """One line that can be imported as the page shows it."""

    item: Item
    tag: str
    kind: str
    sentence: str
    changes: list[dict[str, str]]

    @classmethod
    def of(cls, item: Item) -> ItemRow:
        changes = [
            {
                "label": str(FIELDS[change.field]),
                "old": value_words(change.field, change.old),
                "new": value_words(change.field, change.new),
            }
            for change in item.changes
            if item.outcome is not Outcome.CREATED
        ]
        return cls(item, str(OUTCOMES[item.outcome]), TAGS[item.outcome], item_sentence(item), changes)


def dry_run(draft: ImportDraft, plan: Plan, asked: QueryDict) -> dict[str, Any]:
    """What a page with this dry run needs; `asked` chooses the outcome shown and the page of lines."""
    shown = _shown(asked)
    items = [item for item in plan.items if shown is None or item.outcome is shown]
    page = Paginator(items, PAGE_SIZE).get_page(asked.get("page"))
    return {
        "draft": draft,
        "plan": plan,
        "ready": len(plan.items),
        "rows_read": len(plan.columns.rows),
        "figures": _figures_before(plan),
        "refusals": [RefusalRow.of(refusal) for refusal in plan.refusals[:MAX_REFUSALS_SHOWN]],
        "refusals_hidden": max(0, len(plan.refusals) - MAX_REFUSALS_SHOWN),
        "has_suggestions": bool(draft.accepted) or any(refusal.suggestion for refusal in plan.refusals),
        "accepted": _accepted(draft),
        "notices": [notice_sentence(notice) for notice in plan.notices[:MAX_NOTICES_SHOWN]],
        "notices_hidden": max(0, len(plan.notices) - MAX_NOTICES_SHOWN),
        "filters": _filters(plan, shown),
        "page": page,
        "page_query": f"show={shown}&" if shown else "",
        "rows": [ItemRow.of(item) for item in page],
        "separator": SEPARATORS.get(plan.table.separator, plan.table.separator),
        "required": _recognised(plan, required=True),
        "optional": _recognised(plan, required=False),
    }


def _shown(asked: QueryDict) -> Outcome | None:
    try:
        return Outcome(asked.get("show", ""))
    except ValueError:
        return None


def _figures(counts: Sequence[int], notes: Sequence[str]) -> list[dict[str, Any]]:
    labels = (_("Créées"), _("Modifiées"), _("Inchangées"), _("Refusées"))
    return [
        {"label": label, "value": count, "note": note}
        for label, count, note in zip(labels, counts, notes, strict=True)
    ]


def _figures_before(plan: Plan) -> list[dict[str, Any]]:
    counts = [*(plan.count(outcome) for outcome in Outcome), plan.refused_lines]
    refused = _("à revoir") if plan.refused_lines else _("aucune")
    return _figures(counts, (_("nouvelles agences"), _("avant et après affichés"), _("déjà à jour"), refused))


def figures_after(done: Applied) -> list[dict[str, Any]]:
    counts = (done.created, done.changed, done.unchanged, done.refused)
    refused = _("laissées de côté") if done.refused else _("aucune")
    return _figures(counts, (_("nouvelles agences"), _("mises à jour"), _("déjà à jour"), refused))


def _filters(plan: Plan, shown: Outcome | None) -> list[dict[str, Any]]:
    labels = {
        Outcome.CREATED: _("Créées"),
        Outcome.CHANGED: _("Modifiées"),
        Outcome.UNCHANGED: _("Inchangées"),
    }
    rows = [{"label": _("Toutes"), "query": "?", "count": len(plan.items), "is_current": shown is None}]
    for outcome, label in labels.items():
        count = plan.count(outcome)
        if count:
            rows.append(
                {
                    "label": label,
                    "query": f"?show={outcome}",
                    "count": count,
                    "is_current": shown is outcome,
                }
            )
    return rows


def _accepted(draft: ImportDraft) -> list[dict[str, str]]:
    """The suggestions in force, in the order of the file; unticking one takes it back."""
    rows = []
    for key, value in draft.accepted.items():
        line, _colon, column = key.partition(":")
        rows.append(
            {"key": key, "line": line, "column": str(COLUMNS[column]), "value": value_words(column, value)}
        )
    return sorted(rows, key=lambda row: int(row["line"]))


def _recognised(plan: Plan, *, required: bool) -> str:
    found = [column for column in plan.columns.positions if (column in REQUIRED) is required]
    return ", ".join(plan.columns.headings[column] for column in found)
