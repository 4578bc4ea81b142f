"""Fill every column that can hold words with a marker, and look for it in every table."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor
from app.domain.codes import (
    CandidacyState,
    Category,
    ClaimState,
    ConsentParty,
    Currency,
    MailState,
    PollAnswer,
    Presence,
    PresenceSource,
    Reply,
    Representing,
    RestRule,
    Section,
    SessionKind,
    Side,
)
from app.models import (
    Allotment,
    Attachment,
    Attendance,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Claim,
    ClaimLine,
    Clarification,
    ClosedYear,
    Confirmation,
    ConflictOfInterest,
    Decision,
    DecisionRound,
    DiscussionNote,
    ExchangeRate,
    FormReceipt,
    LateAdmission,
    Mail,
    MailAttachment,
    Partnership,
    PartnershipSide,
    Person,
    PlannedSpending,
    Poll,
    PollMember,
    PollOption,
    PollVote,
    Programme,
    Reader,
    Reading,
    Receipt,
    Score,
    SessionDocument,
    SessionMinutes,
    SessionReply,
    Settlement,
    SignInRequest,
    StatementConfirmation,
    StoredFile,
    Transfer,
    TransferConsent,
    Traveller,
    VisitEstimate,
    VisitItem,
    VisitReport,
    WebSession,
    WorkVisit,
)
from app.models.database import transaction
from app.services.events import record
from tests.factories import NOW, add, agenda_session, number

OF_A_CANDIDACY = (
    Attachment,
    Candidacy,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Clarification,
    Confirmation,
    ConflictOfInterest,
    Decision,
    DiscussionNote,
    LateAdmission,
    Mail,
    MailAttachment,
    Score,
    StoredFile,
)
"""Every table that holds words about a candidacy."""


def mark(session: Session, of: Candidacy, writer: Person, reader: Person, marker: str) -> None:
    """Write ``marker`` wherever somebody can write something in or about a candidacy."""
    with transaction(session):
        _mark_answers(session, of, writer, marker)
        _mark_assessment(session, of, reader, marker)
        _mark_mail(session, of, writer, marker)
        actor = Actor(person_id=number(reader), name="Programme officer")
        details = {"state": "returned", "reason": marker, "count": 3}
        record(session, actor, "candidacy.moved", subject=("candidacy", number(of)), now=NOW, **details)


def _mark_answers(session: Session, of: Candidacy, writer: Person, marker: str) -> None:
    own: dict[str, Any] = {"candidacy_id": number(of), "person_id": number(writer)}
    theme: dict[str, object] = {"tracks": ["rwanda", "benin"], "subjects": [marker]}
    answers: dict[str, object] = {
        "administrative_name": marker,
        "administrative_email": writer.email,
        "political_name": marker,
    }
    for section, given in ((Section.THEME, theme), (Section.GOVERNMENT, answers)):
        add(session, CandidacySection(**own, section=section, answers=given, saved_at=NOW))
        saved = CandidacySectionVersion(**own, section=section, answers=given, version=1, form_version=1, saved_at=NOW)
        add(session, saved)
    everything: dict[str, object] = {"government": answers, "theme": theme}
    add(
        session,
        CandidacySubmission(
            **own, number=1, form_version=1, answers=everything, submitted_at=NOW, confirmed_by=f"{marker}, mayor"
        ),
    )
    add(
        session,
        Confirmation(
            candidacy_id=number(of),
            secret_hash="0" * 64,
            name=marker,
            role=marker,
            email=f"{marker}@example.org",
            language="nl",
            asked_by=number(writer),
            asked_at=NOW,
            note=marker,
        ),
    )
    file = _file(session, marker)
    add(session, Attachment(**own, file_id=number(file), name=f"{marker}.pdf", added_at=NOW))


def _file(session: Session, marker: str) -> StoredFile:
    content = marker.encode()
    made = StoredFile(
        name=f"{marker}.pdf",
        media_type="application/pdf",
        size=len(content),
        sha256="0" * 64,
        content=content,
        created_at=NOW,
    )
    return add(session, made)


def _mark_assessment(session: Session, of: Candidacy, reader: Person, marker: str) -> None:
    own: dict[str, Any] = {"candidacy_id": number(of)}
    by = number(reader)
    add(session, Clarification(**own, sections=["theme"], reason=marker, until=NOW, asked_at=NOW, asked_by=by))
    reading = add(session, Reading(**own, person_id=by, assigned_at=NOW))
    add(session, Score(reading_id=number(reading), criterion="openness", points=4, reason=marker))
    add(session, ConflictOfInterest(**own, person_id=by, reason=marker, declared_at=NOW, declared_by=by))
    add(session, DiscussionNote(**own, person_id=by, text=marker, written_at=NOW))
    late: dict[str, Any] = {"call_id": of.call_id, "local_government_id": of.local_government_id}
    add(session, LateAdmission(**late, until=NOW, reason=marker, admitted_at=NOW, admitted_by=by))
    round_ = add(session, DecisionRound(call_id=of.call_id, send_at=NOW, scheduled_at=NOW, scheduled_by=by))
    letter = _file(session, marker)
    add(
        session,
        Decision(
            **own,
            outcome=CandidacyState.NOT_SELECTED,
            track_slug="rwanda",
            opening=marker,
            reasons={"openness": marker},
            prepared_at=NOW,
            round_id=number(round_),
            letter_id=number(letter),
            sent_at=NOW,
        ),
    )


def _mark_mail(session: Session, of: Candidacy, writer: Person, marker: str) -> None:
    mail = add(
        session,
        Mail(
            unique_key=f"{marker}:{of.reference}",
            kind="candidacy_submitted",
            recipient=f"{marker}@example.org",
            language="nl",
            subject=marker,
            text=f"{marker} http://testserver/candidacies/{of.reference}",
            html=marker,
            calendar=marker,
            state=MailState.SENT,
            created_at=NOW,
            next_attempt_at=NOW,
            sent_at=NOW,
            last_error=marker,
        ),
    )
    add(session, MailAttachment(mail_id=number(mail), file_id=number(_file(session, marker))))
    source: dict[str, object] = {"kind": "candidacy_answers", "name": marker}
    add(session, MailAttachment(mail_id=number(mail), source=source))
    add(
        session,
        WebSession(
            secret_hash="1" * 64,
            person_id=number(writer),
            candidacy_id=number(of),
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        ),
    )


def _mark_poll(session: Session, person: Person) -> None:
    """Let a person answer a poll with a note."""
    of = session.scalars(sa.select(Programme).order_by(col(Programme.id))).first()
    poll = Poll(
        programme_id=number(of) if of is not None else 0,
        kind=SessionKind.COACHING,
        title_nl="Peiling",
        zone="Europe/Brussels",
        duration_minutes=60,
        closes_at=NOW,
        created_at=NOW,
        created_by=number(person),
    )
    poll_id = number(add(session, poll))
    wall, ends_at = NOW.replace(tzinfo=None), NOW + timedelta(hours=1)
    option = add(session, PollOption(poll_id=poll_id, wall_starts_at=wall, starts_at=NOW, ends_at=ends_at))
    add(session, PollMember(poll_id=poll_id, person_id=number(person), note=f"Ask {person.name}", answered_at=NOW))
    add(session, PollVote(option_id=number(option), person_id=number(person), answer=PollAnswer.YES))


def _mark_session(session: Session, person: Person) -> None:
    """Name a person in what is written about a session, and let the person answer its invitation."""
    of = session.scalars(sa.select(Programme).order_by(col(Programme.id))).first()
    if of is None:
        return
    row = agenda_session(session, of)
    row.schedule, row.description = f"10:00 {person.name}", f"Ask {person.email}"
    session_id = number(row)
    add(session, SessionReply(session_id=session_id, person_id=number(person), reply=Reply.COMING, replied_at=NOW))
    add(
        session,
        SessionMinutes(
            session_id=session_id, text=f"{person.name} was there.", edited_at=NOW, edited_by=number(person)
        ),
    )
    there: dict[str, Any] = {"presence": Presence.PRESENT, "source": PresenceSource.CORRECTION, "marked_at": NOW}
    add(session, Attendance(session_id=session_id, guest_name=f"Sister of {person.name}", reason=person.email, **there))
    file = StoredFile(
        name=f"CV {person.name}.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        content=b"x",
        created_at=NOW,
    )
    kept: dict[str, Any] = {"file_id": number(add(session, file)), "added_at": NOW, "added_by": number(person)}
    add(session, SessionDocument(session_id=session_id, **kept))


def _mark_visit(session: Session, person: Person) -> None:
    """Let a person travel, and name the person wherever somebody writes about a visit."""
    of = session.scalars(sa.select(Programme).order_by(col(Programme.id))).first()
    if of is None:
        return
    row = agenda_session(session, of, kind=SessionKind.WORK_VISIT)
    visit_id = number(add(session, WorkVisit(session_id=number(row), created_at=NOW)))
    named = f"Ask {person.name} ({person.email})"
    wrote: dict[str, Any] = {"edited_at": NOW, "edited_by": number(person)}
    journey: dict[str, Any] = {"visit_id": visit_id, "representing": Representing.POLITICIAN, "language": "nl"}
    add(session, Traveller(**journey, person_id=number(person), name=person.name, function=named, added_at=NOW))
    add(session, Traveller(**journey, name=person.name, function=f"Replaces {person.name}", added_at=NOW))
    day = NOW.date()
    add(session, VisitItem(visit_id=visit_id, day=day, title=named, place=named, note=named, **wrote))
    texts: dict[str, Any] = dict.fromkeys(("held", "met", "agreements", "lesson_one", "lesson_two"), named)
    add(session, VisitReport(visit_id=visit_id, language="nl", **texts, **wrote))
    line: dict[str, object] = {"code": "own", "title_nl": named, "title_fr": named, "title_en": named, "note": named}
    add(session, VisitEstimate(visit_id=visit_id, lines=[line], saved_at=NOW, saved_by=number(person)))


def _first_half(session: Session) -> tuple[int, int] | None:
    """Give the first partnership and its first half."""
    found: Any = session.execute(
        sa.select(col(Partnership.id), col(Allotment.id))
        .join(PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id))
        .join(Allotment, col(Allotment.side_id) == col(PartnershipSide.id))
        .order_by(col(Allotment.id))
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def _mark_budget(session: Session, person: Person) -> None:
    """Let a person write everything that is written beside the ledger, and name the person in it."""
    of = _first_half(session)
    if of is None:
        return
    by, named = number(person), f"Ask {person.name} ({person.email})"
    partnership: dict[str, Any] = {"partnership_id": of[0]}
    proposed: dict[str, Any] = {"from_side": Side.FLEMISH, "amount_cents": 1, "proposed_at": NOW, "proposed_by": by}
    transfer = add(session, Transfer(**partnership, **proposed, reason=named))
    answer: dict[str, Any] = {"party": ConsentParty.PARTNER, "person_id": by, "agreed": False, "given_at": NOW}
    add(session, TransferConsent(transfer_id=number(transfer), words=named, **answer))
    plan: dict[str, Any] = {"category": Category.TRAVEL, "year": 2026, "amount_cents": 1, "planned_at": NOW}
    add(session, PlannedSpending(allotment_id=of[1], **plan, description=named, planned_by=by))
    rate: dict[str, Any] = {"currency": Currency.USD, "rate_date": NOW.date(), "value": "1.1"}
    add(session, ExchangeRate(**rate, source=named, entered_at=NOW, entered_by=by))
    add(session, ClosedYear(**partnership, year=2020, closed_at=NOW, closed_by=by, reason=named))
    confirmed: dict[str, Any] = {"year": 2020, "side": Side.FLEMISH, "confirmed_at": NOW, "digest": "0" * 64}
    add(session, StatementConfirmation(**partnership, **confirmed, person_id=by))
    add(session, Settlement(**partnership, settled_at=NOW, settled_by=by, rest=RestRule.RETURNED, reason=named))


def _mark_claims(session: Session, person: Person) -> None:
    """Let a person claim, once as a draft and once sent, and name the person in both."""
    of = _first_half(session)
    if of is None:
        return
    named = f"Ask {person.name} ({person.email})"
    place: dict[str, Any] = {"partnership_id": of[0], "allotment_id": of[1], "claimant_id": number(person)}
    for state, sent_at in ((ClaimState.DRAFT, None), (ClaimState.SUBMITTED, NOW)):
        submitted: dict[str, Any] = {"submitted_at": sent_at, "submitted_by": number(person) if sent_at else None}
        which = 101 if sent_at else 102
        row = Claim(**place, **submitted, number=which, state=state, title=named, decision_reason=named, created_at=NOW)
        claim_id = number(add(session, row))
        line = ClaimLine(
            claim_id=claim_id,
            position=1,
            category=Category.TRAVEL,
            description=named,
            spent_on=NOW.date(),
            currency=Currency.EUR,
            amount_minor=100,
            rate="1",
            rate_source=named,
            amount_cents=100,
            per_diem={"note": named},
        )
        receipt = Receipt(claim_id=claim_id, line_id=number(add(session, line)), file_id=0, added_at=NOW)
        receipt.file_id = number(_file(session, f"Bus {person.name}"))
        add(session, receipt)


def mark_person(session: Session, person: Person) -> None:
    """Give a person what only that person has: a link, a receipt, mails, entries in the log."""
    with transaction(session):
        add(
            session,
            SignInRequest(
                email=person.email,
                link_hash="2" * 64,
                code_hash="3" * 64,
                browser_hash="4" * 64,
                created_at=NOW,
                expires_at=NOW,
            ),
        )
        _mark_poll(session, person)
        _mark_session(session, person)
        _mark_visit(session, person)
        _mark_claims(session, person)
        _mark_budget(session, person)
        add(session, FormReceipt(key="5" * 64, person_id=number(person), location="/my", created_at=NOW))
        for own in ({"person_id": number(person), "recipient": "old@example.org"}, {"recipient": person.email}):
            mail = Mail(
                **own,
                kind="invitation",
                language="nl",
                subject=f"For {person.name}",
                text=f"Dear {person.name}",
                html="",
                state=MailState.WAITING,
                created_at=NOW,
                next_attempt_at=NOW,
            )
            add(session, mail)
        acting = Actor(person_id=number(person), name=person.name)
        other = Actor(name="Tandem")
        record(session, acting, "person.changed", subject=("person", number(person)), now=NOW)
        record(session, other, "person.added", subject=("person", number(person)), now=NOW, name=person.name)
        record(session, other, "mail.retried", subject=("mail", number(mail)), now=NOW, recipient=person.email)
        record(session, acting, "candidacy.started", subject=("candidacy", 1), now=NOW, government="Alfa")
        invited = f"{person.name} <{person.email}>"
        record(session, other, "candidacy.invited", subject=("candidacy", 1), now=NOW, who=invited)


def found(session: Session, marker: str) -> set[str]:
    """Give each column of each table in which the marker stands, whatever its case."""
    return {
        f"{table.name}.{column.name}"
        for table, column in columns()
        if any(marker.casefold() in _text(value) for value in session.scalars(sa.select(column)))
    }


def columns() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Give every column that can hold words."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
            if isinstance(kind, sa.String | sa.JSON | sa.LargeBinary) and not isinstance(kind, sa.Enum):
                yield table, column


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").casefold()
    return str(value).casefold()


def words_of(tables: tuple[type[SQLModel], ...]) -> set[str]:
    """Give every column of some tables that can hold words."""
    names = {table.__tablename__ for table in tables}
    return {f"{table.name}.{column.name}" for table, column in columns() if table.name in names}


def remembers(session: Session, person: Person) -> tuple[int, int, int, int]:
    """Count what still belongs to a person: roles would be none, candidacies, readers, browsers."""
    tables: tuple[Any, ...] = (CandidacyMember, Reader, WebSession, FormReceipt)
    counts = [
        session.scalar(sa.select(sa.func.count()).select_from(table).where(table.person_id == person.id)) or 0
        for table in tables
    ]
    return counts[0], counts[1], counts[2], counts[3]
