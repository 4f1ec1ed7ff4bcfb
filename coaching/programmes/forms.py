"""Forms of the programme pages: a package to import, a quiz to bring, a version to publish."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from coaching.programmes.schema.containers import VERSION_PATTERN

MAX_PACKAGE_BYTES = 5_000_000
MAX_QUIZ_BYTES = 200_000


class PackageForm(forms.Form):
    """One ZIP, or one JSON document; what it holds is checked by the reader of packages, not here."""

    file = forms.FileField(
        label=_("Choisir un fichier"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".zip,.json"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > MAX_PACKAGE_BYTES:
            raise forms.ValidationError(
                _("Ce fichier dépasse %(megabytes)s Mo.") % {"megabytes": MAX_PACKAGE_BYTES // 1_000_000}
            )
        return file


class QuizForm(forms.Form):
    """A quiz as text, pasted or uploaded, in French and if need be in English."""

    form = forms.ChoiceField(
        label=_("Forme du texte"),
        choices=[("markdown", _("Markdown, comme montré à côté")), ("gift", _("GIFT, de Moodle"))],
        initial="markdown",
    )
    french = forms.CharField(
        label=_("Les questions en français"), required=False, strip=False, widget=forms.Textarea({"rows": 14})
    )
    french_file = forms.FileField(label=_("Ou un fichier en français"), required=False, max_length=200)
    english = forms.CharField(
        label=_("Les mêmes en anglais"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8}),
        help_text=_(
            "Dans le même ordre. Sans elles, l’anglais des questions déjà là reste, "
            "celui des autres est à écrire dans l’éditeur."
        ),
    )
    english_file = forms.FileField(label=_("Ou un fichier en anglais"), required=False, max_length=200)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("french_file") and not data.get("french", "").strip():
            self.add_error("french", _("Collez les questions, ou choisissez un fichier."))
        for name in ("french_file", "english_file"):
            file = data.get(name)
            if file is not None and file.size > MAX_QUIZ_BYTES:
                self.add_error(name, _("Ce fichier dépasse 200 ko."))
        return data

    def has(self, name: str) -> bool:
        """Whether the text or the file of one language is there."""
        return bool(self.cleaned_data.get(f"{name}_file") or self.cleaned_data.get(name, "").strip())

    def content(self, name: str) -> tuple[bytes, str]:
        """The bytes of one language, and the name of the file; "" for a text that was pasted."""
        file = self.cleaned_data.get(f"{name}_file")
        if file is not None:
            return file.read(), file.name
        text: str = self.cleaned_data.get(name, "")
        return text.encode("utf-8", "surrogatepass"), ""


class PublishForm(forms.Form):
    """The label of the version, and what changes in it, in the author's own words."""

    label = forms.CharField(
        label=_("Numéro de version"),
        max_length=20,
        validators=[
            RegexValidator(
                VERSION_PATTERN,
                _("Des chiffres, des lettres sans accent, des points ou des tirets, par exemple 1.1."),
            )
        ],
    )
    what_changed = forms.CharField(
        label=_("Ce qui change"),
        help_text=_("Une phrase pour les coachs qui adopteront cette version."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
