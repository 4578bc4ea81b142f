"""Check the whole ledger, keep what was found, and tell the programme team what was not known before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.ledger_checks import Finding
from app.language.check_words import finding_sentence
from app.models import CheckRun
from app.models.database import transaction
from app.queries.candidacies import team
from app.queries.check_runs import last_run
from app.queries.claim_checks import claim_findings, receipt_findings
from app.queries.ledger_checks import carried_findings, entry_findings, transfer_findings
from app.queries.ledger_sum_checks import (
    commitment_findings,
    event_findings,
    key_findings,
    reference_findings,
    sum_findings,
)
from app.services.ledger import VERBS
from app.services.mail import Recipient, enqueue

MOST_KEPT: Final = 200
KEPT_FOR: Final = timedelta(days=90)
IN_A_MAIL: Final = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found, ``MOST_KEPT`` findings at most; ``found`` is how many there are, ``counts`` what it read."""

    findings: tuple[Finding, ...]
    found: int
    counts: dict[str, int]


def examine(session: Session) -> Outcome:
    """Compute everything again from the rows, in one state of the database; nothing is written.

    About 12 seconds for 100,000 entries, in bounded memory.
    """
    counts: Counter[str] = Counter(entries=0, postings=0, halves=0, claims=0, receipts=0, events=0)
    found = 0
    kept: list[Finding] = []
    _see_one_state(session)
    try:
        for finding in everything(session, counts):
            found += 1
            if len(kept) < MOST_KEPT:
                kept.append(finding)
    finally:
        session.rollback()
    return Outcome(tuple(kept), found, dict(counts))


def run(session: Session, *, now: datetime) -> Outcome:
    """Examine all, keep the run, and mail the team what the run before did not find."""
    outcome = examine(session)
    with transaction(session):
        before = last_run(session)
        known = {finding.key for finding in before.findings} if before else set()
        number = _keep(session, outcome, now)
        new = [finding for finding in outcome.findings if finding.key not in known]
        if new:
            _tell(session, number, new, now)
    return outcome


def run_daily(session: Session, now: datetime) -> int:
    """Run the check as a job; give how many entries were looked at."""
    return run(session, now=now).counts["entries"]


def everything(session: Session, counts: Counter[str]) -> Iterator[Finding]:
    """Give all that does not hold, as the transaction of ``session`` sees it; ``counts`` is told what was read."""
    yield from key_findings(session)
    yield from entry_findings(session, counts)
    yield from sum_findings(session)
    yield from commitment_findings(session)
    yield from reference_findings(session)
    yield from transfer_findings(session)
    yield from carried_findings(session)
    yield from claim_findings(session, counts)
    yield from receipt_findings(session, counts)
    yield from event_findings(session, VERBS, counts)


def _see_one_state(session: Session) -> None:
    """Start a transaction that sees one state however many queries it runs: SQLite always does."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _keep(session: Session, outcome: Outcome, now: datetime) -> int:
    session.execute(sa.delete(CheckRun).where(col(CheckRun.ran_at) < now - KEPT_FOR))
    made = CheckRun(
        ran_at=now,
        findings=[asdict(finding) for finding in outcome.findings],
        counts={**outcome.counts, "found": outcome.found},
    )
    session.add(made)
    session.flush()
    return made.id or 0


def _tell(session: Session, run_id: int, new: Sequence[Finding], now: datetime) -> None:
    for member in team(session):
        language = member.language or "en"
        to = Recipient(member.email, member.name, language, member.person_id)
        sentences = [finding_sentence(language, finding) for finding in new[:IN_A_MAIL]]
        values = {"sentences": sentences, "more": max(len(new) - IN_A_MAIL, 0)}
        enqueue(
            session, "check_findings", to=to, values=values, now=now, unique_key=f"check:{run_id}:{member.person_id}"
        )
