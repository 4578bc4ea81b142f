"""What the pages of a budget list, in the reader's words."""

from collections.abc import Mapping, Sequence

from app.domain.codes import Side
from app.domain.texts import title_of
from app.language.catalogues import N_, gettext
from app.language.formats import money
from app.language.moments import date_medium
from app.queries.budget import OpenCommitment, SessionChoice, SessionSums, Sum


def session_choices(locale: str, sessions: Sequence[SessionChoice]) -> list[tuple[int, str]]:
    """Give the sessions to choose from, each with its day."""
    return [(one.id, f"{date_medium(locale, one.starts_at.date())} · {title_of(one, locale)}") for one in sessions]


def commitment_choices(locale: str, commitments: Sequence[OpenCommitment]) -> list[tuple[int, str]]:
    """Give the open commitments to choose from, each with its day and what is open on it."""
    words = N_("%(day)s · %(description)s · %(amount)s open")
    return [
        (
            one.id,
            gettext(
                locale,
                words,
                day=date_medium(locale, one.entry_date),
                description=one.description,
                amount=money(locale, one.open_cents),
            ),
        )
        for one in commitments
    ]


def sums_by_session(locale: str, sums: Sequence[SessionSums]) -> list[tuple[str, Mapping[Side, Sum]]]:
    """Name each session; nothing is listed where no entry belongs to any."""
    if all(one.session_id is None for one in sums):
        return []
    none = gettext(locale, N_("Belongs to no session"))
    return [(none if one.session_id is None else title_of(one, locale).words, one.sides) for one in sums]
