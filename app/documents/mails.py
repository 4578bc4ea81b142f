"""Mails: their words from templates in the recipient's language, and the message that goes to the mail server."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

from markupsafe import Markup, escape

from app.documents.invitations import Party, add_invitations, addressed
from app.documents.templates import environment

SUBJECT = "Subject:"
SECRETS = re.compile(r"(/(?:sign-in/link|confirmations|reply|attend|polls/answer|mails)/)[\w-]+")
SIGNATURE = "\n-- \n"
LINKS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


class OneLine(UnstructuredHeader, BaseHeader):
    """A header that is not folded: Python 3.11 would write a long address as an encoded word."""

    def fold(self, *, policy: Policy) -> str:
        """Give the header as one line."""
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", OneLine)


@dataclass(frozen=True, slots=True)
class MailWords:
    """What a mail says: its subject in one line, its plain text, and the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail needs beside its words; ``calendar`` holds its invitations (see ``documents.invitations``)."""

    mail_id: int
    recipient: str
    language: str
    created_at: datetime
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


def write_mail(kind: str, locale: str, values: Mapping[str, object], *, base_url: str) -> MailWords:
    """Write a mail from ``templates/mails/<kind>.txt`` and ``.html``.

    The first line of the text is ``Subject: …``. Templates get ``values``, ``base_url`` and ``absolute(path)``.

    :raises ValueError: the text does not start with its subject.
    """
    known = {**values, "base_url": base_url, "absolute": lambda path: f"{base_url}{path}"}
    made = environment(locale)
    subject, text = _split(kind, made.get_template(f"mails/{kind}.txt").render(known))
    footer = made.get_template("mails/_footer.txt").render(known)
    html = made.get_template(f"mails/{kind}.html").render({**known, "subject": subject})
    return MailWords(subject, f"{text}\n{SIGNATURE}{footer.strip()}\n", html)


def _split(kind: str, written: str) -> tuple[str, str]:
    first, _, rest = written.strip().partition("\n")
    if not first.startswith(SUBJECT):
        msg = f"mails/{kind}.txt does not start with '{SUBJECT}'"
        raise ValueError(msg)
    return " ".join(first.removeprefix(SUBJECT).split())[:300], re.sub(r"\n{3,}", "\n\n", rest).strip()


def message(envelope: Envelope, words: MailWords, *, sender: str, files: Sequence[AttachedFile] = ()) -> EmailMessage:
    """Make the message (RFC 5322) with both forms of its words; ``sender`` is an address, or a name and an address.

    ``files`` follow as attachments, their names in any script (RFC 2231).

    Its ``Message-ID`` depends on the mail alone: should it ever be sent twice, programs recognise that. It is marked as
    made by a machine (RFC 3834), so that out-of-office programs do not answer. Where its footer has a link that ends
    mails of its kind, mail programs get it too (RFC 2369, RFC 8058). An invitation names ``sender`` and the recipient.

    :raises ValueError: one of the addresses is none.
    """
    name, address = parseaddr(sender)
    made = EmailMessage(policy=SMTP.clone(header_factory=HEADERS))
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(addr_spec=envelope.recipient)
    made["Subject"] = words.subject
    made["Date"] = format_datetime(envelope.created_at)
    made["Message-ID"] = message_id(envelope, domain=address.rpartition("@")[2] or "localhost")
    made["Auto-Submitted"] = "auto-generated"
    for header, value in _ways_out(words.text):
        made[header] = value
    made.set_content(words.text)
    made.add_alternative(words.html, subtype="html")
    if envelope.calendar:
        to = Party("", envelope.recipient)
        add_invitations(made, addressed(envelope.calendar, organizer=Party(name, address), attendee=to))
    for file in files:
        _attach(made, file)
    made["Content-Language"] = envelope.language
    return made


def _ways_out(text: str) -> Iterator[tuple[str, str]]:
    """Give the headers with which a mail program ends mails of this kind; what people wrote is not looked at."""
    footer = text.rpartition(SIGNATURE)[2]
    link = next((found for found in LINKS.findall(footer) if "/mails/" in found), None)
    if link is not None:
        yield "List-Unsubscribe", f"<{link}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _attach(made: EmailMessage, file: AttachedFile) -> None:
    """Add a file; line ends and control characters in its name would break the header."""
    main_type, _, subtype = file.media_type.partition("/")
    name = "".join(letter for letter in file.name if letter.isprintable())
    made.add_attachment(file.content, maintype=main_type, subtype=subtype, filename=name)


def message_id(envelope: Envelope, *, domain: str) -> str:
    """Give the ``Message-ID`` of a mail; its moment tells it from one of the same number in another database."""
    return f"<tandem.{envelope.mail_id}.{int(envelope.created_at.timestamp())}@{domain}>"


def without_secrets(text: str) -> str:
    """Take the secrets out of links that sign in or confirm, so that whoever reads the mail here cannot use them."""
    return SECRETS.sub(r"\1…", text)


def with_links(text: str, *, base_url: str) -> Markup:
    """Make the addresses in a plain text links; those of Tandem itself lead within the server that shows them."""
    parts, end = [], 0
    for found in LINKS.finditer(text):
        address = found.group()
        href = address.removeprefix(base_url) or "/"
        parts += [escape(text[end : found.start()]), Markup('<a href="{}">{}</a>').format(href, address)]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
