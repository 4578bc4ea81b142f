"""A call with candidacies to be assessed, and what readers do with them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import sqlalchemy as sa
from playwright.sync_api import expect
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Section
from app.language.catalogues import gettext
from app.models import Candidacy, CandidacySection, Person, Reader, Reading, WebSession
from app.models.database import create_engine, transaction
from app.queries.people import secret_hash
from tests import factories
from tests.e2e.conftest import Site, Visitor
from tests.factories import NOW, number
from tests.servers import Browser

say = partial(gettext, "nl")
CRITERIA = ("exchange", "openness", "involvement", "commitment")
MANY = 12
HIGHEST = 20


@dataclass(frozen=True)
class Assessed:
    """The call, its readers by name, and its candidacies by name: best first."""

    call_id: int
    readers: tuple[str, ...]
    candidacies: tuple[tuple[str, str], ...]

    def place(self, reference: str) -> int:
        """Give how good a candidacy is: 0 is the best."""
        return [one for _, one in self.candidacies].index(reference)


@contextmanager
def database(site: Site) -> Iterator[Session]:
    """Open the database of a site from outside."""
    engine = create_engine(f"sqlite:///{site.database}")
    with closing(Session(engine, info={"base_url": site.address})) as session:
        yield session
    engine.dispose()


def prepare(site: Site) -> Assessed:
    """Make a call with twelve submitted candidacies for four places, and four readers of whom three are appointed."""
    with database(site) as session, transaction(session):
        programme = factories.programme(session, "assessed")
        factories.track(session, programme, "rwanda", places=4)
        call = factories.call(session, programme)
        made = [_candidacy(session, call, position) for position in range(MANY)]
        readers = [
            factories.person(session, f"Lezer {letter}", email=f"lezer-{letter}@example.org") for letter in "abcd"
        ]
        for reader in readers:
            session.add(
                WebSession(
                    secret_hash=secret_hash(f"secret of {reader.name}"),
                    person_id=number(reader),
                    created_at=NOW,
                    expires_at=NOW + timedelta(days=400),
                )
            )
        for reader in readers[:3]:
            session.add(Reader(programme_id=number(programme), person_id=number(reader), added_at=NOW))
        return Assessed(number(call), tuple(one.name for one in readers), tuple(made))


def _candidacy(session: Session, call: object, position: int) -> tuple[str, str]:
    name = f"Gemeente {position:02d}"
    made = factories.candidacy(
        session,
        call,  # type: ignore[arg-type]
        factories.government(session, name),
        state=CandidacyState.SUBMITTED,
        reference=f"SDG-ASS{position:03d}",
    )
    for section, answers in (
        (Section.THEME, {"tracks": ["rwanda"]}),
        (Section.MOTIVATION, {"exchange": f"Wij zijn nummer {position}."}),
        (Section.CITY_LINKS, {"has_links": "no"}),
    ):
        session.add(
            CandidacySection(
                candidacy_id=number(made), section=section, answers=dict(answers), complete=True, saved_at=NOW
            )
        )
    return name, made.reference


def points_for(place: int) -> tuple[int, ...]:
    """Give the points per criterion for the candidacy at a place, less the further down."""
    return tuple((HIGHEST - place + step) // len(CRITERIA) for step in range(len(CRITERIA)))


def given_to(site: Site, reader: str) -> list[str]:
    """Give the references that a reader has in hand, by government."""
    with database(site) as session:
        query = (
            sa.select(col(Candidacy.reference))
            .join(Reading, col(Reading.candidacy_id) == col(Candidacy.id))
            .join(Person, col(Person.id) == col(Reading.person_id))
            .where(col(Person.name) == reader)
            .order_by(col(Candidacy.reference))
        )
        return list(session.scalars(query))


def readers_per_candidacy(site: Site, readers: Sequence[str]) -> Counter[str]:
    """Count the readers of each candidacy."""
    return Counter(reference for reader in readers for reference in given_to(site, reader))


def score_in_browser(visitor: Visitor, reference: str, place: int) -> None:
    """Score a candidacy on its page and finish."""
    page = visitor.go(f"/assessments/{reference}")
    expect(page.get_by_text(f"Wij zijn nummer {place}.")).to_be_visible()
    for criterion, points in zip(CRITERIA, points_for(place), strict=True):
        page.locator(f"input[name=points_{criterion}][value='{points}']").check()
        page.locator(f"textarea[name=reason_{criterion}]").fill(f"In de browser: {criterion}.")
    page.get_by_role("button", name=say("Finish my scores")).click()
    expect(page.get_by_role("heading", name=say("All scores"))).to_be_visible()


def score_by_form(site: Site, reader: str, reference: str, place: int, *, change: int = 0) -> None:
    """Send a reader's scores as the form would, and finish."""
    port = urlsplit(site.address).port or 0
    sent = {"edit": "0", "step": "finish"}
    for criterion, points in zip(CRITERIA, points_for(place), strict=True):
        sent |= {
            f"points_{criterion}": str(max(0, points - change)),
            f"reason_{criterion}": f"Per formulier: {criterion}.",
        }
    with Browser(port, f"secret of {reader}") as browser:
        for _ in range(2):  # a double click
            assert browser.post(f"/assessments/{reference}", sent) == (303, f"/assessments/{reference}?done=finished")


def status_for(site: Site, reader: str, path: str) -> int:
    """Give the status with which a page answers a reader."""
    with Browser(urlsplit(site.address).port or 0, f"secret of {reader}") as browser:
        return browser.get(path)
