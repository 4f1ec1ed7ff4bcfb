"""Form of a list of people brought to step 4: words pasted from a mail or a spreadsheet, or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from agencies.forms_import import ImportForm

LONGEST_LIST = 200_000


class PeopleListForm(ImportForm):
    """The text or else the file; what they say is checked by the dry run, not here."""

    text = forms.CharField(
        label=_("Votre liste"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_(
            "Une personne par ligne : son nom, son adresse, son agence, dans l’ordre que vous voulez. "
            "Copiez-la d’un courriel ou d’un tableur."
        ),
    )
    field_order = ("text", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False
        self.fields["file"].label = _("Ou choisir un fichier")

    def clean_file(self) -> UploadedFile | None:  # type: ignore[override]
        return super().clean_file() if self.cleaned_data.get("file") else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("text") and not cleaned.get("file") and not self.errors:
            self.add_error("text", _("Collez une liste, ou choisissez un fichier."))
        return cleaned
