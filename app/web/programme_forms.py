"""The forms of a programme's settings: their shapes, and the ways to and from what the services take."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from app.domain.agenda import Scope
from app.domain.agenda_template import TemplateRow
from app.domain.codes import Country, Currency, SessionKind, Side
from app.domain.money import AmountIsZero, parse_amount
from app.domain.programme import PairingRules, Promise, Rules
from app.domain.retention import RetentionRules
from app.domain.slugs import slug
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.queries.programmes import CallFacts, ProgrammeFacts, SubjectFacts, TrackFacts
from app.services.programmes import Basics, SubjectWords, TrackSettings
from app.web.days import Day, TimeOfDay
from app.web.forms import FormModel

LANGUAGES = ("nl", "fr", "en")
PROMISE_SLOTS = 16
SUBJECT_SLOTS = 16
Title = Annotated[str, Field(max_length=160)]
Summary = Annotated[str, Field(max_length=2000)]
Count = Annotated[int, Field(ge=0, le=999)]
Percent = Annotated[int, Field(ge=0, le=100)]


class SettingsForm(FormModel):
    """What every form of settings carries: the version that it was opened with, and why it is saved."""

    version: int = 0
    reason: Annotated[str, Field(max_length=500)] = ""


class BasicsForm(SettingsForm):
    """Texts, period and budget."""

    title_nl: Annotated[str, Field(max_length=160, min_length=1)]
    title_fr: Title = ""
    title_en: Title = ""
    summary_nl: Annotated[str, Field(max_length=2000, min_length=1)]
    summary_fr: Summary = ""
    summary_en: Summary = ""
    starts_on: Day
    ends_on: Day
    budget: Annotated[str, Field(max_length=20)]
    plan: Annotated[str, Field(max_length=1000)] = ""


class NewForm(BasicsForm):
    """A new programme, from scratch or from another one (its slug)."""

    source: str = ""


class CallForm(SettingsForm):
    """The call: two days and times on the wall in Brussels."""

    opens_on: Day
    opens_time: TimeOfDay
    closes_on: Day
    closes_time: TimeOfDay


class RetentionForm(SettingsForm):
    """For how many months candidacies are kept."""

    drafts_months: Count
    withdrawn_months: Count
    not_selected_months: Count
    reserve_months: Count
    selected_months: Count
    versions_months: Count
    claims_months: Count


class TemplateRowForm(SettingsForm):
    """A row of the agenda template."""

    scope: Scope
    kind: SessionKind
    year: Annotated[int, Field(ge=1, le=20)]
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    time: TimeOfDay
    duration_minutes: Annotated[int, Field(ge=1, le=31 * 24 * 60)]
    zone_of: Side
    title_nl: Annotated[str, Field(max_length=160, min_length=1)]
    title_fr: Title = ""
    title_en: Title = ""


def _slots(name: str, count: int) -> dict[str, Any]:
    codes = {f"{name}_{number}_code": (Annotated[str, Field(max_length=32)], "") for number in range(1, count + 1)}
    words = Annotated[str, Field(max_length=120)]
    return codes | {f"{name}_{number}_{code}": (words, "") for number in range(1, count + 1) for code in LANGUAGES}


class _RulesFields(SettingsForm):
    digital_sessions_expected: Count
    digital_sessions_organised: Count
    meetings_expected: Count
    physical_exchanges: Count
    visit_days: Count
    delegation_size: Count
    visits_made: Count = 1
    visits_received: Count = 1
    answer_days: Count = 7
    reminder_days: Annotated[str, Field(pattern=r"^\d{1,3}([\s,;]+\d{1,3}){0,5}$")] = ""
    second_confirmation: Literal["yes", "no"] = "no"
    confirmer_nl: Title = ""
    confirmer_fr: Title = ""
    confirmer_en: Title = ""
    learning: Percent
    theme: Percent
    position: Percent
    language: Percent
    wishes: Percent
    assessment_share: Percent
    province_limit: Count


class _TrackFields(SettingsForm):
    association: Annotated[int, Field(ge=1, le=2**31 - 1)]
    country: Country
    language: Annotated[str, Field(pattern="^(nl|fr|en)$")]
    places: Annotated[int, Field(ge=0, le=999)]
    is_open: Literal["yes", "no"] = "yes"
    title_nl: Annotated[str, Field(max_length=160, min_length=1)]
    title_fr: Title = ""
    title_en: Title = ""
    summary_nl: Summary = ""
    summary_fr: Summary = ""
    summary_en: Summary = ""
    goals: list[Annotated[int, Field(ge=1, le=17)]] = Field(default_factory=list)


RulesForm: type[_RulesFields] = create_model("RulesForm", __base__=_RulesFields, **_slots("promise", PROMISE_SLOTS))
TrackForm: type[_TrackFields] = create_model("TrackForm", __base__=_TrackFields, **_slots("subject", SUBJECT_SLOTS))
NUMBERS = tuple(name for name, value in asdict(Rules()).items() if type(value) is int)
CONFIRMERS = tuple(f"confirmer_{code}" for code in LANGUAGES)
WEIGHTS = tuple(PairingRules.__dataclass_fields__)


def basics_values(programme: ProgrammeFacts) -> dict[str, Any]:
    """Give what the form of texts shows for a programme."""
    names = [name for name in BasicsForm.model_fields if hasattr(programme, name)]
    return {name: str(getattr(programme, name)) for name in names} | {"budget": euros(programme.budget_cents)}


def basics_of(cleaned: BasicsForm) -> Basics:
    """Read the form of texts.

    :raises NotAnAmount: the budget is none; other refusals of amounts alike.
    """
    values = {name: getattr(cleaned, name) for name in Basics.__dataclass_fields__ if name != "budget_cents"}
    return Basics(**values, budget_cents=_cents(cleaned.budget))


def euros(cents: int) -> str:
    """Write euro cents as they are typed."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def _cents(text: str) -> int:
    try:
        return parse_amount(text, Currency.EUR)
    except AmountIsZero:
        return 0


