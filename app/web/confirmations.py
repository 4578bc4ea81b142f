"""What the pages of a candidacy say about the second person who confirms it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.confirmation import Standing
from app.domain.programme import Rules
from app.domain.texts import Text, pick
from app.language.catalogues import N_, gettext
from app.queries.candidacies import CandidacyRecord
from app.queries.confirmations import last_confirmation
from app.queries.programmes import rules_of


@dataclass(frozen=True, slots=True)
class SecondConfirmation:
    """Who is to confirm, in words, and who was asked and has not answered yet (empty: nobody)."""

    confirmer: Text
    waiting_for: str


def second_confirmation(
    session: Session, candidacy: CandidacyRecord, locale: str, now: datetime
) -> SecondConfirmation | None:
    """Give what is to be said where the programme asks for a second person, else none (up to two queries)."""
    rules = rules_of(session, candidacy.programme_id)
    if not rules.second_confirmation:
        return None
    last = last_confirmation(session, candidacy.id)
    waiting = last.signature if last and last.standing(now) is Standing.OPEN else ""
    return SecondConfirmation(confirmer_words(locale, rules), waiting)


def confirmer_words(locale: str, rules: Rules) -> Text:
    """Say who is to confirm, as the programme's rules have it."""
    said = pick(locale, nl=rules.confirmer_nl, fr=rules.confirmer_fr, en=rules.confirmer_en)
    return said if said.words else Text(gettext(locale, N_("the political lead or the general director")), locale)
