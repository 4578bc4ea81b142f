"""Reads of the runs of ``tandem check``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.ledger_checks import Finding, Params
from app.models import CheckRun


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run of the check; ``findings`` are those that were kept, ``found`` how many there were."""

    id: int
    ran_at: datetime
    findings: tuple[Finding, ...]
    counts: dict[str, int]

    @property
    def found(self) -> int:
        """How many findings there were."""
        return self.counts.get("found", len(self.findings))


def last_runs(session: Session, limit: int) -> list[RunFacts]:
    """Give the last runs, the latest first (one query)."""
    columns: tuple[Any, ...] = (CheckRun.id, CheckRun.ran_at, CheckRun.findings, CheckRun.counts)
    query = sa.select(*columns).order_by(col(CheckRun.ran_at).desc(), col(CheckRun.id).desc()).limit(limit)
    return [RunFacts(row.id, row.ran_at, _findings(row.findings), row.counts) for row in session.execute(query)]


def last_run(session: Session) -> RunFacts | None:
    """Give the last run, none where the check never ran."""
    return next(iter(last_runs(session, 1)), None)


def _findings(rows: list[dict[str, object]]) -> tuple[Finding, ...]:
    return tuple(Finding(str(row["code"]), cast("Params", row["params"])) for row in rows)
