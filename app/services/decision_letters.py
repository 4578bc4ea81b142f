"""Decision letters: what the readers' words propose, and what a letter says in the candidate's language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.documents.letter_pdf import Letter, Reason, letter_pdf
from app.domain.assessment import FULL_WEIGHT, Criterion
from app.domain.decisions import Chosen
from app.domain.standing import Standing
from app.domain.texts import Text, title_of
from app.language.decision_words import (
    afterwards,
    draft_note,
    draft_subject,
    letter_name,
    letter_subject,
    link_reason,
    outcome_sentence,
    proposed_opening,
)
from app.language.formats import percent
from app.queries.decision_table import DecisionTable
from app.queries.decisions import DecisionRecord, contact_names


@dataclass(frozen=True, slots=True)
class DecisionText:
    """The words of a decision: an opening, and reasons by the code of their criterion."""

    opening: str
    reasons: Mapping[str, str]


def proposed_text(table: DecisionTable, standing: Standing) -> DecisionText:
    """Propose the words of a decision in the language of its candidacy: the readers' own, without their names."""
    locale = standing.language
    programme = str(title_of(table.programme, locale))
    opening = proposed_opening(locale, government=standing.government_name, programme=programme)
    criteria = table.programme.rules.assessment.criteria
    return DecisionText(opening, {one.code: _proposed_reason(locale, one, standing) for one in criteria})


def _proposed_reason(locale: str, criterion: Criterion, standing: Standing) -> str:
    """Join what finished readers wrote, each text once and in an order that does not tell who wrote it."""
    if criterion.computed:
        return link_reason(locale, standing.links)
    given = [one.scores[criterion.code] for one in standing.readings if one.finished and criterion.code in one.scores]
    return "\n".join(sorted({one.reason.strip() for one in given} - {""}))


def criterion_title(locale: str, criterion: Criterion) -> Text:
    """Name a criterion with its weight."""
    title = title_of(criterion, locale)
    return Text(f"{title} ({percent(locale, Decimal(criterion.weight) / FULL_WEIGHT)})", title.language)


def letters_of(
    session: Session, table: DecisionTable, records: Collection[DecisionRecord], *, now: datetime
) -> dict[int, Letter]:
    """Write the letters of prepared decisions, by candidacy (one query)."""
    contacts = contact_names(session, [one.candidacy_id for one in records])
    return {
        one.candidacy_id: _letter(table, one, table.decided[one.candidacy_id], contacts.get(one.candidacy_id, ""), now)
        for one in records
    }


def draft_of(session: Session, table: DecisionTable, record: DecisionRecord, *, now: datetime) -> bytes:
    """Make a letter as it would be sent now, marked as a draft (one query)."""
    letter = letters_of(session, table, [record], now=now)[record.candidacy_id]
    opening = f"{draft_note(letter.language)}\n{letter.opening}"
    return letter_pdf(replace(letter, subject=draft_subject(letter.language, letter.subject), opening=opening))


def letter_name_of(record: DecisionRecord) -> str:
    """Give the file name of a letter."""
    return letter_name(record.language, record.reference)


def outcome_words(table: DecisionTable, locale: str, chosen: Chosen, government: str) -> str:
    """Say what is decided in one sentence."""
    titles = {track.slug: str(title_of(track, locale)) for track in table.tracks}
    track = titles.get(chosen.track, chosen.track)
    return outcome_sentence(locale, chosen.outcome, government=government, track=track, position=chosen.position)


def _letter(table: DecisionTable, record: DecisionRecord, chosen: Chosen, contact: str, now: datetime) -> Letter:
    locale = record.language
    decided = outcome_words(table, locale, chosen, record.government_name)
    return Letter(
        language=locale,
        programme=str(title_of(table.programme, locale)),
        addressee=tuple(line for line in (record.government_name, contact) if line),
        reference=record.reference,
        written_at=now,
        subject=letter_subject(locale, record.government_name),
        opening=f"{record.opening}\n{decided}",
        reasons=tuple(
            Reason(criterion_title(locale, one), record.reasons.get(one.code, ""))
            for one in table.programme.rules.assessment.criteria
        ),
        after=afterwards(locale, chosen.outcome),
    )
