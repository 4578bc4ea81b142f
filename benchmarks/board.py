"""A change on the pairing board with 40 candidates and 15 partners: server time of the change and its answer."""

import http.client
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Country
from app.domain.pairing import PAIRABLE
from app.models import Call, Candidacy, LocalGovernment, PartnerProfile, Programme, Track
from app.models.base import identity
from app.models.database import create_engine, transaction
from app.queries.pairing_inputs import inputs_of
from app.services.pairing_board import impossible
from benchmarks.servers import Server, running

CANDIDATES, PARTNERS = 40, 15
CHANGES, WARM_UP = 120, 10
AIM_MS = 50


def measure_board(url: str, cookie: str) -> None:
    """Print the median and the 95th percentile of changes on a board of the right size, one after the other."""
    call, pairs = _make(url)
    with running("app.main:application", url=url, workers=1) as tandem:
        taken = sorted(_changes(tandem, cookie, call, pairs)[WARM_UP:])
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    reached = "reached" if p95 <= AIM_MS else "NOT REACHED"
    print(f"\nchange on the board, {CANDIDATES} × {PARTNERS}: {len(taken)} locks taken and given back, one by one")
    print(f"p50 {p50:.1f} ms, p95 {p95:.1f} ms   aim ≤ {AIM_MS} ms: {reached}")


def _make(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Leave so many candidates in the open call and give it so many partners; give its address and some pairs."""
    engine = create_engine(url)
    with Session(engine) as session, transaction(session):
        programme = session.execute(sa.select(Programme).order_by(col(Programme.starts_on).desc())).scalars().first()
        assert programme is not None  # noqa: S101 - the demo has some
        call = session.execute(sa.select(Call).where(col(Call.programme_id) == programme.id)).scalar_one()
        pairable = [one for one in _of_call(session, call) if one.state in PAIRABLE]
        for one in pairable[CANDIDATES:]:
            one.state = CandidacyState.WITHDRAWN
        _add_partners(session, programme)
        found = programme.slug, _possible(session, call, programme)
    engine.dispose()
    return found


def _of_call(session: Session, call: Call) -> Sequence[Candidacy]:
    query = sa.select(Candidacy).where(col(Candidacy.call_id) == call.id, col(Candidacy.reference).like("SDG-FL%"))
    others = sa.update(Candidacy).where(col(Candidacy.call_id) == call.id, col(Candidacy.reference).not_like("SDG-FL%"))
    session.execute(others.values(state=CandidacyState.WITHDRAWN))
    return session.execute(query.order_by(col(Candidacy.reference))).scalars().all()


def _possible(session: Session, call: Call, programme: Programme) -> list[tuple[str, str]]:
    """Give a pair of each candidate that can be made."""
    inputs = inputs_of(session, identity(call), identity(programme), datetime.now(UTC).date())
    found = []
    for place, candidate in enumerate(inputs.candidates):
        able = [one for one in inputs.partners if impossible(inputs, (candidate.profile.id, one.profile.id)) is None]
        found.append((candidate.profile.id, able[place % len(able)].profile.id))
    return found


def _add_partners(session: Session, programme: Programme) -> None:
    """Add partners like those that are there, each as another government."""
    tracks = session.execute(sa.select(Track).where(col(Track.programme_id) == programme.id)).scalars().all()
    for track in tracks:
        track.places = PARTNERS
    query = sa.select(PartnerProfile).where(col(PartnerProfile.track_id).in_([one.id for one in tracks]))
    there = session.execute(query).scalars().all()
    country = {one.id: one.country for one in tracks}
    taken = {one.local_government_id for one in there}
    free = session.execute(
        sa.select(LocalGovernment).where(
            col(LocalGovernment.country).in_((Country.RWANDA, Country.BENIN)), col(LocalGovernment.id).not_in(taken)
        )
    ).scalars()
    made = list(there)
    for government in free:
        like = next(one for one in there if country[one.track_id] is government.country)
        if len(made) < PARTNERS:
            made.append(_like(like, government))
            session.add(made[-1])
    session.flush()


def _like(profile: PartnerProfile, government: LocalGovernment) -> PartnerProfile:
    return PartnerProfile(
        track_id=profile.track_id,
        local_government_id=identity(government),
        answers=dict(profile.answers),
        updated_at=profile.updated_at,
    )


def _changes(tandem: Server, cookie: str, call: str, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Give the milliseconds of each change: the form sent, and the board that comes back."""
    connection = http.client.HTTPConnection("127.0.0.1", tandem.port)
    origin = f"http://127.0.0.1:{tandem.port}"
    common = {"Cookie": f"tandem={cookie}", "Origin": origin, "HX-Request": "true", "HX-Target": "div#board"}
    common |= {"Sec-Fetch-Site": "same-origin", "Accept-Language": "nl"}
    taken = []
    for number in range(CHANGES):
        left, right = pairs[number // 2 % len(pairs)]
        mark = ("lock", "free")[number % 2]
        form = urlencode({"left": left, "right": right, "mark": mark, "form_key": f"board-{number:08d}"})
        started = time.perf_counter()
        connection.request(
            "POST",
            f"/staff/pairings/pairs?call={call}",
            form,
            {**common, "Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = connection.getresponse()
        answer.read()
        if answer.status == 303:
            connection.request("GET", answer.headers["Location"], headers=common)
            answer = connection.getresponse()
            answer.read()
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status not in (200, 409):
            print(f"the change was answered {answer.status}")
    connection.close()
    return taken
