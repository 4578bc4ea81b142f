"""PDFs about candidacies: the answers, for their authors and for the programme team; the questions, for everybody."""

from fastapi import APIRouter, HTTPException, Request, Response

from app.documents.pdf import MEDIA_TYPE
from app.queries.candidacies import candidacy_for_staff
from app.queries.programmes import current_programme
from app.services.candidacy_pdfs import answers_file, questions_file
from app.services.looks import note_candidacy
from app.web.access import AnyoneDep, CandidateDep, StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.own_candidacy import OwnDep
from app.web.pagecache import cached

router = APIRouter(include_in_schema=False)


@router.get("/candidacies/questions.pdf", name="candidacies.questions_pdf")
def questions(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep) -> Response:
    """Give all questions of the form to print; opened in the browser, and the same for everybody."""

    def render() -> Response:
        programme = current_programme(session, now)
        if programme is None:
            raise HTTPException(404)
        return Response(questions_file(session, programme, request.state.locale).content, media_type=MEDIA_TYPE)

    return cached(request, session, render)


@router.get("/candidacies/{reference}/answers.pdf", name="candidacies.answers_pdf")
def answers(request: Request, session: SessionDep, _actor: CandidateDep, candidacy: OwnDep) -> Response:
    """Give one's own answers."""
    made = answers_file(session, candidacy, request.state.locale, own=True)
    return download(made.name, MEDIA_TYPE, made.content)


@router.get("/staff/candidacies/{reference}/answers.pdf", name="staff.candidacies.answers_pdf")
def staff_answers(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str) -> Response:
    """Give the answers of a candidacy to the programme team; looking at them is logged first."""
    candidacy = candidacy_for_staff(session, actor, reference)
    if candidacy is None:
        raise HTTPException(404)
    note_candidacy(session, actor, candidacy.id, now=now)
    made = answers_file(session, candidacy, request.state.locale, own=False)
    return download(made.name, MEDIA_TYPE, made.content)
