"""The rules of signing in by mail: a link or a six-digit code instead of a password."""

import re
import string
from datetime import timedelta
from urllib.parse import quote

from app.domain.errors import DomainError

ASKED_LIFETIME = timedelta(minutes=20)
MAILED_LIFETIME = timedelta(days=14)
SESSION_LIFETIME = timedelta(days=30)
SENT_TWICE = timedelta(minutes=1)
CODE_DIGITS = 6
MAX_TRIES = 5
MAX_ADDRESS_LENGTH = 254
MAX_PATH_LENGTH = 300
_ADDRESS = re.compile(
    r"[^@\s\x00-\x1f<>,;:\"()\[\]\\]+@[^@\s\x00-\x1f<>,;:\"()\[\]\\]+\.[^@\s\x00-\x1f<>,;:\"()\[\]\\.]+"
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


class AddressInvalid(DomainError):
    """This is no address that a mail can be sent to."""

    code = "not_an_email"


class LinkUsedUp(DomainError):
    """The link was used, has expired, or never was."""

    code = "link_used_up"


class CodeWrong(DomainError):
    """The code is not the one that was mailed; ``count`` tries are left."""

    code = "code_wrong"


class CodeUsedUp(DomainError):
    """No code can be typed any more in this browser: too many tries, used, or expired."""

    code = "code_used_up"


def clean_address(typed: str) -> str:
    """Give an address as it is stored and compared: in lower case, without white space around it.

    :raises AddressInvalid: it is none.
    """
    address = typed.strip().lower()
    if len(address) > MAX_ADDRESS_LENGTH or not _ADDRESS.fullmatch(address):
        raise AddressInvalid
    return address


def clean_code(typed: str) -> str:
    """Give the figures of a code, however they were grouped."""
    return "".join(sign for sign in typed if sign in string.digits)


def safe_path(wanted: str) -> str:
    """Give a path within Tandem to go on to; anything that could lead elsewhere gives the empty text.

    Browsers read backslashes as slashes and drop control characters, so a path with one of them is not trusted.
    """
    leads_away = not wanted.startswith("/") or wanted.startswith("//") or _UNSAFE.search(wanted)
    path = quote(wanted, safe=string.punctuation)
    return "" if leads_away or len(path) > MAX_PATH_LENGTH else path
