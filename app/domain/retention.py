"""How long data are kept, and what is left of them afterwards.

The periods of candidacies are rules of the programme, in months; those of technical data are the constants below.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.time import programme_day

LEAST_MONTHS: Final = 1
LEAST_AFTER_DECISION: Final = 3
MOST_MONTHS: Final = 120

SIGN_IN_REQUESTS: Final = timedelta(days=1)
"""After a link or code has expired: long enough to see why somebody could not get in."""
SESSIONS: Final = timedelta(days=30)
"""After a session has ended or expired."""
RATE_WINDOWS: Final = timedelta(days=2)
"""After a window began: the longest lasts one day."""
FORM_RECEIPTS: Final = timedelta(days=30)
"""After a form was sent: nobody sends a page again that was opened longer ago, sign-in itself ends then."""
MAIL_WORDS: Final = timedelta(days=365)
"""After a mail was sent or given up: what was said is needed for questions about the call, not for ever."""
IMPORT_FILES: Final = timedelta(days=30)
"""After an import: the file that was sent is needed to look up a fault, its rows are candidacies by then."""

REMOVED: Final = "…"
CONTACT: Final = "administrative_"
CONTACT_ADDRESS: Final = "administrative_email"
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.+-]*Z?)?")
_CODES: Final = frozenset(
    {
        *("state", "target", "outcome", "section", "sections", "role", "criterion"),
        *("track", "track_slug", "version", "government", "format", "what"),
    }
)


class MonthsOutOfRange(DomainError):
    """A period is ``least`` to ``most`` months; ``rule`` names it."""

    code: ClassVar[str] = "months_out_of_range"


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """For how many months answers and personal data of candidacies are kept.

    ``drafts_months``: after the call closed, or after the last change if that is later; never submitted, so nobody
    needs them, and three months let a colleague copy a text for another use. ``withdrawn_months``: after the
    withdrawal. ``not_selected_months``: after the decision; an appeal to the Council of State must be lodged within 60
    days, and a year covers questions, complaints and the evaluation of the call. ``reserve_months``: after the end of
    the programme, for until then a reserve may move up; so too what was submitted and never decided.
    ``selected_months``: after the end of the programme; final report and audit come first. ``versions_months``: every
    single save of a section, after the decision; what was submitted is kept beside it as long as the candidacy is.
    ``claims_months``: claims that led to no payment, after the decision or the last change; questions about a refusal
    come within a year. Receipts that were paid are kept by ``Rules.budget.receipt_years``.
    """

    drafts_months: int = 3
    withdrawn_months: int = 3
    not_selected_months: int = 12
    reserve_months: int = 3
    selected_months: int = 24
    versions_months: int = 3
    claims_months: int = 12

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "RetentionRules":
        """Read the periods from the rules of a programme; what is not there has its default."""
        return cls(**{name: int(data[name]) for name in cls.__dataclass_fields__ if name in data})

    def to_data(self) -> dict[str, int]:
        """Give the periods as plain values, to be stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Kept:
    """What decides how long a candidacy is kept. ``decided_at``: when its decision was sent, if it was (aware)."""

    state: CandidacyState
    call_closes_at: datetime
    programme_ends_on: date
    changed_at: datetime
    decided_at: datetime | None = None


def check_retention(rules: RetentionRules) -> None:
    """Refuse periods that are too short to be fair or too long to be lawful.

    What was not selected is kept for at least three months: an appeal may come for 60 days.

    :raises MonthsOutOfRange: one is.
    """
    for name, months in asdict(rules).items():
        least = LEAST_AFTER_DECISION if name in ("not_selected_months", "versions_months") else LEAST_MONTHS
        if not least <= months <= MOST_MONTHS:
            raise MonthsOutOfRange(rule=name, least=least, most=MOST_MONTHS)


def months_after(day: date, months: int) -> date:
    """Give the same day some months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def receipts_removed_on(programme_ends_on: date, years: int) -> date:
    """Give the first day on which the files of receipts go: ``years`` after the end of the programme's last year."""
    return date(programme_ends_on.year + years + 1, 1, 1)


def removed_on(kept: Kept, rules: RetentionRules) -> date:
    """Give the first day in Brussels on which a candidacy is emptied."""
    since, months = _period(kept, rules)
    return months_after(since, months)


def versions_removed_on(kept: Kept, rules: RetentionRules) -> date | None:
    """Give the first day on which the single saves of its sections go; ``None`` before there is a decision."""
    if kept.state not in (CandidacyState.SELECTED, CandidacyState.RESERVE, CandidacyState.NOT_SELECTED):
        return None
    return months_after(_day(kept.decided_at or kept.changed_at), rules.versions_months)


def _period(kept: Kept, rules: RetentionRules) -> tuple[date, int]:
    changed, ends = _day(kept.changed_at), max(_day(kept.changed_at), kept.programme_ends_on)
    match kept.state:
        case CandidacyState.DRAFT:
            return max(changed, _day(kept.call_closes_at)), rules.drafts_months
        case CandidacyState.WITHDRAWN:
            return changed, rules.withdrawn_months
        case CandidacyState.NOT_SELECTED:
            return _day(kept.decided_at or kept.changed_at), rules.not_selected_months
        case CandidacyState.SELECTED:
            return ends, rules.selected_months
        case _:
            return ends, rules.reserve_months


def _day(moment: datetime) -> date:
    return programme_day(moment)


def statistics_of(answers: Mapping[str, Any]) -> dict[str, object]:
    """Give what stays of all answers of a candidacy: the track of its first choice."""
    tracks = answers.get("tracks")
    return {"tracks": [str(track) for track in tracks[:1]]} if isinstance(tracks, list) else {"tracks": []}


def without_words(details: Mapping[str, Any]) -> dict[str, Any]:
    """Give the details of an event without what somebody wrote: numbers and codes stay, other words become “…”."""
    return {name: value if name in _CODES or _is_plain(value) else REMOVED for name, value in details.items()}


def _is_plain(value: object) -> bool:
    is_moment = isinstance(value, str) and _MOMENT.fullmatch(value) is not None
    return value is None or is_moment or isinstance(value, bool | int | float)


def without_person(value: Any, words: Iterable[str]) -> Any:  # noqa: ANN401 - any JSON value
    """Give a JSON value in which a person's words (name, address) are “…”, as whole words and whatever their case."""
    wanted = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
    return _without(value, re.compile(rf"(?<!\w)(?:{wanted})(?!\w)", re.IGNORECASE)) if wanted else value


def without_contact(answers: Any, address: str) -> Any:  # noqa: ANN401 - any JSON value
    """Give answers in which the contact who has ``address`` is left out: name, address and telephone."""
    if not isinstance(answers, dict):
        return answers
    if str(answers.get(CONTACT_ADDRESS, "")).strip().casefold() == address.casefold():
        return {name: "" if name.startswith(CONTACT) else part for name, part in answers.items()}
    return {name: without_contact(part, address) for name, part in answers.items()}


def _without(value: Any, wanted: re.Pattern[str]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return wanted.sub(REMOVED, value)
    if isinstance(value, list):
        return [_without(part, wanted) for part in value]
    if isinstance(value, dict):
        return {name: _without(part, wanted) for name, part in value.items()}
    return value
