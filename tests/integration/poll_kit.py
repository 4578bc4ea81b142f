"""What the tests of polls share: a poll of three moments, and the links that people got by mail."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import Scope
from app.domain.codes import PollAnswer, SessionKind
from app.models import Mail, Person, PollOption
from app.models.database import transaction
from app.services import polls
from app.services.polls import NewPoll
from tests.factories import NOW, number
from tests.integration.candidacy_kit import actor_of
from tests.personas import World

CLOSES = datetime(2026, 12, 1, 11, tzinfo=UTC)
# at 14:00 in Kigali it is 13:00 in Brussels in winter, and 23:30 there is still the day before in Brussels at 22:30
STARTS = (
    datetime(2026, 12, 3, 14),  # noqa: DTZ001 - a wall time
    datetime(2026, 12, 4, 9),  # noqa: DTZ001
    datetime(2026, 12, 9, 0, 30),  # noqa: DTZ001
)
NEW = NewPoll(
    kind=SessionKind.BILATERAL,
    title_nl="Overleg over de markt",
    title_fr="Concertation sur le marché",
    title_en="Talk about the market",
    zone="Africa/Kigali",
    duration_minutes=90,
    closes_at=CLOSES,
    wall_starts=STARTS,
    description="Bring the plans.",
)
YES, MAYBE, NO = PollAnswer.YES, PollAnswer.IF_NEED_BE, PollAnswer.NO


def opened(session: Session, world: World, *, by: Person | None = None, now: datetime = NOW, **changes: Any) -> int:  # noqa: ANN401 - any fact of it
    """Open a poll in the partnership of Gamma and Karongi."""
    new = replace(NEW, **changes)
    actor = actor_of(session, by or world.gamma_coordinator)
    with transaction(session):
        return polls.open_poll(session, actor, new, scope=Scope.PARTNERSHIP, of=number(world.partnership), now=now)


def option_ids(session: Session, poll_id: int) -> list[int]:
    """Give the numbers of the moments of a poll, in order of time."""
    query = sa.select(col(PollOption.id)).where(col(PollOption.poll_id) == poll_id)
    return [one for one in session.scalars(query.order_by(col(PollOption.starts_at))) if one is not None]


def said(session: Session, poll_id: int, *answers: PollAnswer) -> dict[int, PollAnswer]:
    """Give answers to the moments of a poll, in order of time."""
    return dict(zip(option_ids(session, poll_id), answers, strict=False))


def respond(
    session: Session, poll_id: int, who: Person, *answers: PollAnswer, note: str = "", now: datetime = NOW
) -> None:
    """Let somebody answer."""
    with transaction(session):
        polls.answer(session, poll_id, number(who), said(session, poll_id, *answers), note=note, now=now)


def mails(session: Session, kind: str) -> list[Mail]:
    """Give the mails of a kind, in their order."""
    session.rollback()
    return list(session.scalars(sa.select(Mail).where(col(Mail.kind) == kind).order_by(col(Mail.id))))


def link_of(session: Session, who: Person, kind: str = "poll_invitation") -> str:
    """Give the path of the link to answer in the last mail to somebody."""
    [*_, mail] = [one for one in mails(session, kind) if one.person_id == who.id]
    found = re.search(r"/polls/answer/[\w-]+", mail.text)
    assert found
    return found[0]
