"""The programme team's list of candidacies: filtered, searched, sorted and paged in a constant number of queries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Section
from app.domain.texts import Text, title_of
from app.models import Call, Candidacy, CandidacySection, LocalGovernment, Programme
from app.queries.candidacy_access import in_conflict

PAGE_SIZE: Final = 50
_FIRST_TRACK: Final = col(CandidacySection.answers)["tracks"][0].as_string()
_SORTS: Final[Mapping[str, Any]] = {
    "government": sa.func.lower(col(LocalGovernment.name)),
    "reference": col(Candidacy.reference),
    "province": col(LocalGovernment.region),
    "state": col(Candidacy.state),
    "submitted": col(Candidacy.submitted_at),
    "saved": col(Candidacy.updated_at),
}
SORTS: Final = tuple(_SORTS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty means all. ``sort`` is one of ``SORTS``, with a minus before it for the reverse.

    ``person_id`` is who looks: where that person has a conflict of interest, answers stay out of the list.
    """

    call_id: int
    state: CandidacyState | None = None
    track: str = ""
    province: str = ""
    text: str = ""
    sort: str = "government"
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListedCandidacy:
    """A row of the list; ``track`` is the slug of the first choice, ``sections_done`` counts complete sections.

    ``conflict``: whoever looks has a conflict of interest, and may know no more than that it exists.
    """

    reference: str
    state: CandidacyState
    government: str
    province: str
    track: str | None
    submitted_at: datetime | None
    updated_at: datetime
    sections_done: int
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """How many candidacies there are: by state under the other filters, in all that is wanted; the provinces met."""

    by_state: Mapping[CandidacyState, int]
    wanted: int
    provinces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallChoice:
    """A call with the title of its programme."""

    id: int
    programme_id: int
    programme_slug: str
    title: Text


def calls(session: Session, locale: str) -> list[CallChoice]:
    """Give all calls, the latest first (one query)."""
    titles = (col(Programme.title_nl), col(Programme.title_fr), col(Programme.title_en))
    query = (
        sa.select(col(Call.id), col(Call.programme_id), col(Programme.slug), *titles)
        .join(Programme, col(Programme.id) == col(Call.programme_id))
        .order_by(col(Call.opens_at).desc(), col(Call.id).desc())
    )
    return [CallChoice(row.id, row.programme_id, row.slug, title_of(row, locale)) for row in session.execute(query)]


def overview(session: Session, wanted: Wanted) -> Overview:
    """Count the candidacies of a call (one query)."""
    keys = (col(Candidacy.state), col(LocalGovernment.region), _FIRST_TRACK.label("track"))
    query = _joined(sa.select(*keys, sa.func.count().label("many"))).where(*_in_call(wanted), *_found(wanted))
    by_state: Counter[CandidacyState] = Counter()
    provinces = {wanted.province} - {""}
    for state, province, track, many in session.execute(query.group_by(*keys)):
        provinces.add(province)
        if wanted.province in ("", province) and wanted.track in ("", track):
            by_state[state] += many
    total = by_state.total() if wanted.state is None else by_state[wanted.state]
    return Overview(by_state, total, tuple(sorted(provinces)))


def listed(session: Session, wanted: Wanted, *, page: int = 1, size: int | None = PAGE_SIZE) -> list[ListedCandidacy]:
    """Give one page of the list, or with ``size`` ``None`` all of it (one query)."""
    done = (
        sa.select(sa.func.count())
        .where(_done.candidacy_id == col(Candidacy.id), _done.complete.is_(True))
        .scalar_subquery()
    )
    conflict = in_conflict(wanted.person_id)
    columns = (
        col(Candidacy.reference),
        col(Candidacy.state),
        col(LocalGovernment.name),
        col(LocalGovernment.region),
        sa.case((conflict, None), else_=_FIRST_TRACK),
        col(Candidacy.submitted_at),
        col(Candidacy.updated_at),
        done,
        conflict,
    )
    query = _joined(sa.select(*columns)).where(*_in_call(wanted), *_found(wanted), *_filtered(wanted))
    query = query.order_by(*_order(wanted.sort))
    if size is not None:
        query = query.limit(size).offset((page - 1) * size)
    return [ListedCandidacy(*row) for row in session.execute(query)]


_done: Any = sa.orm.aliased(CandidacySection)


def _joined(query: sa.Select[Any]) -> sa.Select[Any]:
    theme = sa.and_(
        col(CandidacySection.candidacy_id) == col(Candidacy.id), col(CandidacySection.section) == Section.THEME
    )
    return (
        query.select_from(Candidacy)
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .outerjoin(CandidacySection, theme)
    )


def _in_call(wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    return (col(Candidacy.call_id) == wanted.call_id,)


def _found(wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    if not wanted.text:
        return ()
    contains = (
        col(column).icontains(wanted.text, autoescape=True) for column in (LocalGovernment.name, Candidacy.reference)
    )
    return (sa.or_(*contains),)


def _filtered(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(col(Candidacy.state) == wanted.state)
    if wanted.province:
        conditions.append(col(LocalGovernment.region) == wanted.province)
    if wanted.track:
        conditions += [wanted.track == _FIRST_TRACK, sa.not_(in_conflict(wanted.person_id))]
    return conditions


def _order(sort: str) -> tuple[Any, ...]:
    column = _SORTS[sort.removeprefix("-")]
    ordered = column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last()
    return ordered, sa.func.lower(col(LocalGovernment.name)), col(Candidacy.id)
