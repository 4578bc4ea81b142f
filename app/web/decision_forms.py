"""The forms of decisions: outcomes of a whole call, the words of one decision, and when to send."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.datastructures import FormData

from app.domain.decisions import (
    EXCEED_LIMIT,
    OPENING_LIMIT,
    REASON_LIMIT,
    RESERVES_LIMIT,
    Chosen,
)
from app.domain.standing import FULL_POINTS, Standing
from app.domain.time import PROGRAMME_ZONE, instant
from app.services.decision_letters import DecisionText
from app.services.decisions import Choice
from app.web.days import Day, TimeOfDay
from app.web.forms import FieldRefused, Form, FormModel, bind, clean_text

POSITION_LIMIT = 999


class PageForm(FormModel):
    """A form of which only the key of its page is read."""


class RulesForm(FormModel):
    """Who comes on a reserve list, and the version of the programme that the page showed."""

    reserves: int = Field(ge=0, le=RESERVES_LIMIT)
    least_points: int = Field(ge=0, le=FULL_POINTS)
    version: int = Field(ge=1, le=10**9)


class WordsForm(FormModel):
    """The opening of a decision, and which edit it was typed on; the reasons stand beside it by their criteria."""

    opening: str = Field("", max_length=OPENING_LIMIT)
    edit: int = Field(ge=0, le=10**9)


class SendForm(FormModel):
    """When to send: now, or at a day and time on the wall in Brussels; ``plan`` stands for what the page showed."""

    when: str = Field(pattern="now|later")
    send_day: Day | None = None
    send_time: TimeOfDay | None = None
    exceeding: str = Field("", max_length=EXCEED_LIMIT)
    plan: str = Field("", max_length=64)

    @property
    def send_at(self) -> datetime | None:
        """The instant (UTC) that was chosen, none for now or where day or time lack.

        :raises SkippedHour, AmbiguousHour: the clocks in Brussels never show it, or show it twice.
        """
        if self.when == "now" or self.send_day is None or self.send_time is None:
            return None
        return instant(datetime.combine(self.send_day, self.send_time), PROGRAMME_ZONE)


def bind_sending(data: FormData) -> Form[SendForm]:
    """Read when to send; day and time are needed for later only."""
    form = bind(SendForm, data)
    if form.cleaned is not None and form.cleaned.when == "later":
        lacking = [name for name in ("send_day", "send_time") if getattr(form.cleaned, name) is None]
        for name in lacking:
            form.refuse(FieldRefused("required"), name)
    return form


def bind_words(data: FormData, criteria: Iterable[str]) -> Form[WordsForm]:
    """Read the opening and the reason of each criterion, which stands in the form's values under ``reason_<code>``."""
    form = bind(WordsForm, data)
    for code in criteria:
        name = f"reason_{code}"
        typed = data.get(name)
        form.values[name] = clean_text(typed).strip() if isinstance(typed, str) else ""
        if len(form.values[name]) > REASON_LIMIT:
            form.refuse(FieldRefused("too_long", max_length=REASON_LIMIT), name)
    return form


def text_of(form: Form[WordsForm], criteria: Iterable[str]) -> DecisionText:
    """Give the words that were typed."""
    opening = form.cleaned.opening if form.cleaned else ""
    return DecisionText(opening, {code: form.values[f"reason_{code}"] for code in criteria})


def words_values(text: DecisionText, edit: int) -> dict[str, Any]:
    """Give what the form shows for the words of a decision."""
    return {"opening": text.opening, "edit": edit, **{f"reason_{code}": words for code, words in text.reasons.items()}}


def bind_outcomes(data: FormData, among: Iterable[Standing]) -> tuple[Form[PageForm], list[Choice]]:
    """Read the outcomes of the candidacies that the form showed; one without an outcome stays so."""
    form = bind(PageForm, data)
    choices = [choice for one in among if (choice := _choice(form, data, one)) is not None]
    return form, choices


def _choice(form: Form[PageForm], data: FormData, one: Standing) -> Choice | None:
    key, position = _text(data, "outcome", one), _text(data, "position", one)
    form.values[f"outcome_{one.reference}"], form.values[f"position_{one.reference}"] = key, position
    if not key:
        return None
    if position and not (position.isascii() and position.isdigit() and 0 < int(position[:6]) <= POSITION_LIMIT):
        form.refuse(FieldRefused("not_a_whole_number"), f"position_{one.reference}")
        return None
    try:
        chosen = Chosen.of_key(key, int(position) if position else None)
    except ValueError:
        form.refuse(FieldRefused("not_a_choice"), f"outcome_{one.reference}")
        return None
    return Choice(one.candidacy_id, _text(data, "was", one), chosen)


def _text(data: FormData, name: str, one: Standing) -> str:
    typed = data.get(f"{name}_{one.reference}")
    return clean_text(typed).strip()[:80] if isinstance(typed, str) else ""
