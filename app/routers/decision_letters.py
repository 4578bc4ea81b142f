"""The letter of a decision, for those who wrote the candidacy and for the programme team, once it was sent."""

from fastapi import APIRouter, HTTPException, Response

from app.queries.attachments import content_of
from app.queries.decisions import letter_file
from app.services.looks import note_candidacy
from app.web.access import CandidateDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download

router = APIRouter(include_in_schema=False)


@router.get("/candidacies/{reference}/decision.pdf", name="candidacies.decision_letter")
def decision_letter(session: SessionDep, actor: CandidateDep, now: NowDep, reference: str) -> Response:
    """Give the letter as it was sent; a look by the programme team is logged first."""
    letter = letter_file(session, actor, reference)
    if letter is None:
        raise HTTPException(404)
    if not letter.is_own:
        note_candidacy(session, actor, letter.candidacy_id, now=now)
    content = content_of(session, letter.file_id)
    if content is None:
        raise HTTPException(404)
    return download(letter.name, letter.media_type, content)
