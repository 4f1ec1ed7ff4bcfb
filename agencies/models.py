"""Whose data it is: the network (tenant), its agencies, and the people attached to them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from agencies.public_id import LENGTH, new_public_id
from agencies.querysets import AgencyQuerySet, BrandValueQuerySet, MembershipQuerySet
from agencies.scope import current_network_id


class Sector(models.TextChoices):
    """Trade of a network, which selects the passages of a programme (format.md)."""

    INSURANCE = "insurance", _("Assurance")
    BANK = "bank", _("Banque")
    REAL_ESTATE = "real-estate", _("Immobilier")
    STAFFING = "staffing", _("Travail temporaire")
    TRAVEL = "travel", _("Voyage")
    GENERAL = "general", _("Autre secteur")


# An address is typed and dictated: no capitals, no underscore, though an older network may have them.
validate_network_slug = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
    _("Écrivez l’adresse en lettres minuscules, chiffres et traits d’union, par exemple rivages-ouest."),
)


class Network(models.Model):
    """The tenant: one regional network whose agencies answer to one regional manager.

    Global on purpose: it is read before any scope is open, and holds nothing private.
    """

    class ManagerView(models.TextChoices):
        NAMED = "named", _("Par agence")
        BANDS_ONLY = "bands_only", _("Par palier seulement")
        AGGREGATE_ONLY = "aggregate_only", _("Ensemble seulement")

    COLOURS = range(1, 7)  # --net-1 to --net-6 of tokens.css

    slug = models.SlugField(_("adresse"), unique=True, max_length=60, validators=[validate_network_slug])
    name = models.CharField(_("nom"), max_length=120)
    region = models.CharField(_("région"), max_length=120, blank=True)
    sector = models.CharField(_("secteur"), max_length=20, choices=Sector.choices, default=Sector.GENERAL)
    time_zone = models.CharField(
        _("fuseau horaire"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    default_language = models.CharField(
        _("langue"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    country = models.CharField(_("pays"), max_length=2, default="FR")
    holiday_subdivision = models.CharField(_("jours fériés locaux"), max_length=10, blank=True)
    colour = models.PositiveSmallIntegerField(_("couleur"), default=1)
    manager_view = models.CharField(
        _("vue de la responsable"), max_length=20, choices=ManagerView.choices, default=ManagerView.NAMED
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("réseau")
        verbose_name_plural = _("réseaux")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(colour__range=(1, 6)), name="network_colour_known")
        ]

    def __str__(self) -> str:
        return self.name

    def today(self, now: dt.datetime | None = None) -> dt.date:
        """The day it is by the network's clock: mandates begin and end by it, wherever one reads."""
        return timezone.localdate(now, ZoneInfo(self.time_zone))


class TenantModel(models.Model):
    """A row that belongs to one network; its migration adds agencies.rls.TenantTable.

    `own_column` and `author_column` repeat what that migration gave it; the start-up check compares.
    """

    own_column: ClassVar[str] = ""
    author_column: ClassVar[str] = ""

    network = models.ForeignKey(
        Network,
        models.CASCADE,
        db_index=False,
        editable=False,
        default=current_network_id,
        related_name="+",
    )

    class Meta:
        abstract = True


def tenant_constraints(prefix: str, *, public_id: bool = False) -> list[models.BaseConstraint]:
    """The keys every tenant table has: (network, id), and (network, public_id) where it has a page."""
    constraints: list[models.BaseConstraint] = [
        models.UniqueConstraint(fields=["network", "id"], name=f"{prefix}_network_id")
    ]
    if public_id:
        constraints.append(
            models.UniqueConstraint(fields=["network", "public_id"], name=f"{prefix}_public_id")
        )
    return constraints


def weekdays() -> list[int]:
    """Monday to Friday, ISO numbers."""
    return [1, 2, 3, 4, 5]


def validate_open_days(days: list[int]) -> None:
    """Open days are ISO weekdays, 1 Monday to 7 Sunday, at least one, none twice."""
    if not days or len(set(days)) != len(days) or not all(1 <= day <= 7 for day in days):
        raise ValidationError(_("Les jours d’ouverture vont de 1 (lundi) à 7 (dimanche), chacun une fois."))


