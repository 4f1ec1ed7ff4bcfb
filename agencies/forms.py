"""Form of the invitation page: the three things one sets, and the notice one has read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AcceptInvitationForm(forms.Form):
    """Name, language, a way to sign in, and the notice. `user` is the invited person."""

    class WayIn:
        CODE, PASSWORD, PASSKEY = "code", "password", "passkey"
        CHOICES = (
            (CODE, _("Un code par courriel à chaque connexion")),
            (PASSWORD, _("Un mot de passe")),
            (PASSKEY, _("Une clé d’accès (empreinte, visage ou code de l’appareil)")),
        )

    name = forms.CharField(
        label=_("Prénom et nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Langue"), choices=[("fr", "Français"), ("en", "English")], widget=forms.RadioSelect
    )
    way_in = forms.ChoiceField(
        label=_("Pour revenir, vous préférez"),
        choices=WayIn.CHOICES,
        initial=WayIn.CODE,
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Seulement si vous avez choisi le mot de passe : dix caractères ou plus, une phrase convient."
        ),
    )
    notice = forms.BooleanField(
        label=_("J’ai lu la note d’information."),
        error_messages={"required": _("Cochez la case quand vous avez lu la note : elle dit qui voit quoi.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("way_in") == self.WayIn.PASSWORD:
            self._check_password(cleaned.get("password", ""), cleaned.get("name", ""))
        else:
            cleaned["password"] = ""
        return cleaned

    def _check_password(self, password: str, name: str) -> None:
        if not password:
            self.add_error("password", _("Écrivez un mot de passe, ou choisissez le code par courriel."))
            return
        try:
            validate_password(password, User(email=self.user.email, name=name or self.user.name))
        except forms.ValidationError as error:
            self.add_error("password", error)


class WelcomeForm(forms.Form):
    """The notice alone, for a person who is signed in already."""

    notice = forms.BooleanField(
        label=_("J’ai lu la note d’information."),
        error_messages={"required": _("Cochez la case quand vous avez lu la note : elle dit qui voit quoi.")},
    )
