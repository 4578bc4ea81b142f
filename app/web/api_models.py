"""What the JSON API answers: types that are also its documentation."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, Field

from app.domain.codes import Country, GovernmentKind, SessionKind, SessionStatus
from app.queries.agenda import SessionRow
from app.queries.partnerships import PartnershipFacts, SideFacts
from app.queries.programmes import ProgrammeFacts, SubjectFacts, TrackFacts
from app.queries.reference import Government

ITEM = TypeVar("ITEM")


class Texts(BaseModel):
    """A text in three languages; an empty one is not translated yet."""

    nl: str
    fr: str
    en: str

    @classmethod
    def of(cls, row: object, name: str) -> Self:
        """Read a text from the columns of a row."""
        return cls(**{code: getattr(row, f"{name}_{code}") for code in ("nl", "fr", "en")})


class Page(BaseModel, Generic[ITEM]):
    """A page of a list."""

    items: list[ITEM]
    page: int = Field(description="Number of this page, from 1.")
    size: int = Field(description="Most items on a page.")
    total: int = Field(description="Items on all pages together.")


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str


class Fault(BaseModel):
    """What is not right, and where."""

    place: str = Field(description="Such as `points[3][7]`; `problem` for the whole.")
    fault: str = Field(description="A code.")
    message: str = Field(description="A sentence, with the place.")


class Faults(BaseModel):
    """Why what was sent is refused."""

    detail: list[Fault]


class CallOut(BaseModel):
    """The period in which candidacies may be submitted: from `opens_at` until just before `closes_at`."""

    opens_at: datetime
    closes_at: datetime
    open: bool = Field(description="Whether it is open at this moment.")


class SubjectOut(BaseModel):
    """A subject within the theme of a track."""

    code: str
    title: Texts


class TrackOut(BaseModel):
    """A country with its theme, its association and its places."""

    slug: str
    title: Texts
    summary: Texts
    country: Country
    association: str
    language: str = Field(description="Working language (ISO 639-1).")
    places: int
    goals: list[int] = Field(description="Numbers of Sustainable Development Goals.")
    subjects: list[SubjectOut]

    @classmethod
    def of(cls, track: TrackFacts, subjects: Sequence[SubjectFacts]) -> Self:
        """Read a track."""
        return cls(
            slug=track.slug,
            title=Texts.of(track, "title"),
            summary=Texts.of(track, "summary"),
            country=track.country,
            association=track.association_code.upper(),
            language=track.language,
            places=track.places,
            goals=track.goals,
            subjects=[SubjectOut(code=one.code, title=Texts.of(one, "title")) for one in subjects],
        )


class ProgrammeOut(BaseModel):
    """A round of partnerships over `starts_on` to `ends_on`."""

    slug: str
    title: Texts
    summary: Texts
    starts_on: date
    ends_on: date
    budget_cents: int = Field(
        description="Budget of each partnership in euro cents, divided equally over its two sides."
    )
    call: CallOut | None

    @classmethod
    def of(cls, programme: ProgrammeFacts, now: datetime) -> Self:
        """Read a programme as it is at ``now``."""
        return cls(**cls.values(programme, now))

    @staticmethod
    def values(programme: ProgrammeFacts, now: datetime) -> dict[str, object]:
        """Give the values of a programme as it is at ``now``."""
        call = programme.call
        return {
            "slug": programme.slug,
            "title": Texts.of(programme, "title"),
            "summary": Texts.of(programme, "summary"),
            "starts_on": programme.starts_on,
            "ends_on": programme.ends_on,
            "budget_cents": programme.budget_cents,
            "call": CallOut(opens_at=call.opens_at, closes_at=call.closes_at, open=call.is_open(now)) if call else None,
        }


class ProgrammeDetail(ProgrammeOut):
    """A programme with its tracks."""

    tracks: list[TrackOut]


class SideOut(BaseModel):
    """One half of a partnership."""

    code: str
    name: str
    country: Country
    kind: GovernmentKind
    region: str

    @classmethod
    def of(cls, side: SideFacts) -> Self:
        """Read a side."""
        return cls(code=side.code, name=side.name, country=side.country, kind=side.kind, region=side.region)


class PartnershipOut(BaseModel):
    """Two local governments that work together for the length of a programme."""

    slug: str
    programme: str = Field(description="Slug of the programme.")
    track: str = Field(description="Slug of the track.")
    flemish: SideOut
    partner: SideOut

    @classmethod
    def maker(cls, tracks: Sequence[TrackFacts]) -> Callable[[PartnershipFacts], Self]:
        """Give what reads a partnership, knowing all tracks."""
        slugs = {track.id: track.slug for track in tracks}
        return lambda one: cls(
            slug=one.slug,
            programme=one.programme_slug,
            track=slugs[one.track_id],
            flemish=SideOut.of(one.flemish),
            partner=SideOut.of(one.partner),
        )


class SessionOut(BaseModel):
    """A session that is announced to everybody, or was and is cancelled."""

    uid: str = Field(description="The identifier that calendars know it by.")
    title: Texts
    kind: SessionKind
    status: SessionStatus
    starts_at: datetime
    ends_at: datetime
    local_start: str = Field(description="What the clock shows where it takes place, without an offset.")
    zone: str = Field(description="The zone of that clock (IANA).")
    place: str
    languages: list[str]

    @classmethod
    def of(cls, row: SessionRow) -> Self:
        """Read a session."""
        return cls(
            uid=row.uid,
            title=Texts.of(row, "title"),
            kind=row.kind,
            status=row.status,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            local_start=row.wall_starts_at.isoformat(timespec="minutes"),
            zone=row.zone,
            place=row.place,
            languages=list(row.languages),
        )


class GovernmentOut(BaseModel):
    """A municipality, district or commune over the days on which it exists under this code."""

    code: str = Field(description="NIS code; `RW-` and the name; `BJ-` and the INSAE code.")
    name: str
    country: Country
    kind: GovernmentKind
    region: str
    population: int
    population_year: int = Field(description="Year of the count; it differs between countries.")
    latitude: float = Field(description="Degrees, rounded to hundredths.")
    longitude: float
    valid_from: date = Field(description="First day from which the list is kept, or of the merger.")
    valid_to: date | None
    successor_code: str | None = Field(description="What it merged into.")

    @classmethod
    def of(cls, government: Government) -> Self:
        """Read a local government."""
        return cls(**{name: getattr(government, name) for name in cls.model_fields})
