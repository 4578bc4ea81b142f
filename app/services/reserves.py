"""The reserve list after the decisions were sent: who is first gets the place of a selected candidacy that withdraws.

A place is given by itself only while nothing was built on it: once the pairing of the call is published, or while the
track has as many selected as places, the programme team is told and decides.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import check_can_move
from app.domain.codes import CandidacyState
from app.domain.decisions import SELECTED
from app.domain.texts import title_of
from app.queries.candidacies import CandidacyRecord, any_candidacy, members_of, team
from app.queries.decisions import decision_of, tracks_of_selected, waiting_reserves
from app.queries.pairings import published_scenario_id
from app.queries.programmes import TrackFacts, programme_by_id, tracks_of
from app.services.candidacy_lock import lock, set_state
from app.services.events import record
from app.services.mail import Recipient, enqueue

BY_ITSELF: Final = Actor(name="Tandem")


class Stays(StrEnum):
    """Why a place that became free is not given by itself."""

    PUBLISHED = "published"
    FULL = "full"
    NOBODY = "nobody"


def after_withdrawal(session: Session, candidacy: CandidacyRecord, *, was: CandidacyState, now: datetime) -> bool:
    """Give the place of a candidacy that was just withdrawn to the first reserve, or tell the team why not.

    Hold the call first (``call_lock.hold_call``). Gives whether the programme team was told: where no decision was
    sent, or no place became free, nothing happens here.
    """
    gone = decision_of(session, candidacy.id)
    if was is not SELECTED or gone is None or gone.sent_at is None:
        return False
    track = next((one for one in tracks_of(session, candidacy.programme_id) if one.slug == gone.track), None)
    line = waiting_reserves(session, candidacy.call_id, gone.track)
    stays = _stays(session, candidacy, track, line)
    if stays is not None:
        _keep_free(session, candidacy, track, stays, now)
    else:
        _move_up(session, candidacy, line[0], track, now)
    return True


def _stays(session: Session, candidacy: CandidacyRecord, track: TrackFacts | None, line: list[int]) -> Stays | None:
    if published_scenario_id(session, candidacy.call_id) is not None:
        return Stays.PUBLISHED
    slug = track.slug if track else ""
    selected = sum(one == slug for one in tracks_of_selected(session, candidacy.call_id).values())
    if track is None or selected >= track.places:
        return Stays.FULL
    return None if line else Stays.NOBODY


def _keep_free(
    session: Session, candidacy: CandidacyRecord, track: TrackFacts | None, stays: Stays, now: datetime
) -> None:
    subject = ("candidacy", candidacy.id)
    record(session, BY_ITSELF, "decision.place_free", subject=subject, now=now, why=stays.value)
    values = {"candidacy": candidacy, "stays": stays.value}
    _tell_team(session, "decision_place_free_team", candidacy, track, values, now)


def _move_up(
    session: Session, withdrawn: CandidacyRecord, candidacy_id: int, track: TrackFacts | None, now: datetime
) -> None:
    check_can_move(lock(session, candidacy_id, now), SELECTED)
    set_state(session, candidacy_id, SELECTED)
    decision = decision_of(session, candidacy_id)
    moved = any_candidacy(session, decision.reference) if decision else None
    assert moved is not None  # noqa: S101 - on the reserve list by its decision
    subject, government = ("candidacy", candidacy_id), withdrawn.government_name
    record(session, BY_ITSELF, "decision.moved_up", subject=subject, now=now, government=government)
    programme = programme_by_id(session, moved.programme_id)
    for member in members_of(session, candidacy_id):
        to = Recipient(member.email, member.name, member.language, member.person_id)
        values = {
            "candidacy": moved,
            "track": str(title_of(track, member.language)),
            "programme": str(title_of(programme, member.language)),
        }
        enqueue(session, "decision_moved_up", to=to, values=values, now=now)
    _tell_team(session, "decision_moved_up_team", withdrawn, track, {"candidacy": withdrawn, "moved": moved}, now)


def _tell_team(
    session: Session,
    kind: str,
    withdrawn: CandidacyRecord,
    track: TrackFacts | None,
    values: Mapping[str, object],
    now: datetime,
) -> None:
    for member in team(session):
        to = Recipient(member.email, member.name, member.language, member.person_id)
        title = str(title_of(track, member.language)) if track else ""
        enqueue(session, kind, to=to, values={**values, "candidacy": withdrawn, "track": title}, now=now)
