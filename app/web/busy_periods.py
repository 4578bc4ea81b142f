"""Days that do not suit: their form, and the list in the reader's words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from app.domain.access import Actor, NotAllowed
from app.domain.busy_periods import Days, check_can_enter
from app.domain.codes import Country
from app.domain.errors import DomainError
from app.domain.texts import Text, title_of
from app.language.labels import label
from app.language.moments import date_range
from app.queries.busy_periods import BusyRow
from app.queries.partnerships import SideFacts
from app.web.days import Day
from app.web.forms import FieldRefused, Form, FormModel

Title = Annotated[str, Field(max_length=160)]
FIELDS: Final = {"busy_title_missing": "title", "busy_days": "ends_on", "not_allowed": "whose", "not_a_choice": "whose"}


class BusyForm(FormModel):
    """Days as they are typed; ``whose`` is a country's code or a local government's id."""

    whose: str = Field(max_length=12)
    starts_on: Day
    ends_on: Day
    title_nl: Title = ""
    title_fr: Title = ""
    title_en: Title = ""

    def days(self) -> Days:
        """Give what was meant.

        :raises FieldRefused: ``whose`` is neither a country nor a local government.
        """
        country = Country(self.whose) if self.whose in list(Country) else None
        number = int(self.whose) if self.whose.isascii() and self.whose.isdigit() else None
        if country is None and number is None:
            raise FieldRefused("not_a_choice")
        titles = {name: getattr(self, name) for name in ("title_nl", "title_fr", "title_en")}
        return Days(self.starts_on, self.ends_on, country, number, **titles)


class RemovalForm(FormModel):
    """A form that only confirms."""


def refuse(form: Form[Any], refusal: DomainError, locale: str) -> None:
    """Show a refusal at the field that it is about."""
    name = FIELDS.get(refusal.code, "")
    form.refuse(refusal, f"title_{locale}" if name == "title" else name)


@dataclass(frozen=True, slots=True)
class PeriodShown:
    """Days that do not suit, in words; ``removal`` is where they can be removed, by who may."""

    days: str
    title: Text
    whose: str
    removal: str | None


def all_shown(rows: Iterable[BusyRow], actor: Actor, locale: str, removal: Callable[[int], str]) -> list[PeriodShown]:
    """Put days in words, with the address of their removal for who may remove them."""
    return [period_shown(row, locale, removal(row.id) if may_remove(actor, row) else None) for row in rows]


def period_shown(row: BusyRow, locale: str, removal: str | None = None) -> PeriodShown:
    """Put days in words."""
    whose = label(locale, row.country) if row.country else row.government_name
    return PeriodShown(date_range(locale, row.starts_on, row.ends_on), title_of(row, locale), whose, removal)


def may_remove(actor: Actor, row: BusyRow) -> bool:
    """Tell whether ``actor`` may enter and remove such days."""
    return _may(actor, row.country, row.government_id, row.of_country)


def own_sides(actor: Actor, sides: Sequence[SideFacts]) -> list[tuple[str, str]]:
    """Give the local governments for which ``actor`` enters days, as choices."""
    return [(str(one.government_id), one.name) for one in sides if _may(actor, None, one.government_id, one.country)]


def _may(actor: Actor, country: Country | None, government_id: int | None, of_country: Country) -> bool:
    try:
        check_can_enter(actor, country=country, government_id=government_id, of_country=of_country)
    except NotAllowed:
        return False
    return True
