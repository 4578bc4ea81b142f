"""The form of a traveller's identity data."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.domain.identity import Identity
from app.web.days import WRITTEN_DAY
from app.web.forms import FormModel

YEARS: Final = range(1900, 2101)
_NUMBER: Final = re.compile(r"[\s.-]+")


def _read_day(typed: object) -> date:
    """Read a day as browsers send it or as people write it; dates of birth lie further back than those of agendas."""
    text = str(typed).strip()
    written = WRITTEN_DAY.fullmatch(text)
    try:
        day = date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise PydanticCustomError("date_parsing", "no day")
    return day


_AnyDay = Annotated[date, BeforeValidator(_read_day)]


class IdentityForm(FormModel):
    """What is asked; every field may stay empty until it is known."""

    version: Annotated[int, Field(ge=0)] = 0
    passport_name: str = Field("", max_length=200)
    passport_number: str = Field("", max_length=30)
    nationality: str = Field("", max_length=80)
    born_on: _AnyDay | None = None
    expires_on: _AnyDay | None = None
    emergency_contact: str = Field("", max_length=200)
    needs: str = Field("", max_length=500)


def identity_values(identity: Identity, version: int) -> dict[str, Any]:
    """Give what the form shows."""
    return identity.to_data() | {"version": version}


def identity_of(cleaned: IdentityForm) -> Identity:
    """Read the form; spaces and points in a passport number are nothing."""
    typed = cleaned.model_dump(exclude={"version"})
    return Identity(**typed | {"passport_number": _NUMBER.sub("", typed["passport_number"]).upper()})
