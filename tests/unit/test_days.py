"""Days in forms are read as browsers send them and as people write them."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from app.web.days import Day

ADAPTER = TypeAdapter(Day)


@pytest.mark.parametrize("typed", ["2027-03-31", "31/3/2027", "31.03.2027", " 31-03-2027 "])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert ADAPTER.validate_python(typed) == date(2027, 3, 31)


@pytest.mark.parametrize("typed", ["31/02/2027", "2027-13-01", "tomorrow", "3/31/2027", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(typed)
