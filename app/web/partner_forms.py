"""The form of a partner profile: from what was typed to the answers that are stored, and back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pydantic import Field
from starlette.datastructures import FormData

from app.domain.candidacy_form import FormChoices
from app.domain.codes import LanguageLevel, Profile
from app.domain.partner import INTRODUCTION_LIMIT, MOST_PLACES, WISHES
from app.web.forms import FieldRefused, Form, FormModel, bind
from app.web.learning import read_rows, row_values

KINDS: Final = ("strengths", "challenges")
LANGUAGES: Final = ("en", "fr")


class ProfileForm(FormModel):
    """A partner profile as it is typed; the rows of strengths and challenges are read by ``web.learning``."""

    capacity: int = Field(ge=0, le=MOST_PLACES)
    subjects: list[str] = Field(default_factory=list)
    goals: list[int] = Field(default_factory=list)
    language_en: LanguageLevel | None = None
    language_fr: LanguageLevel | None = None
    profiles: list[Profile] = Field(default_factory=list)
    wish_1: str = Field("", max_length=32)
    wish_2: str = Field("", max_length=32)
    wish_3: str = Field("", max_length=32)
    introduction: str = Field("", max_length=INTRODUCTION_LIMIT)
    version: int = Field(ge=1)


class AddForm(FormModel):
    """For whom a profile is added, in which track."""

    track: int
    government: int


def read_profile(
    data: FormData, choices: FormChoices, track: str, municipalities: Collection[str]
) -> tuple[Form[ProfileForm], dict[str, Any]]:
    """Read a profile that was sent: the form, and its answers, which count only where the form has no faults."""
    form = bind(ProfileForm, data)
    answers: dict[str, Any] = _plain(form.cleaned) if form.cleaned else {}
    codes = {choice.value for choice in choices.fields}
    for kind in KINDS:
        rows = read_rows(data, kind, codes)
        form.values |= rows.values
        answers[kind] = rows.chosen
        for name, fault in rows.errors.items():
            form.refuse(fault, name)
    _check_choices(form, answers, choices, track, municipalities)
    return form, answers


def show_profile(answers: Mapping[str, Any], *, capacity: int, version: int) -> dict[str, Any]:
    """Give the values of the form for what is stored."""
    languages = answers.get("languages") or {}
    wishes = [*(answers.get("wishes") or ()), *[""] * WISHES][:WISHES]
    return {
        **{name: value for kind in KINDS for name, value in row_values(answers.get(kind), kind).items()},
        **{name: [str(value) for value in answers.get(name) or ()] for name in ("subjects", "goals", "profiles")},
        **{f"language_{code}": languages.get(code, "") for code in LANGUAGES},
        **{f"wish_{number}": wish for number, wish in enumerate(wishes, 1)},
        "introduction": answers.get("introduction") or "",
        "capacity": capacity,
        "version": version,
    }


def _plain(typed: ProfileForm) -> dict[str, Any]:
    levels = {code: getattr(typed, f"language_{code}") for code in LANGUAGES}
    wishes: Sequence[str] = (typed.wish_1, typed.wish_2, typed.wish_3)
    return {
        "subjects": sorted(set(typed.subjects)),
        "goals": sorted(set(typed.goals)),
        "languages": {code: int(level) for code, level in levels.items() if level is not None},
        "profiles": [tag.value for tag in Profile if tag in typed.profiles],
        "wishes": list(dict.fromkeys(wish for wish in wishes if wish)),
        "introduction": typed.introduction,
    }


def _check_choices(
    form: Form[ProfileForm],
    answers: Mapping[str, Any],
    choices: FormChoices,
    track: str,
    municipalities: Collection[str],
) -> None:
    """Refuse what cannot be chosen: subjects of another track, unknown goals, wishes that are no place and no kind."""
    subjects = {choice.value for choice in choices.subjects if choice.group == track}
    goals = {int(choice.value) for choice in choices.goals}
    wishes = {*municipalities, *(tag.value for tag in Profile)}
    for name, allowed in (("subjects", subjects), ("goals", goals)):
        if not set(answers.get(name, ())) <= allowed:
            form.refuse(FieldRefused("not_a_choice"), name)
    for number, wish in enumerate(answers.get("wishes", ()), 1):
        if wish not in wishes:
            form.refuse(FieldRefused("not_a_choice"), f"wish_{number}")
