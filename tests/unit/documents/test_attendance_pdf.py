"""Certificates of attendance: who, which sessions, how long; tagged, and the same for the same values."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from app.documents.attendance_pdf import Certificate, SessionAttended, certificate_pdf, length_text
from app.domain.attendance import Length
from app.domain.texts import Text

MEETING = SessionAttended(
    title=Text("Qu’apportons-nous ?", "fr"),
    first=date(2026, 3, 18),
    last=date(2026, 3, 18),
    length=Length(minutes=90),
    kind="Session",
    place="",
    government="Karongi",
)
VISIT = SessionAttended(
    title="Visit",
    first=date(2026, 10, 12),
    last=date(2026, 10, 16),
    length=Length(days=5),
    kind="Work visit",
    place="Karongi",
    government="Karongi",
)


def certificate(language: str, *sessions: SessionAttended, year: int | None = None) -> Certificate:
    made_at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    return Certificate(language, "Programme", "Participant of Karongi", sessions, made_at, year)


def words(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("language", "title", "together", "day"),
    [
        ("nl", "Aanwezigheidsattest", "2 sessies, 5 dagen en 1 uur 30 minuten", "23 november 2026"),
        ("fr", "Attestation de participation", "2 sessions, 5 jours et 1 heure 30 minutes", "23 novembre 2026"),
        ("en", "Certificate of attendance", "2 sessions, 5 days and 1 hour 30 minutes", "23 November 2026"),
    ],
)
def test_a_year_is_a_table_with_what_it_comes_to(language: str, title: str, together: str, day: str) -> None:
    made = certificate_pdf(certificate(language, MEETING, VISIT, year=2026))
    text = words(made)
    for part in (title, together, day, "Participant of Karongi", "Qu’apportons-nous ?", "Visit", "2026"):
        assert part in text, part
    root: Any = PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert made == certificate_pdf(certificate(language, MEETING, VISIT, year=2026))


def test_one_session_names_its_facts_and_leaves_out_what_is_not_known() -> None:
    visit, meeting = (words(certificate_pdf(certificate("en", one))) for one in (VISIT, MEETING))
    for part in ("Visit", "12–16 October 2026", "5 days", "Place", "Took part for: Karongi"):
        assert part in visit, part
    assert "1 hour 30 minutes" in meeting
    assert "Place" not in meeting


def test_a_length_is_said_in_hours_days_or_both() -> None:
    lengths = (Length(minutes=60), Length(days=1), Length(45, 2))
    said = [length_text("en", length).replace("\u00a0", " ") for length in lengths]
    assert said == ["1 hour", "1 day", "2 days and 45 minutes"]
