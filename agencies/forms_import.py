"""Form of the import page: one file, not too heavy."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from agencies.importing.problems import FileReason, FileRefusal
from agencies.importing.reading import MAX_BYTES
from agencies.importing.wording import file_sentence


class ImportForm(forms.Form):
    """The file of agencies and heads; what it says is checked by the dry run, not here."""

    file = forms.FileField(
        label=_("Choisir un fichier"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > MAX_BYTES:
            megabytes = MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(
                file_sentence(FileRefusal(FileReason.TOO_LARGE, params={"megabytes": megabytes}))
            )
        return file
