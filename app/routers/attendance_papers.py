"""Sessions that somebody attended, and certificates of them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from app.documents.pdf import MEDIA_TYPE, PdfFile
from app.domain.access import Actor
from app.domain.texts import pick, title_of
from app.language.catalogues import LOCALES
from app.language.labels import language_name
from app.language.moments import date_range
from app.queries.attendance import Attended, attended, name_of
from app.services.attendance_papers import session_certificate, year_certificate
from app.services.looks import note
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.numbers import RowNumber
from app.web.rendering import page

router = APIRouter(include_in_schema=False)
Language = Annotated[str, Query(max_length=5)]


@router.get("/my/attendance", name="attendance.own")
def own(request: Request, session: SessionDep, actor: SignedInDep) -> Response:
    """Show the sessions that one attended."""
    return _page(request, session, actor, actor.person_id or 0)


@router.get("/attendance/{person}", name="attendance.person")
def person_page(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, person: RowNumber) -> Response:
    """Show the sessions that somebody attended, as far as the reader may know; the look is logged."""
    if not attended(session, actor, person):
        raise HTTPException(404)
    _note(session, actor, person, now)
    return _page(request, session, actor, person)


@router.get("/attendance/{person}/sessions/{number}.pdf", name="attendance.session_pdf")
def session_pdf(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    person: RowNumber,
    number: RowNumber,
    language: Language = "",
) -> Response:
    """Give the certificate of one session."""
    chosen = _language(request, language)
    made = session_certificate(session, actor, person, number, language=chosen, now=now)
    return _file(session, actor, person, made, now)


@router.get("/attendance/{person}/{programme}/{year}.pdf", name="attendance.year_pdf")
def year_pdf(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    person: RowNumber,
    programme: str,
    year: RowNumber,
    language: Language = "",
) -> Response:
    """Give the certificate of all sessions in a year of a programme."""
    chosen = _language(request, language)
    made = year_certificate(session, actor, person, programme, year, language=chosen, now=now)
    return _file(session, actor, person, made, now)


def _language(request: Request, wanted: str) -> str:
    locale: str = request.state.locale
    return wanted if wanted in LOCALES else locale


def _file(session: Session, actor: Actor, person: int, made: PdfFile | None, now: datetime) -> Response:
    if made is None:
        raise HTTPException(404)
    _note(session, actor, person, now)
    return download(made.name, MEDIA_TYPE, made.content)


def _note(session: Session, actor: Actor, person: int, now: datetime) -> None:
    note(session, actor, "person.looked_at", ("person", person), now=now)


def _page(request: Request, session: Session, actor: Actor, person: int) -> Response:
    locale = request.state.locale
    context = {
        "person": person,
        "is_own": person == actor.person_id,
        "name": name_of(session, person),
        "years": _years(attended(session, actor, person), locale),
        "languages": [(code, language_name(locale, code)) for code in LOCALES],
    }
    return page(request, "attendance/person.html", context)


def _years(found: list[Attended], locale: str) -> list[dict[str, object]]:
    """Group sessions by programme and year, the latest first."""
    years: dict[tuple[str, int], dict[str, object]] = {}
    groups: dict[tuple[str, int], list[dict[str, object]]] = {}
    for one in found:
        key = (one.programme_slug, one.year)
        titles = {code: getattr(one, f"programme_title_{code}") for code in LOCALES}
        years.setdefault(key, {"slug": key[0], "year": key[1], "programme": pick(locale, **titles)})
        groups.setdefault(key, []).append(_row(one, locale))
    return [{**year, "sessions": groups[key]} for key, year in years.items()]


def _row(one: Attended, locale: str) -> dict[str, object]:
    return {
        "id": one.session_id,
        "title": title_of(one, locale),
        "when": date_range(locale, *one.days),
        "government": one.government_name,
        "source": one.source,
    }
