"""The forms of work visits: a point of the programme, a traveller, the event inside, the report."""

from typing import Any, Final, cast

from pydantic import Field

from app.domain.codes import Representing, Side
from app.domain.errors import DomainError
from app.domain.visit_programme import ItemFacts
from app.domain.visit_report import FIELDS as REPORT_FIELDS
from app.domain.visit_report import ReportFacts
from app.language.catalogues import LOCALES
from app.queries.visit_parts import ItemRow, ReportRow
from app.queries.visits import TravellerFacts
from app.services.visit_delegation import TravellerWords
from app.web.days import Day, TimeOfDay
from app.web.forms import FieldRefused, Form, FormModel

LANGUAGES: Final = "|".join(LOCALES)
NUMBER: Final = 2**31 - 1


class ItemForm(FormModel):
    """A point of the programme as it is typed."""

    day: Day
    starts: TimeOfDay | None = None
    ends: TimeOfDay | None = None
    title: str = Field(min_length=1, max_length=200)
    place: str = Field("", max_length=200)
    note: str = Field("", max_length=1000)
    responsible: Side | None = None
    version: int = Field(0, ge=0, le=NUMBER)


class CopyForm(FormModel):
    """Which day is repeated on which other."""

    day: Day
    to: Day


class VersionForm(FormModel):
    """What somebody saw when deciding to take something away."""

    version: int = Field(ge=0, le=NUMBER)


class EventForm(FormModel):
    """Which session is the event inside the visit; none is no event."""

    event: int | None = Field(None, ge=1, le=NUMBER)


class NewEventForm(FormModel):
    """An event that is put in the agenda."""

    title: str = Field(min_length=1, max_length=160)
    day: Day
    starts: TimeOfDay
    last_day: Day
    ends: TimeOfDay
    place: str = Field("", max_length=200)


class TravellerForm(FormModel):
    """A traveller as typed: somebody of the side, or a name."""

    person: int | None = Field(None, ge=1, le=NUMBER)
    name: str = Field("", max_length=200)
    function: str = Field("", max_length=160)
    representing: Representing
    language: str = Field(pattern=f"^({LANGUAGES})$")
    version: int = Field(0, ge=0, le=NUMBER)


class ReportForm(FormModel):
    """A report as typed; ``step`` is "save" or "hand_in"."""

    language: str = Field(pattern=f"^({LANGUAGES})$")
    held: str = Field("", max_length=4000)
    met: str = Field("", max_length=4000)
    agreements: str = Field("", max_length=4000)
    lesson_one: str = Field("", max_length=2000)
    lesson_two: str = Field("", max_length=2000)
    version: int = Field(0, ge=0, le=NUMBER)
    step: str = Field("save", pattern="^(save|hand_in)$")


def item_facts(typed: ItemForm) -> ItemFacts:
    """Give the point that was typed."""
    return ItemFacts(
        day=typed.day,
        title=typed.title,
        starts=typed.starts.strftime("%H:%M") if typed.starts else "",
        ends=typed.ends.strftime("%H:%M") if typed.ends else "",
        place=typed.place,
        note=typed.note,
        responsible=typed.responsible,
    )


def item_values(row: ItemRow) -> dict[str, object]:
    """Give the values of the form for a point that is there."""
    facts = row.facts
    return {
        "day": facts.day.isoformat(),
        "starts": facts.starts,
        "ends": facts.ends,
        "title": facts.title,
        "place": facts.place,
        "note": facts.note,
        "responsible": facts.responsible.value if facts.responsible else "",
        "version": row.version,
    }


def traveller_words(typed: TravellerForm) -> TravellerWords:
    """Give the traveller that was typed."""
    return TravellerWords(typed.name, typed.function, typed.representing, typed.language, typed.person)


def traveller_values(facts: TravellerFacts) -> dict[str, object]:
    """Give the values of the form for a traveller who is there."""
    return {
        "person": facts.person_id or "",
        "name": facts.name,
        "function": facts.function,
        "representing": facts.representing.value,
        "language": facts.language,
        "version": facts.version,
    }


def report_facts(typed: ReportForm) -> ReportFacts:
    """Give the report that was typed."""
    return ReportFacts(typed.language, *(getattr(typed, name) for name in REPORT_FIELDS))


def report_values(row: ReportRow) -> dict[str, object]:
    """Give the values of the form for a report that is there."""
    own = {name: getattr(row.facts, name) for name in REPORT_FIELDS}
    return {**own, "language": row.facts.language, "version": row.version}


FIELDS: Final = {
    "born_in_future": "born_on",
    "visit_day_outside": "day",
    "visit_item_ends": "ends",
    "visit_item_starts": "starts",
    "visit_event_outside": "day",
    "visit_event_unknown": "event",
    "session_ends_before_start": "ends",
    "session_too_long": "last_day",
    "traveller_name": "name",
    "traveller_there": "person",
    "traveller_side": "person",
}


def refuse(form: Form[Any], refusal: DomainError) -> None:
    """Show a refusal at the field that it is about."""
    if refusal.code == "visit_report_incomplete":
        for name in cast("tuple[str, ...]", refusal.params["fields"]):
            form.refuse(FieldRefused("required"), name)
        return
    name = FIELDS.get(refusal.code, "")
    if refusal.code in ("session_time_skipped", "session_time_twice"):
        name = str(refusal.params["which"])
    form.refuse(refusal, name)
