"""Why two governments are partners: the page and the PDF for both sides, once they were released."""

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.motivation_pdf import motivation_pdf
from app.documents.pdf import MEDIA_TYPE
from app.domain.access import Actor
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import own_name
from app.language.motivations import document_name
from app.queries.motivations import motivation_by_slug
from app.queries.programmes import programme_by_id
from app.services.motivations import Worded, worded
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.motivation_view import chosen_wording, paper_of, weighed
from app.web.rendering import page

router = APIRouter(prefix="/partnerships/{slug}", include_in_schema=False)


@router.get("/motivation", name="partnerships.motivation")
def motivation(request: Request, session: SessionDep, actor: SignedInDep, slug: str, language: str = "") -> Response:
    """Show why these two are partners, in the reader's language where there are words in it."""
    found, locale = _found(session, actor, slug), request.state.locale
    words = chosen_wording(actor, locale, found, language)
    context = {
        "partnership": found.partnership,
        "sides": {side.side.value: side for side in found.partnership.sides},
        "shown_at": found.motivation.shown_at,
        "brussels": PROGRAMME_ZONE,
        "words": words,
        "languages": [(one.language, own_name(one.language)) for one in found.wordings if one.text],
        "lines": weighed(session, found.motivation, locale),
        "is_staff": actor.is_staff,
    }
    return page(request, "partnerships/motivation.html", context)


@router.get("/motivation.pdf", name="partnerships.motivation_pdf")
def motivation_file(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, language: str = ""
) -> Response:
    """Give the same as PDF, in the language that was asked for; a draft to the programme team before the release."""
    found = _found(session, actor, slug)
    words = chosen_wording(actor, request.state.locale, found, language)
    programme = programme_by_id(session, found.partnership.programme_id)
    if words is None or programme is None:
        raise HTTPException(404)
    lines = weighed(session, found.motivation, words.language)
    title = str(title_of(programme, words.language))
    content = motivation_pdf(paper_of(found, words, lines, programme=title, now=now))
    return download(document_name(words.language, slug), MEDIA_TYPE, content)


def _found(session: Session, actor: Actor, slug: str) -> Worded:
    found = motivation_by_slug(session, actor, slug)
    if found is None:
        raise HTTPException(404)
    return worded(session, [found.partnership])[0]