class Agency(TenantModel):
    """A point of sale run by an agency head; closed agencies keep their history."""

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("agence"), max_length=120)
    city = models.CharField(_("ville"), max_length=120, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=12, blank=True)
    time_zone = models.CharField(
        _("fuseau horaire"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    holiday_subdivision = models.CharField(_("jours fériés locaux"), max_length=10, blank=True)
    open_days = ArrayField(
        models.PositiveSmallIntegerField(), default=weekdays, validators=[validate_open_days]
    )
    opened_on = models.DateField(_("ouverte le"), null=True, blank=True)
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agence")
        verbose_name_plural = _("agences")
        constraints: ClassVar = [
            *tenant_constraints("agency", public_id=True),
            models.UniqueConstraint(fields=["network", "code"], name="agency_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A dated attachment of a person to a network in one role; ending it keeps the history.

    A head's membership names an agency (a headship). `joined_at` stays empty until the person has
    accepted the invitation and read the notice; until then the network's pages stay closed, and the
    network knows the person by `written_name`, as it wrote it itself: the name of an account that may
    serve elsewhere is not its business yet.
    """

    class Role(models.TextChoices):
        AGENCY_HEAD = "agency_head", _("Dirigeant·e d’agence")
        REGIONAL_MANAGER = "regional_manager", _("Responsable régional·e")
        COACH = "coach", _("Coach")
        NETWORK_ADMIN = "network_admin", _("Animateur·rice de réseau")

    own_column: ClassVar = "user_id"

    class EmploymentStatus(models.TextChoices):
        EMPLOYEE = "employee", _("Salarié·e")
        INDEPENDENT = "independent", _("Indépendant·e")
        FRANCHISEE = "franchisee", _("Franchisé·e")
        OTHER = "other", _("Autre")

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", db_index=False
    )
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="memberships", db_index=False
    )
    employment_status = models.CharField(
        _("statut"), max_length=20, choices=EmploymentStatus.choices, default=EmploymentStatus.EMPLOYEE
    )
    is_interim = models.BooleanField(_("intérim"), default=False)
    starts_on = models.DateField(_("depuis le"), default=timezone.localdate)
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    written_name = models.CharField(max_length=150, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("rattachement")
        verbose_name_plural = _("rattachements")
        constraints: ClassVar = [
            *tenant_constraints("membership", public_id=True),
            models.CheckConstraint(
                condition=Q(role="agency_head", agency__isnull=False)
                | (~Q(role="agency_head") & Q(agency__isnull=True)),
                name="membership_agency_for_heads_only",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["network", "user", "role", "agency"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="membership_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], name="membership_user"),
            models.Index(fields=["network", "agency"], name="membership_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    def is_over_on(self, day: dt.date) -> bool:
        return self.ends_on is not None and self.ends_on <= day

    @property
    def known_name(self) -> str:
        """The person's name as far as this network knows it, "" when it knows none.

        Their own once they have joined; before, what the network wrote. `querysets.shown_name` and
        SHOWN_NAME say the same in SQL.
        """
        own = self.user.name if self.joined_at else ""
        return own or self.written_name

    @property
    def shown_name(self) -> str:
        """The name to show in this network, or the address where it knows none."""
        return self.known_name or self.user.email

    @property
    def shown_first_name(self) -> str:
        """Among colleagues a first name is enough."""
        return self.shown_name.split(" ")[0]

    @property
    def is_head(self) -> bool:
        return self.role == self.Role.AGENCY_HEAD

    @property
    def is_manager(self) -> bool:
        return self.role in (self.Role.REGIONAL_MANAGER, self.Role.NETWORK_ADMIN)

    @property
    def is_coach(self) -> bool:
        return self.role == self.Role.COACH


class Invitation(TenantModel):
    """A single-use way in, bound to the address it was sent to; only hashes are stored.

    Whoever reads another mailbox later cannot use it, even when the account has moved there.
    """

    LIFETIME: ClassVar = dt.timedelta(days=14)

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="invitations", db_index=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    address_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = tenant_constraints("invitation", public_id=True)
        indexes: ClassVar = [models.Index(fields=["network", "membership"], name="invitation_membership")]

    def __str__(self) -> str:
        return self.public_id


class ImportDraft(TenantModel):
    """A file between its dry run and its confirmation, seen by the person who brought it, for a day.

    `accepted` holds the suggestions that the person ticked; once applied the content is emptied and
    only the counts in `outcome` remain, until the row goes too.
    """

    LIFETIME: ClassVar = dt.timedelta(hours=24)
    author_column: ClassVar = "user_id"

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    accepted = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("essai d’import")
        verbose_name_plural = _("essais d’import")
        constraints: ClassVar = tenant_constraints("importdraft", public_id=True)
        indexes: ClassVar = [models.Index(fields=["created_at"], name="importdraft_created")]

    def __str__(self) -> str:
        return self.filename


class BrandValue(TenantModel):
    """A value that the brand states, said by acts, and the cards of the values deck it is close to.

    A network has at most seven (`place` is one of seven numbers). Below three the programme waits for them
    (`SHOWN_FROM`): most published lists have three to seven (domain.md 2.1, 7).
    """

    SHOWN_FROM: ClassVar = 3
    PLACES: ClassVar = (1, 7)

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    place = models.PositiveSmallIntegerField(_("place"))
    label_fr = models.CharField(_("valeur, en français"), max_length=60)
    label_en = models.CharField(_("valeur, en anglais"), max_length=60)
    definition_fr = models.CharField(_("ce qu’on fait, en français"), max_length=240)
    definition_en = models.CharField(_("ce qu’on fait, en anglais"), max_length=240)
    cards = ArrayField(models.CharField(max_length=60), verbose_name=_("cartes proches"))

    objects = BrandValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("valeur de la marque")
        verbose_name_plural = _("valeurs de la marque")
        constraints: ClassVar = [
            *tenant_constraints("brandvalue", public_id=True),
            models.UniqueConstraint(
                fields=["network", "place"],
                name="brandvalue_place_once",
                deferrable=models.Deferrable.DEFERRED,  # two values change places in one transaction
            ),
            models.CheckConstraint(condition=Q(place__range=(1, 7)), name="brandvalue_seven_at_most"),
            models.CheckConstraint(condition=Q(cards__len__range=(1, 3)), name="brandvalue_cards"),
        ]

    def __str__(self) -> str:
        return self.label_fr

    def label(self, language: str) -> str:
        return self.label_en if language.startswith("en") else self.label_fr

    def definition(self, language: str) -> str:
        return self.definition_en if language.startswith("en") else self.definition_fr
