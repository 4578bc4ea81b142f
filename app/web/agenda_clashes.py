"""What the agenda of running programmes lacks against their rules, for the pages of the programme team."""

from datetime import date

from sqlalchemy.orm import Session

from app.domain.texts import title_of
from app.queries.obligations import standings
from app.queries.partnerships import partnerships
from app.queries.programmes import ProgrammeFacts, tracks_of
from app.web.obligations import ClashShown, clashes_shown


def agenda_clashes_of(session: Session, programme: ProgrammeFacts, locale: str, *, today: date) -> list[ClashShown]:
    """Say what the agenda of a programme lacks from ``today`` on (four queries)."""
    found = standings(session, programme, partnerships(session, programme.id), today=today)
    tracks = {one.id: title_of(one, locale).words for one in tracks_of(session, programme.id)}
    return clashes_shown(locale, programme, found, tracks, today=today)