def rules_values(rules: Rules) -> dict[str, Any]:
    """Give what the form of the rules shows."""
    values = {name: str(getattr(rules, name)) for name in NUMBERS}
    values |= {name: str(getattr(rules.pairing, name)) for name in WEIGHTS}
    values |= {name: getattr(rules, name) for name in CONFIRMERS}
    values["reminder_days"] = ", ".join(map(str, rules.reminder_days))
    values["second_confirmation"] = "yes" if rules.second_confirmation else "no"
    return values | _slot_values("promise", PROMISE_SLOTS, rules.promises)


def rules_of(cleaned: _RulesFields) -> Rules:
    """Read the form of the rules."""
    typed = cleaned.model_dump()
    promises = [
        Promise(code=one["code"] or slug(one["en"] or one["nl"])[:32], **_titles(one))
        for one in _filled_slots("promise", PROMISE_SLOTS, typed)
    ]
    pairing = PairingRules(**{name: typed[name] for name in WEIGHTS})
    numbers = {name: typed[name] for name in NUMBERS}
    days = tuple(sorted({int(day) for day in re.findall(r"\d+", cleaned.reminder_days)}, reverse=True))
    confirmers = {name: typed[name] for name in CONFIRMERS}
    return Rules(
        **numbers,
        **confirmers,
        reminder_days=days,
        second_confirmation=cleaned.second_confirmation == "yes",
        promises=tuple(promises),
        pairing=pairing,
    )


def retention_values(rules: Rules) -> dict[str, Any]:
    """Give what the form of the periods shows."""
    return {name: str(months) for name, months in rules.retention.to_data().items()}


def retention_of(cleaned: RetentionForm) -> RetentionRules:
    """Read the form of the periods."""
    return RetentionRules.from_data(cleaned.model_dump())


