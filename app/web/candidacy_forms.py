"""The forms of the candidacy: one model per section, from what was typed to the answers that are stored, and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData

from app.domain.candidacy_answers import LIMITS
from app.domain.candidacy_form import FormChoices, unknown
from app.domain.codes import Direction, LanguageLevel, Profile, Section
from app.domain.sign_in import AddressInvalid, clean_address
from app.web.days import Day
from app.web.forms import FieldRefused, Form, FormModel, bind, blank
from app.web.learning import read_rows, row_values

TRACK_WISHES: Final = 3
PARTNER_WISHES: Final = 3
LANGUAGES: Final = ("en", "fr")
KINDS: Final = ("strengths", "challenges")


def _email(text: str) -> str:
    """Accept what a mail can be sent to, and nothing at all."""
    try:
        return clean_address(text) if text else ""
    except AddressInvalid as refused:
        raise PydanticCustomError("not_an_email", "no address") from refused


Email = Annotated[str, AfterValidator(_email)]


class SectionForm(FormModel):
    """A section as it is typed. Nothing is required: a draft may be incomplete."""

    def answers(self) -> dict[str, Any]:
        """Give the answers as they are stored."""
        return self.model_dump(mode="json")


class GovernmentForm(SectionForm):
    """The contacts of the local government, and what kind of place it is."""

    administrative_name: str = Field("", max_length=LIMITS["administrative_name"])
    administrative_email: Email = Field("", max_length=LIMITS["administrative_email"])
    administrative_phone: str = Field("", max_length=LIMITS["administrative_phone"])
    political_name: str = Field("", max_length=LIMITS["political_name"])
    political_role: str = Field("", max_length=LIMITS["political_role"])
    profiles: list[Profile] = Field(default_factory=list)


class ThemeForm(SectionForm):
    """Tracks and partners in order of preference, subjects and goals."""

    track_1: str = Field("", max_length=32)
    track_2: str = Field("", max_length=32)
    track_3: str = Field("", max_length=32)
    subjects: list[str] = Field(default_factory=list)
    goals: list[int] = Field(default_factory=list)
    partner_1: str = Field("", max_length=32)
    partner_2: str = Field("", max_length=32)
    partner_3: str = Field("", max_length=32)

    def answers(self) -> dict[str, Any]:
        """Give the answers as they are stored; what was chosen twice counts once."""
        return {
            "tracks": _ordered(self.track_1, self.track_2, self.track_3),
            "subjects": sorted(set(self.subjects)),
            "goals": sorted(set(self.goals)),
            "partners": _ordered(self.partner_1, self.partner_2, self.partner_3),
        }


class LearningForm(SectionForm):
    """The rows of this section are read by ``web.learning``."""


class MotivationForm(SectionForm):
    """Why."""

    exchange: str = Field("", max_length=LIMITS["exchange"])
    openness: str = Field("", max_length=LIMITS["openness"])


class InvolvementForm(SectionForm):
    """Who takes part."""

    political: str = Field("", max_length=LIMITS["political"])
    administrative: str = Field("", max_length=LIMITS["administrative"])
    others: str = Field("", max_length=LIMITS["others"])
    college_date: Day | None = None

    def answers(self) -> dict[str, Any]:
        """Give the answers as they are stored: the day in ISO 8601, or empty."""
        return {**super().answers(), "college_date": self.college_date.isoformat() if self.college_date else ""}


class PromisesForm(SectionForm):
    """What the local government promises."""

    promises: list[str] = Field(default_factory=list)
    direction: Direction | None = None
    language_en: LanguageLevel | None = None
    language_fr: LanguageLevel | None = None
    unsuitable_weeks: str = Field("", max_length=LIMITS["unsuitable_weeks"])

    def answers(self) -> dict[str, Any]:
        """Give the answers as they are stored; a language that is not spoken is left out."""
        levels = {code: getattr(self, f"language_{code}") for code in LANGUAGES}
        return {
            "promises": sorted(set(self.promises)),
            "direction": self.direction.value if self.direction else "",
            "languages": {code: int(level) for code, level in levels.items() if level is not None},
            "unsuitable_weeks": self.unsuitable_weeks,
        }


class CityLinksForm(SectionForm):
    """Active city links."""

    has_links: Literal["", "yes", "no"] = ""
    links: str = Field("", max_length=LIMITS["links"])


FORMS: Final[Mapping[Section, type[SectionForm]]] = {
    Section.GOVERNMENT: GovernmentForm,
    Section.THEME: ThemeForm,
    Section.LEARNING: LearningForm,
    Section.MOTIVATION: MotivationForm,
    Section.INVOLVEMENT: InvolvementForm,
    Section.PROMISES: PromisesForm,
    Section.CITY_LINKS: CityLinksForm,
}


@dataclass
class Typed:
    """A section that was sent. ``answers`` can be stored as they are: a faulty field keeps what was stored before."""

    form: Form[Any]
    answers: dict[str, Any]


def read_section(section: Section, data: FormData, choices: FormChoices, stored: Mapping[str, Any]) -> Typed:
    """Read a section that was sent; faults are noted at their fields, and nothing but those fields is left out."""
    model = FORMS[section]
    form: Form[Any] = bind(model, data)
    good = {name: value for name, value in form.values.items() if value not in ("", None) and name not in form.errors}
    answers = model.model_validate(good).answers()
    if section is Section.LEARNING:
        answers = _read_learning(form, data, choices, stored)
    for name, value in list(unknown(section, answers, choices)):
        answers[name] = [kept for kept in answers[name] if kept != value]
        form.refuse(FieldRefused("not_a_choice"), _field_of(name))
    for name in form.errors:
        answer = _answer_of(name)
        if section is not Section.LEARNING and name in model.model_fields:
            answers[answer] = stored.get(answer, answers[answer])
    return Typed(form, answers)


def show_section(section: Section, answers: Mapping[str, Any]) -> Form[Any]:
    """Make the form of a section with what is stored."""
    return blank(_SHOWN.get(section, dict)(answers))


def _read_learning(form: Form[Any], data: FormData, choices: FormChoices, stored: Mapping[str, Any]) -> dict[str, Any]:
    codes = {choice.value for choice in choices.fields}
    answers: dict[str, Any] = {}
    for kind in KINDS:
        rows = read_rows(data, kind, codes, stored.get(kind))
        form.values |= rows.values
        for name, fault in rows.errors.items():
            form.refuse(fault, name)
        answers[kind] = rows.chosen
    return answers


def _show_theme(answers: Mapping[str, Any]) -> dict[str, Any]:
    tracks = _numbered("track", answers.get("tracks"), TRACK_WISHES)
    partners = _numbered("partner", answers.get("partners"), PARTNER_WISHES)
    ticked = {name: [str(value) for value in answers.get(name) or ()] for name in ("subjects", "goals")}
    return {**tracks, **partners, **ticked}


def _show_learning(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for kind in KINDS for name, value in row_values(answers.get(kind), kind).items()}


def _show_promises(answers: Mapping[str, Any]) -> dict[str, Any]:
    languages = answers.get("languages") or {}
    levels = {f"language_{code}": languages.get(code, "") for code in LANGUAGES}
    return {**answers, "direction": answers.get("direction") or Direction.NO_PREFERENCE.value, **levels}


_SHOWN: Mapping[Section, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    Section.THEME: _show_theme,
    Section.LEARNING: _show_learning,
    Section.PROMISES: _show_promises,
}


def _ordered(*wishes: str) -> list[str]:
    return list(dict.fromkeys(wish for wish in wishes if wish))


def _numbered(name: str, wishes: Any, count: int) -> dict[str, str]:  # noqa: ANN401 - a list from JSON, or nothing
    padded = [*(wishes or ()), *[""] * count][:count]
    return {f"{name}_{number}": wish for number, wish in enumerate(padded, 1)}


def _answer_of(name: str) -> str:
    """Give the answer that a field belongs to: ``track_2`` to ``tracks``, ``language_en`` to ``languages``."""
    stem, _, last = name.rpartition("_")
    return f"{stem}s" if last.isdigit() or stem == "language" else name


def _field_of(answer: str) -> str:
    return {"tracks": "track_1", "partners": "partner_1"}.get(answer, answer)
