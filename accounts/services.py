"""Changes to a person's account that have consequences beyond one row."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from accounts.models import NoticeAcknowledgement, User

NOTICE_VERSION = "2026-11"
BACKEND = "accounts.backends.AuthenticationBackend"


def sign_in(request: HttpRequest, user: User) -> None:
    """Open a session without a sign-in form; it appears among the connected devices like any other."""
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)


def get_or_create_person(email: str, *, language: str = "") -> User:
    """The account behind an address, created without a name or a password when there is none.

    An existing account is returned untouched: whoever types the address learns nothing from it.
    """
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    return user or User.objects.create_user(address, language=language)


def name_if_nameless(user: User, name: str) -> None:
    """Somebody who enters without having written their name takes this one, and may change it."""
    if name and not user.name:
        user.name = name
        user.save(update_fields=["name"])


def acknowledge_notice(user: User, version: str = NOTICE_VERSION) -> None:
    """Record that the person has read this version of the privacy notice; idempotent."""
    NoticeAcknowledgement.objects.get_or_create(user=user, version=version)


@transaction.atomic
def confirm_address(user: User) -> None:
    """The person has shown that they read this mailbox: the address is verified and primary."""
    address, _created = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if not address.verified or not address.primary:
        address.verified = True
        address.save(update_fields=["verified"])
        address.set_as_primary()
