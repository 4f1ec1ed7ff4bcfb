"""Configuration of the accounts app: who a person is, independent of any network."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Comptes")

    def ready(self) -> None:
        """Forms everywhere say what to do next instead of what is wrong."""
        from django import forms

        forms.Field.default_error_messages["required"] = _("Remplissez ce champ.")
        forms.ChoiceField.default_error_messages["required"] = _("Choisissez une réponse.")
        forms.FileField.default_error_messages |= {
            "required": _("Choisissez un fichier."),
            "empty": _("Ce fichier est vide."),
            "max_length": _("Le nom de ce fichier est trop long."),
        }
        forms.EmailField.default_error_messages = {
            "invalid": _("Écrivez l’adresse en entier, par exemple prenom@agence.fr.")
        }
