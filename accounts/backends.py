"""Sign-in by allauth; the person behind a session, whom every page asks for, by one plain statement."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User
from accounts.rows import Columns, fetch

_USER = Columns(User, "u")
_READ = f"SELECT {_USER.sql} FROM accounts_user u WHERE u.id = %s"  # noqa: S608 - names of columns


class AuthenticationBackend(AllauthBackend):
    """allauth's own but for the read, which the ORM would build anew for each page."""

    def get_user(self, user_id: int) -> User | None:
        """The person, or None when they are gone or their account is closed."""
        rows = fetch(_READ, [user_id])
        user = _USER.take(iter(rows[0])) if rows else None
        return user if user is not None and self.user_can_authenticate(user) else None
