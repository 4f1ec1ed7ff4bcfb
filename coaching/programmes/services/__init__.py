"""Verbs on programmes, by noun: `publishing` freezes versions, `drafts` and `parts` keep what is written."""

from coaching.programmes.services.adopting import NothingToTakeUp, merged_with, take_up
from coaching.programmes.services.drafts import (
    DraftChanged,
    discard_draft,
    open_draft,
    publish_draft,
    save_draft,
    undo_draft,
)
from coaching.programmes.services.packages import import_document
from coaching.programmes.services.parts import PartChanged, save_part
from coaching.programmes.services.publishing import (
    STARTER_FOLDER,
    PublicationRefused,
    document_of,
    install,
    publish,
    publish_starter,
)

__all__ = [
    "STARTER_FOLDER",
    "DraftChanged",
    "NothingToTakeUp",
    "PartChanged",
    "PublicationRefused",
    "discard_draft",
    "document_of",
    "import_document",
    "install",
    "merged_with",
    "open_draft",
    "publish",
    "publish_draft",
    "publish_starter",
    "save_draft",
    "save_part",
    "take_up",
    "undo_draft",
]
