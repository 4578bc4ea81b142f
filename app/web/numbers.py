"""Numbers in addresses: of a row, of a page of a list. What is no such number is no such page."""

from typing import Annotated

from fastapi import Path, Query

RowNumber = Annotated[int, Path(ge=1, le=2_147_483_647)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
