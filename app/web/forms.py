"""Forms: what was typed, what it means, and what is wrong with it, always shown again with the typed text."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_origin

from fastapi import Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData, UploadFile

from app.domain.errors import DomainError

M = TypeVar("M", bound=BaseModel)
MAX_FIELDS = 600
MAX_FILES = 5
FINGERPRINT_LENGTH = 40


class FormModel(BaseModel):
    """The shape of a form: its fields with their types and lengths. Meaning is checked by the domain."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True)


class FieldRefused(DomainError):
    """A field does not have the shape that it must have; ``code`` is set for each kind of fault."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(**params)
        self.fault = code

    code: ClassVar[str] = "field_refused"


@dataclass
class Form(Generic[M]):
    """A form that was sent: ``values`` as typed, ``cleaned`` if its shape is right, ``errors`` by field.

    ``key`` is that of the page on which it was filled in; ``sent`` is that of this very sending, for its receipt: the
    same words from the same page have it again, other words have another.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[DomainError]] = field(default_factory=dict)
    cleaned: M | None = None
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    sent: str = ""

    def value(self, name: str, default: Any = "") -> Any:  # noqa: ANN401 - text, or a list of texts
        """Give what was typed."""
        return self.values.get(name, default)

    def has(self, name: str, choice: object) -> bool:
        """Tell whether a choice among several was ticked."""
        ticked = self.values.get(name, ())
        return str(choice) in (ticked if isinstance(ticked, list) else [ticked])

    def error(self, name: str) -> DomainError | None:
        """Give the first fault of a field."""
        return next(iter(self.errors.get(name, ())), None)

    def refuse(self, refusal: DomainError, name: str = "") -> None:
        """Add a refusal, at a field or (with no name) for the whole form."""
        self.errors.setdefault(name, []).append(refusal)
        self.cleaned = None


def blank(values: Mapping[str, object] | None = None) -> Form[Any]:
    """Make a form to be filled in, with values that are known already."""
    return Form(values=dict(values or {}))


def bind(model: type[M], data: FormData) -> Form[M]:
    """Read a form that was sent into ``model``; faults of shape are noted at their fields."""
    values = typed_values(model, data)
    form: Form[M] = Form(values=values)
    if isinstance(key := data.get("form_key"), str) and 8 <= len(key) <= 64:
        form.key = key
    form.sent = _fingerprint(form.key, model, data)
    try:
        form.cleaned = model.model_validate({name: value for name, value in values.items() if _is_filled(value)})
    except ValidationError as fault:
        for details in fault.errors():
            form.refuse(_refusal(details), str(details["loc"][0]) if details["loc"] else "")
    return form


def _is_filled(value: object) -> bool:
    """Tell whether something was typed: spaces alone are nothing."""
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _fingerprint(key: str, model: type[BaseModel], data: FormData) -> str:
    """Tell the same form sent twice from another one: who goes back and corrects something sends another form."""
    typed = [(name, value) for name, value in data.multi_items() if name != "form_key" and isinstance(value, str)]
    return hashlib.sha256(repr((key, model.__qualname__, typed)).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def typed_values(model: type[BaseModel], data: FormData) -> dict[str, Any]:
    """Give what was typed for each field of ``model``: text, or a list of texts where the field takes several."""
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        several = get_origin(info.annotation) in (list, tuple, set, frozenset)
        typed = [clean_text(value) for value in data.getlist(name) if not isinstance(value, UploadFile)]
        values[name] = [value for value in typed if value] if several else (typed[-1] if typed else "")
    return values


def clean_text(text: str) -> str:
    """Bring line ends to one form and drop what no database stores: zero bytes, and halves of characters."""
    whole = text.encode(errors="ignore").decode()
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


FAULTS = {
    "missing": "required",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "choose_more",
    "too_long": "choose_fewer",
    "int_parsing": "not_a_whole_number",
    "int_from_float": "not_a_whole_number",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "less_than": "too_large",
    "date_from_datetime_parsing": "not_a_date",
    "date_parsing": "not_a_date",
    "time_parsing": "not_a_time",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "bool_parsing": "not_a_choice",
    "decimal_parsing": "not_an_amount",
    "string_pattern_mismatch": "invalid",
}


def _refusal(details: ErrorDetails) -> DomainError:
    raised = details.get("ctx", {}).get("error")
    if isinstance(raised, DomainError):
        return raised
    limits = {name: value for name, value in details.get("ctx", {}).items() if isinstance(value, int | str)}
    return FieldRefused(FAULTS.get(details["type"], details["type"]), **limits)


async def _form_data(request: Request) -> FormData:
    try:
        request.state.sent = await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS)
    except (HTTPException, UnicodeError) as fault:
        raise HTTPException(400) from fault
    sent: FormData = request.state.sent
    return sent


def written(request: Request, *, longer_than: int) -> list[str]:
    """Give the longer texts of the form that was sent: a page that refuses it gives them back."""
    data = getattr(request.state, "sent", None)
    texts = [clean_text(value) for _name, value in data.multi_items() if isinstance(value, str)] if data else []
    return [text for text in texts if len(text) > longer_than]


FormDep = Annotated[FormData, Depends(_form_data)]
