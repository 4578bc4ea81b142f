"""One process of several whose threads book at the same moment; each writes down what was confirmed to it.

``python -m tests.integration.writers URL FOLDER FIRST COUNT``: writers FIRST to FIRST + COUNT. What a writer does is
drawn from its number, so that it does the same when it is started again; what was done is then not done twice.
"""

import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.budget import AllotmentExceeded, CommitmentExceeded, NothingToRelease
from app.domain.claims import ClaimExceeded
from app.domain.codes import Category, Role
from app.models import Allotment, Claim, CommitmentBalance, LedgerEntry, Membership
from app.models.database import create_engine, transaction
from app.queries.people import actor_of_person
from app.services import budget, claims, receipts
from app.services.people import COMMAND_LINE
from tests.factories import NOW
from tests.integration.books import DAY, spending

DEEDS = 4
MOST_CENTS = 70_000
REFUSED = "refused"
Deed = Callable[[Session], int]


def main() -> None:
    """Let the writers of this process do all that they have to do."""
    url, folder, first, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    engine = create_engine(url, pool_size=count)
    with Session(engine) as session:
        person = session.execute(
            sa.select(col(Membership.person_id)).where(col(Membership.role) == Role.STAFF)
        ).scalar_one()
        staff = actor_of_person(session, person)
        halves = list(session.scalars(sa.select(col(Allotment.id)).order_by(col(Allotment.id))))
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda writer: write(engine, folder, writer, halves, staff), range(first, first + count)))
    engine.dispose()


def write(engine: sa.Engine, folder: Path, writer: int, halves: list[int | None], staff: Actor) -> None:
    """Do the deeds of a writer one after the other, and note what became of each once it was confirmed."""
    chance = random.Random(writer)  # noqa: S311 - the same in every run
    with Session(engine, info={"base_url": "http://testserver"}) as session, (folder / f"{writer}").open("a") as notes:
        for number in range(DEEDS):
            key = f"writer-{writer:02}-deed-{number}"
            outcome = once(session, key, chosen(chance, key, chance.choice(halves) or 0, staff), staff)
            notes.write(f"{key} {outcome}\n")
            notes.flush()
            os.fsync(notes.fileno())


def once(session: Session, key: str, deed: Deed, staff: Actor) -> str:
    """Do a deed as a form does it: the key is claimed first, and leads to the same entry when it is sent again."""
    try:
        with transaction(session):
            earlier = receipts.claim(session, key, actor=staff, now=NOW)
            if earlier is not None:
                return earlier
            entry = str(deed(session))
            receipts.settle(session, key, entry)
            return entry
    except (AllotmentExceeded, ClaimExceeded, CommitmentExceeded, NothingToRelease):
        return REFUSED


def chosen(chance: random.Random, key: str, half: int, staff: Actor) -> Deed:
    """Draw a deed: money set aside, a payment, one out of a commitment, a release, or the approval of a claim."""
    cents, category = chance.randint(1, MOST_CENTS), chance.choice(list(Category))
    facts = spending(half, cents, key, category=category)
    kind = chance.choice(("commit", "commit", "pay", "pay_from", "release", "approve"))
    if kind == "commit":
        return lambda session: budget.commit_money(session, facts, actor=staff, now=NOW)
    if kind == "release":
        return partial(_release, half=half, key=key, staff=staff)
    if kind == "approve":
        return partial(_approve, key=key, staff=staff)
    return partial(_pay, facts=facts, from_commitment=kind == "pay_from")


def _pay(session: Session, *, facts: budget.Spending, from_commitment: bool) -> int:
    commitment = _open_commitment(session, facts.allotment_id) if from_commitment else None
    return budget.pay(session, facts, commitment_id=commitment, actor=COMMAND_LINE, now=NOW)


def _release(session: Session, *, half: int, key: str, staff: Actor) -> int:
    commitment = _open_commitment(session, half)
    if commitment is None:
        raise NothingToRelease
    return budget.release(session, half, commitment, day=DAY, description=key, actor=staff, now=NOW)


def _approve(session: Session, *, key: str, staff: Actor) -> int:
    claim = session.execute(sa.select(col(Claim.id), col(Claim.version)).where(col(Claim.title) == key)).one()
    (entry,) = claims.approve(session, claim.id or 0, version=claim.version, actor=staff, now=NOW)
    return entry


def _open_commitment(session: Session, half: int) -> int | None:
    query = sa.select(col(CommitmentBalance.entry_id)).join(
        LedgerEntry, col(LedgerEntry.id) == col(CommitmentBalance.entry_id)
    )
    query = query.where(col(CommitmentBalance.allotment_id) == half, col(CommitmentBalance.open_cents) > 0)
    return session.scalars(query.order_by(col(LedgerEntry.id)).limit(1)).first()


if __name__ == "__main__":
    main()
