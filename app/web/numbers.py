"""Numbers in addresses: of a row, of a page of a list. What is no such number is no such page.

``ChosenRow`` is the number of a row in a form: what no database can hold is refused at its field.
"""

from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import Field
from starlette.datastructures import FormData

LARGEST_ROW: Final = 2_147_483_647
RowNumber = Annotated[int, Path(ge=1, le=LARGEST_ROW)]
ChosenRow = Annotated[int, Field(ge=1, le=LARGEST_ROW)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


def typed_number(data: FormData, name: str) -> int:
    """Give the whole number in a field that the page fills in itself, such as a version; 0 for anything else."""
    typed = data.get(name)
    return int(typed) if isinstance(typed, str) and typed.isascii() and typed.isdigit() and len(typed) <= 15 else 0
