"""A person's private calendar address, over all their networks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """Whose calendar an address shows; of the address itself only a hash is kept.

    Global on purpose, like the account it belongs to: it is read before any network is known. A person has
    one; to renew it is to revoke the old address.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("agenda privé")
        verbose_name_plural = _("agendas privés")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
