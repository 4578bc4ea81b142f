"""Reads of what waits in the budgets of partnerships: claims, transfers, findings of the check."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ClaimState, TransferState
from app.models import CheckRun, Claim, Transfer


def claims_waiting(session: Session, partnership_ids: Iterable[int], *, since: datetime) -> dict[int, int]:
    """Give by partnership how many claims were sent before ``since`` and are not decided (one query)."""
    query = (
        sa.select(col(Claim.partnership_id), sa.func.count())
        .where(
            col(Claim.partnership_id).in_(sorted(set(partnership_ids))),
            col(Claim.state) == ClaimState.SUBMITTED,
            col(Claim.submitted_at) < since,
        )
        .group_by(col(Claim.partnership_id))
        .order_by(col(Claim.partnership_id))
    )
    return _counts(session, query)


def transfers_waiting(session: Session, partnership_ids: Iterable[int]) -> dict[int, int]:
    """Give by partnership how many transfers wait for a consent (one query)."""
    query = (
        sa.select(col(Transfer.partnership_id), sa.func.count())
        .where(
            col(Transfer.partnership_id).in_(sorted(set(partnership_ids))), col(Transfer.state) == TransferState.OPEN
        )
        .group_by(col(Transfer.partnership_id))
        .order_by(col(Transfer.partnership_id))
    )
    return _counts(session, query)


def findings_by_partnership(session: Session) -> Counter[str]:
    """Give by the names of both sides how much the last check found there; under "" what is of none (one query)."""
    query = sa.select(col(CheckRun.findings)).order_by(col(CheckRun.ran_at).desc(), col(CheckRun.id).desc()).limit(1)
    findings = session.scalar(query) or []
    return Counter(_partnership(finding) for finding in findings)


def _counts(session: Session, query: Any) -> dict[int, int]:  # noqa: ANN401 - a selection of numbers and counts
    rows: Iterable[Any] = session.execute(query)
    return {number: count for number, count in rows}  # noqa: C416 - rows are no pairs to mypy


def _partnership(finding: dict[str, object]) -> str:
    params = finding.get("params")
    return str(params.get("partnership", "")) if isinstance(params, dict) else ""