def call_values(call: CallFacts | None) -> dict[str, Any]:
    """Give what the form of the call shows, as the clock in Brussels has it."""
    if call is None:
        return dict.fromkeys(("opens_on", "opens_time", "closes_on", "closes_time"), "")
    opens, closes = wall_in(call.opens_at, PROGRAMME_ZONE), wall_in(call.closes_at, PROGRAMME_ZONE)
    return {
        "opens_on": opens.date().isoformat(),
        "opens_time": f"{opens:%H:%M}",
        "closes_on": closes.date().isoformat(),
        "closes_time": f"{closes:%H:%M}",
    }


def call_of(cleaned: CallForm) -> tuple[datetime, datetime]:
    """Read the form of the call: two wall times."""
    opens = datetime.combine(cleaned.opens_on, cleaned.opens_time)
    return opens, datetime.combine(cleaned.closes_on, cleaned.closes_time)


def track_values(track: TrackFacts, subjects: Sequence[SubjectFacts]) -> dict[str, Any]:
    """Give what the form of a track shows."""
    names = [name for name in _TrackFields.model_fields if hasattr(track, name) and name != "goals"]
    values: dict[str, Any] = {name: str(getattr(track, name)) for name in names}
    values |= {"is_open": "yes" if track.is_open else "no"}
    values |= {"association": str(track.association_id), "goals": [str(goal) for goal in track.goals]}
    return values | _slot_values("subject", SUBJECT_SLOTS, subjects)


def track_of(cleaned: _TrackFields) -> TrackSettings:
    """Read the form of a track."""
    subjects = [
        SubjectWords(code=one["code"], **_titles(one))
        for one in _filled_slots("subject", SUBJECT_SLOTS, cleaned.model_dump())
    ]
    texts = {
        f"{name}_{code}": getattr(cleaned, f"{name}_{code}") for name in ("title", "summary") for code in LANGUAGES
    }
    return TrackSettings(
        association_id=cleaned.association,
        country=cleaned.country,
        language=cleaned.language,
        places=cleaned.places,
        is_open=cleaned.is_open == "yes",
        goals=tuple(sorted(set(cleaned.goals))),
        subjects=tuple(subjects),
        **texts,
    )


def template_row_values(row: TemplateRow) -> dict[str, Any]:
    """Give what the form of a row of the template shows."""
    return {name: str(getattr(row, name)) for name in TemplateRow.__dataclass_fields__ if name != "id"}


def template_row_of(cleaned: TemplateRowForm, row_id: int) -> TemplateRow:
    """Read the form of a row of the template; 0 is a new one."""
    names = TemplateRow.__dataclass_fields__.keys() - {"id", "time"}
    values = {name: getattr(cleaned, name) for name in names}
    return TemplateRow(id=row_id, time=f"{cleaned.time:%H:%M}", **values)


def _slot_values(name: str, slots: int, rows: Iterable[Any]) -> dict[str, str]:
    values = dict.fromkeys((*_slots(name, slots),), "")
    for number, row in enumerate(rows, 1):
        values[f"{name}_{number}_code"] = row.code
        values |= {f"{name}_{number}_{code}": getattr(row, f"title_{code}") for code in LANGUAGES}
    return {key: value for key, value in values.items() if int(key.split("_")[1]) <= slots}


def _filled_slots(name: str, slots: int, typed: Mapping[str, str]) -> list[dict[str, str]]:
    found = [
        {part: typed[f"{name}_{number}_{part}"] for part in ("code", *LANGUAGES)} for number in range(1, slots + 1)
    ]
    return [one for one in found if any(one[code] for code in LANGUAGES)]


def _titles(slot: Mapping[str, str]) -> dict[str, str]:
    """Give the three titles; the Dutch one must be there, so it takes another's words where it is empty."""
    return {f"title_{code}": slot[code] for code in LANGUAGES} | {"title_nl": slot["nl"] or slot["en"] or slot["fr"]}
