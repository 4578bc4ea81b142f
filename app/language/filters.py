"""The template filters: every format of ``formats`` and ``moments`` with the reader's locale filled in."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from app.domain.errors import DomainError
from app.language import catalogues, formats, labels, messages, moments
from app.language.catalogues import N_


def filters(locale: str) -> Mapping[str, Callable[..., object]]:
    """Give the filters by name: ``{{ cents|money }}``, ``{{ kind|label }}``, ``{{ form.error('email')|message }}``."""
    made: dict[str, Callable[..., object]] = {
        "money": formats.money,
        "amount": formats.amount,
        "exact_amount": formats.exact_amount,
        "number": formats.number,
        "percent": formats.percent,
        "file_size": formats.file_size,
        "join_words": formats.join,
        "date_long": moments.date_long,
        "iso_day": lambda locale, text: moments.date_medium(locale, date.fromisoformat(text)),
        "date_medium": moments.date_medium,
        "date_with_weekday": moments.date_with_weekday,
        "date_range": moments.date_range,
        "month_name": moments.month_name,
        "month_short": moments.month_short,
        "weekday_short": moments.weekday_short,
        "time_of_day": moments.time_of_day,
        "time_range": moments.time_range,
        "time_in": moments.time_in,
        "moment_in": moments.moment_in,
        "zone_name": moments.zone_name,
        "relative_day": moments.relative_day,
        "hours": moments.hours,
        "label": labels.label,
        "person_name": person_name,
        "message": refusal_text,
    }
    return {name: partial(function, locale) for name, function in made.items()}


def person_name(locale: str, name: str) -> str:
    """Give the name of a person; whose data were removed has none."""
    return name or catalogues.gettext(locale, N_("Removed person"))


def refusal_text(locale: str, refusal: DomainError | None) -> str | None:
    """Put a refusal in words; none stays none."""
    return None if refusal is None else messages.refusal_message(locale, refusal)
