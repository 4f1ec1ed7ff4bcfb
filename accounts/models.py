"""Who a person is: the account, its language and its hours; nothing about any network."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


def validate_time_zone(value: str) -> None:
    """Refuse a name that the tz database does not know."""
    if value not in available_timezones():
        raise ValidationError(
            _("« %(value)s » n’est pas un fuseau horaire connu, par exemple Europe/Paris."),
            params={"value": value},
        )


class UserManager(BaseUserManager["User"]):
    """Creates accounts; an e-mail address is compared without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a new account; without a password the person signs in by code or invitation."""
        user = self.model(email=self.normalize_email(email).strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The operator's account; whoever may run the command vouches for its address."""
        from allauth.account.models import EmailAddress  # which wants to know this model first

        user = self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person, perhaps coach in four networks and head of an agency in one."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("Comme mon appareil")
        LIGHT = "light", _("Clair")
        DARK = "dark", _("Sombre")

    class Language(models.TextChoices):
        BROWSER = "", _("Celle de mon navigateur")
        FRENCH = "fr", "Français"
        ENGLISH = "en", "English"

    email = models.EmailField(_("adresse de courriel"), unique=True)
    name = models.CharField(_("prénom et nom"), max_length=150, blank=True)
    language = models.CharField(
        _("langue"), max_length=2, choices=Language.choices, default=Language.BROWSER, blank=True
    )
    time_zone = models.CharField(
        _("fuseau horaire"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    theme = models.CharField(
        _("apparence"), max_length=5, choices=Theme.choices, default=Theme.SYSTEM, blank=True
    )
    is_staff = models.BooleanField(_("exploite la plateforme"), default=False)
    is_active = models.BooleanField(_("compte ouvert"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class NoticeAcknowledgement(models.Model):
    """The person has read this version of the privacy notice (domain.md 5.1)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_acknowledgements")
    version = models.CharField(max_length=20)
    acknowledged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "version"], name="notice_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.version}"
