"""Invented claims of the running programme: one in every state, by people named by their function.

Nobody is mailed about what is laid out here.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.claims import NewLine
from app.domain.codes import Category, Country, Currency, Role, Side
from app.domain.money import LOCAL_CURRENCY, Rate
from app.models import Allotment, LocalGovernment, Mail, Membership, Partnership, PartnershipSide, Person, Programme
from app.queries.claims import claim_by_id
from app.queries.people import actor_of_person
from app.services import claim_receipts, claims
from app.services.claim_lines import Heading
from app.services.demo.people import LANGUAGES
from app.services.mail import BASE_URL

RATE: Final = Decimal("1452.30")
# Title, category and amount in cents of euro, by language.
WHAT: Final[Mapping[str, tuple[str, ...]]] = {
    "nl": ("Trein naar de sessie in Brussel", "Drukwerk voor het wijkoverleg", "Maaltijd met de partner", "Parkeren"),
    "fr": ("Transport vers la session", "Impression pour la réunion", "Repas avec le partenaire", "Stationnement"),
    "en": ("Bus to the joint session", "Printing for the sector meeting", "Meal with the partner", "Parking"),
}
CATEGORIES: Final = (Category.LOCAL_TRANSPORT, Category.MATERIAL, Category.STAY, Category.LOCAL_TRANSPORT)
CENTS: Final = (4_250, 11_900, 6_840, 1_200)
QUESTIONS: Final = {
    "nl": "Voor hoeveel personen was dit?",
    "fr": "C’était pour combien de personnes ?",
    "en": "For how many people was this?",
}
REASONS: Final = {
    "nl": "Dit is een privékost.",
    "fr": "C’est une dépense privée.",
    "en": "This is a private cost.",
}


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Lay out the claims of the first partnership of a programme, all or nothing."""
    session.info.setdefault(BASE_URL, "http://localhost")
    sides = _sides(session, programme)
    team = _actor(session, "team@example.org")
    for allotment_id, side, country, participant, coordinator in sides:
        people = _actor(session, participant), _actor(session, coordinator)
        _lay_out(session, programme, allotment_id, country, people, team, is_partner=side is Side.PARTNER, now=now)
    session.flush()
    session.execute(sa.delete(Mail).where(col(Mail.kind).like("claim%")))


def _sides(session: Session, programme: Programme) -> list[tuple[int, Side, Country, str, str]]:
    first = sa.select(col(Partnership.id)).where(col(Partnership.programme_id) == programme.id)
    first = first.order_by(col(Partnership.slug)).limit(1)
    query = (
        sa.select(col(Allotment.id), col(PartnershipSide.side), col(LocalGovernment.country), col(LocalGovernment.id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnershipSide.local_government_id))
        .where(col(PartnershipSide.partnership_id) == first.scalar_subquery())
        .order_by(col(Allotment.id))
    )
    found = []
    for number, side, country, government_id in session.execute(query).all():
        addresses = [_address(session, government_id, role) for role in (Role.PARTICIPANT, Role.COORDINATOR)]
        found.append((number or 0, side, country, addresses[0], addresses[1]))
    return found


def _address(session: Session, government_id: int | None, role: Role) -> str:
    query = (
        sa.select(col(Person.email))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.local_government_id) == government_id, col(Membership.role) == role)
        .order_by(col(Person.id))
        .limit(1)
    )
    return session.execute(query).scalar_one()


def _actor(session: Session, address: str) -> Actor:
    number = session.execute(sa.select(col(Person.id)).where(col(Person.email) == address)).scalar_one()
    return actor_of_person(session, number or 0)


def _lay_out(
    session: Session,
    programme: Programme,
    allotment_id: int,
    country: Country,
    people: tuple[Actor, Actor],
    team: Actor,
    *,
    is_partner: bool,
    now: datetime,
) -> None:
    participant, coordinator = people
    day = max(programme.starts_on, (now - timedelta(days=9)).date())
    make = _Maker(session, allotment_id, country, day, now)
    if not is_partner:
        make.draft(0, coordinator)
        make.decided(1, participant, team, claims.refuse, REASONS)
        make.withdrawn(3, participant)
        return
    make.draft(0, participant)
    make.sent(1, participant)
    make.decided(2, coordinator, team, claims.give_back, QUESTIONS)
    make.approved(3, participant, team)


class _Maker:
    """Makes claims on one half, a few days ago."""

    def __init__(self, session: Session, allotment_id: int, country: Country, day: date, now: datetime) -> None:
        self.session, self.allotment_id, self.country, self.day = session, allotment_id, country, day
        self.then = now - timedelta(days=2)
        self.language = LANGUAGES[country]

    def draft(self, which: int, by: Actor) -> int:
        """Make a draft of a line with a drawn receipt."""
        title = WHAT[self.language][which]
        made = claims.start(
            self.session, self.allotment_id, Heading(title, None, by.person_id), actor=by, now=self.then
        )
        line = claims.add_line(self.session, made, self._line(which, title), actor=by, now=self.then)
        claim_receipts.add(self.session, made, line, "receipt.png", drawn(title), actor=by, now=self.then)
        self.session.flush()
        self.session.expire_all()
        return made

    def sent(self, which: int, by: Actor) -> int:
        """Make a claim and send it."""
        made = self.draft(which, by)
        version = claim_by_id(self.session, made).version
        claims.submit(self.session, made, version=version, actor=by, now=self.then)
        return made

    def withdrawn(self, which: int, by: Actor) -> None:
        """Make a claim, send it and withdraw it."""
        claims.withdraw(self.session, self.sent(which, by), actor=by, now=self.then)

    def decided(
        self, which: int, by: Actor, team: Actor, decide: Callable[..., None], words: Mapping[str, str]
    ) -> None:
        """Make a claim that was returned or refused."""
        made = self.sent(which, by)
        version = claim_by_id(self.session, made).version
        decide(self.session, made, words[self.language], version=version, actor=team, now=self.then)

    def approved(self, which: int, by: Actor, team: Actor) -> None:
        """Make a claim that was approved; its money is still to be paid out."""
        made = self.sent(which, by)
        claims.approve(self.session, made, version=claim_by_id(self.session, made).version, actor=team, now=self.then)

    def _line(self, which: int, title: str) -> NewLine:
        currency = LOCAL_CURRENCY[self.country]
        rate = Rate(RATE, "Bank statement (demo)", self.day) if currency is Currency.RWF else None
        per_euro = {Currency.EUR: Decimal(100), Currency.RWF: RATE}.get(currency, Decimal("655.957"))
        return NewLine(CATEGORIES[which], title, self.day, currency, int(CENTS[which] * per_euro / 100), rate)


def drawn(words: str) -> bytes:
    """Draw a small picture that stands for a receipt."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (240, 320), 250)
    pen = ImageDraw.Draw(picture)
    pen.text((20, 20), words.encode("ascii", "ignore").decode(), fill=30)
    for row in range(60, 280, 24):
        pen.line((20, row, 220 - row % 7 * 12, row), fill=150, width=3)
    made = BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()
