"""Reads of partnerships: both sides with their local governments, in one query however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Country, GovernmentKind, Side
from app.models import LocalGovernment, Partnership, PartnershipSide, Programme, Track


@dataclass(frozen=True, slots=True)
class SideFacts:
    """One half of a partnership: ``id`` is the side's own; coordinates are degrees, rounded to hundredths."""

    id: int
    side: Side
    government_id: int
    code: str
    name: str
    country: Country
    kind: GovernmentKind
    region: str
    population: int
    population_year: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PartnershipFacts:
    """A partnership with its two sides."""

    id: int
    slug: str
    programme_id: int
    programme_slug: str
    track_id: int
    flemish: SideFacts
    partner: SideFacts

    @property
    def name(self) -> str:
        """Both names, the Flemish side first."""
        return f"{self.flemish.name} & {self.partner.name}"

    @property
    def sides(self) -> tuple[SideFacts, SideFacts]:
        """Both sides in the order in which they are always shown."""
        return self.flemish, self.partner


def partnerships(session: Session, programme_id: int | None = None) -> list[PartnershipFacts]:
    """Give all partnerships, or those of a programme: newest programme first, then by track and name (one query)."""
    query = _partnerships()
    if programme_id is not None:
        query = query.where(col(Partnership.programme_id) == programme_id)
    return _read(session, query)


def partnership_by_slug(session: Session, slug: str) -> PartnershipFacts | None:
    """Give a partnership by its slug (one query)."""
    return next(iter(_read(session, _partnerships().where(col(Partnership.slug) == slug))), None)


def partnerships_of_governments(session: Session, government_ids: Iterable[int]) -> list[PartnershipFacts]:
    """Give the partnerships in which a local government is one of the sides (one query)."""
    ids = sorted(set(government_ids))
    of_either = sa.or_(
        col(_FLEMISH.local_government_id).in_(ids),
        col(_PARTNER.local_government_id).in_(ids),
    )
    return _read(session, _partnerships().where(of_either))


_FLEMISH, _PARTNER = aliased(PartnershipSide, name="flemish"), aliased(PartnershipSide, name="partner")
_HERE, _THERE = aliased(LocalGovernment, name="here"), aliased(LocalGovernment, name="there")
_OF_GOVERNMENT = ("code", "name", "country", "kind", "region", "population", "population_year")


def _partnerships() -> sa.Select[Any]:
    query = sa.select(
        col(Partnership.id),
        col(Partnership.slug),
        col(Partnership.programme_id),
        col(Programme.slug).label("programme_slug"),
        col(Partnership.track_id),
        *_side_columns("flemish", _FLEMISH, _HERE),
        *_side_columns("partner", _PARTNER, _THERE),
    )
    query = query.join(Programme, col(Programme.id) == col(Partnership.programme_id))
    query = query.join(Track, col(Track.id) == col(Partnership.track_id))
    for half, government, side in ((_FLEMISH, _HERE, Side.FLEMISH), (_PARTNER, _THERE, Side.PARTNER)):
        on_side = sa.and_(col(half.partnership_id) == col(Partnership.id), col(half.side) == side)
        query = query.join(half, on_side).join(government, col(government.id) == col(half.local_government_id))
    newest_first = col(Programme.starts_on).desc(), col(Programme.id).desc()
    return query.order_by(*newest_first, col(Track.position), col(_HERE.name), col(Partnership.id))


def _side_columns(prefix: str, half: type[PartnershipSide], of: type[LocalGovernment]) -> list[Any]:
    own = {"id": half.id, "government_id": half.local_government_id}
    degrees = {"latitude": of.latitude_hundredths, "longitude": of.longitude_hundredths}
    columns: dict[str, Any] = own | {name: getattr(of, name) for name in _OF_GOVERNMENT} | degrees
    return [column.label(f"{prefix}_{name}") for name, column in columns.items()]


def _read(session: Session, query: sa.Select[Any]) -> list[PartnershipFacts]:
    return [_partnership(row._asdict()) for row in session.execute(query)]


def _partnership(values: dict[str, Any]) -> PartnershipFacts:
    sides = {side.value: SideFacts(side=side, **_side(values, f"{side.value}_")) for side in Side}
    own = {name: value for name, value in values.items() if not name.startswith(("flemish_", "partner_"))}
    return PartnershipFacts(**own, flemish=sides["flemish"], partner=sides["partner"])


def _side(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    found = {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
    return found | {name: found[name] / 100 for name in ("latitude", "longitude")}
