"""The way to the mail server."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.documents.mails import AttachedFile, Envelope, MailWords, message

TIMEOUT_SECONDS = 20.0
OF_THIS_MAIL = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
    ValueError,
)


class MailRefused(Exception):
    """The server does not take this mail; others may go well."""


class ServerAway(Exception):
    """The server cannot be reached, or does not let us in: no mail goes out at present."""


class Sender(Protocol):
    """A way to a mail server; it connects when it first sends."""

    def send(self, envelope: Envelope, words: MailWords, files: Sequence[AttachedFile] = ()) -> None:
        """Hand over one mail with its files.

        :raises MailRefused: the server does not take this one.
        :raises ServerAway: no mail goes out at present.
        """

    def close(self) -> None:
        """End the connection, if there is one."""


@dataclass
class SmtpSender:
    """A connection to the mail server of the settings. ``sender`` is an address, or a name and an address."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"
    timeout_seconds: float = TIMEOUT_SECONDS
    _connection: smtplib.SMTP | None = field(default=None, init=False, repr=False)

    def send(self, envelope: Envelope, words: MailWords, files: Sequence[AttachedFile] = ()) -> None:
        """Hand over one mail; connect first where that was not done yet."""
        try:
            made = message(envelope, words, sender=self.sender, files=files)
            self._connection = self._connection or self._connect()
            self._connection.send_message(made)
        except OF_THIS_MAIL as fault:
            raise MailRefused(str(fault)) from fault
        except OSError as fault:
            self._connection = None
            raise ServerAway(str(fault) or type(fault).__name__) from fault

    def close(self) -> None:
        """End the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError):
                connection.quit()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        try:
            if self.security == "starttls":
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, self.password)
        except OSError:
            connection.close()
            raise
        return connection
