"""Django's own mails (codes to sign in, security notices) by the same provider as the reminders.

They are in no ledger: whoever waits for a code asks for another. An answer that is not a yes raises, as the
SMTP backend does.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from coaching.reminders.http_transport import HttpTransport
from coaching.reminders.messages import Envelope
from coaching.reminders.transport import Accepted, Outcome


class NotTaken(OSError):
    """The provider did not take a mail, or did not answer; never with an address or a text."""

    def __init__(self, outcome: Outcome) -> None:
        said = f"{type(outcome).__name__} {getattr(outcome, 'code', None) or ''}".strip()
        super().__init__(f"the mail provider did not take a mail: {said}")


class ProviderBackend(BaseEmailBackend):
    """One request for each recipient, under a key of its own."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many mails the provider took; NotTaken at the first that it did not."""
        return sum(self._send(mail) for mail in email_messages)

    def _send(self, mail: EmailMessage) -> bool:
        content, sender = mail.message().as_bytes(), parseaddr(mail.from_email)[1]
        recipients = mail.recipients()
        for recipient in recipients:
            envelope = Envelope(sender, recipient, content, uuid.uuid4().hex)
            outcome = HttpTransport().hand_over(envelope, lambda: True)
            if not isinstance(outcome, Accepted):
                if self.fail_silently:
                    return False
                raise NotTaken(outcome)
        return bool(recipients)
