"""What is measured: the pages people open most, and a save while typing."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Read:
    """A page and who opens it: nobody, a member or staff."""

    name: str
    path: str
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Save:
    """A save of a section and what it may answer."""

    name: str
    path: str
    headers: Sequence[tuple[str, str]]
    expect: Sequence[int]


READS = (
    Read("/", "/"),
    Read("/agenda", "/agenda"),
    Read("/agenda.ics", "/agenda.ics"),
    Read("/my (coordinator)", "/my", "member"),
    Read("/staff/candidacies (50 of 285)", "/staff/candidacies", "staff"),
)
SAVE = Save(
    "save of a section (POST)",
    "/candidacies/{reference}/motivation",
    (("HX-Request", "true"), ("HX-Target", "div#saved")),
    (200,),
)


def section_body(number: int, version: int, page_key: str) -> bytes:
    """Give a form of the motivation section that differs each time, onto a version of one page."""
    text = "We zoeken een partner die met dezelfde vragen worstelt als wij. " * 6
    typed = {"exchange": f"{number} {text}", "openness": text}
    return urlencode({**typed, "version": version, "edit": number, "form_key": page_key}).encode()
