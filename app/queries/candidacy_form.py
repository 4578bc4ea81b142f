"""The lists of the candidacy form, as the programme and the reference facts have them today."""

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from app.domain.candidacy_form import Choice, FormChoices
from app.domain.codes import Section
from app.domain.texts import Text, title_of
from app.queries.candidacies import partner_choices
from app.queries.programmes import rules_of, subjects_of, tracks_of
from app.queries.reference import goals, policy_fields

ALL = frozenset(Section)


def form_choices(session: Session, programme_id: int, locale: str, sections: Collection[Section] = ALL) -> FormChoices:
    """Give the lists that some sections need (up to six queries, none for most sections)."""
    lists: dict[str, tuple[Choice, ...]] = {}
    for section in sections:
        read = _READERS.get(section)
        if read is not None:
            lists |= read(session, programme_id, locale)
    return FormChoices(**lists)


def _theme(session: Session, programme_id: int, locale: str) -> dict[str, tuple[Choice, ...]]:
    tracks = tracks_of(session, programme_id)
    subjects = subjects_of(session, programme_id)
    wanted = {number for track in tracks for number in track.goals}
    return {
        "tracks": tuple(Choice(track.slug, title_of(track, locale)) for track in tracks),
        "subjects": tuple(
            Choice(f"{track.slug}:{subject.code}", title_of(subject, locale), track.slug)
            for track in tracks
            for subject in subjects.get(track.id, ())
        ),
        "goals": tuple(
            Choice(str(goal.number), Text(f"{goal.number}. {goal.title}", goal.title.language))
            for goal in goals(session, locale)
            if goal.number in wanted or not wanted
        ),
        "partners": tuple(
            Choice(partner.code, Text(partner.name, locale), partner.track)
            for partner in partner_choices(session, programme_id)
        ),
    }


def _learning(session: Session, _programme_id: int, locale: str) -> dict[str, tuple[Choice, ...]]:
    return {"fields": tuple(Choice(field.code, field.title) for field in policy_fields(session, locale))}


def _promises(session: Session, programme_id: int, locale: str) -> dict[str, tuple[Choice, ...]]:
    promises = rules_of(session, programme_id).promises
    return {"promises": tuple(Choice(promise.code, title_of(promise, locale)) for promise in promises)}


_READERS: dict[Section, Callable[[Session, int, str], dict[str, tuple[Choice, ...]]]] = {
    Section.THEME: _theme,
    Section.LEARNING: _learning,
    Section.PROMISES: _promises,
}
