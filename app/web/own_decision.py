"""The decision on a candidacy as its candidate reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.decisions import RESERVE, SELECTED
from app.domain.texts import Text, title_of
from app.language.decision_words import outcome_sentence
from app.queries.candidacies import CandidacyRecord
from app.queries.decisions import SentDecision, sent_decision
from app.queries.programmes import programme_by_id, tracks_of


@dataclass(frozen=True, slots=True)
class ShownReason:
    """Why, for one criterion of the programme."""

    title: Text
    weight: int
    words: str


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """What a candidate reads: where it stands now, and the words that it was sent, in their own ``language``.

    ``kind`` is "selected", "moved_up", "reserve", "not_selected" or "withdrawn".
    """

    kind: str
    sentence: str
    opening: str
    language: str
    reasons: tuple[ShownReason, ...]
    sent_at: datetime
    has_letter: bool


def own_decision(session: Session, locale: str, candidacy: CandidacyRecord) -> OwnDecision | None:
    """Give the decision on a candidacy that was fetched through its actor, ``None`` before it is sent."""
    sent = sent_decision(session, candidacy.id)
    if sent is None:
        return None
    programme = programme_by_id(session, candidacy.programme_id)
    assert programme is not None  # noqa: S101 - a foreign key says so
    titles = {track.slug: str(title_of(track, locale)) for track in tracks_of(session, candidacy.programme_id)}
    state = sent.state if sent.state in (SELECTED, RESERVE) else sent.outcome
    track = titles.get(sent.track, sent.track)
    return OwnDecision(
        kind=_kind(sent),
        sentence=outcome_sentence(
            locale, state, government=candidacy.government_name, track=track, position=sent.position
        ),
        opening=sent.opening,
        language=candidacy.language,
        reasons=tuple(
            ShownReason(title_of(one, locale), one.weight, sent.reasons.get(one.code, ""))
            for one in programme.rules.assessment.criteria
        ),
        sent_at=sent.sent_at,
        has_letter=sent.has_letter,
    )


def _kind(sent: SentDecision) -> str:
    if sent.state is SELECTED and sent.outcome is RESERVE:
        return "moved_up"
    return sent.state.value
