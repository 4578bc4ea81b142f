"""Invented local governments: their names say that they are."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country, GovernmentKind
from app.models import LocalGovernment

FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo"
KINDS = {
    Country.BELGIUM: GovernmentKind.MUNICIPALITY,
    Country.RWANDA: GovernmentKind.DISTRICT,
    Country.BENIN: GovernmentKind.COMMUNE,
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read a file of the demo's data, row by row."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(session: Session) -> None:
    """Add the invented places."""
    for row in rows("places.csv"):
        country = Country(row["country"])
        session.add(
            LocalGovernment(
                code=row["code"],
                name=row["name"],
                country=country,
                kind=KINDS[country],
                region=row["region"],
                population=int(row["population"]),
                population_year=2020,
                latitude_hundredths=int(row["latitude_hundredths"]),
                longitude_hundredths=int(row["longitude_hundredths"]),
                valid_from=date(2019, 1, 1),
            )
        )
    session.flush()


def ids_by_code(session: Session) -> dict[str, int]:
    """Give the id of every local government that exists today, by its code."""
    query = sa.select(col(LocalGovernment.code), col(LocalGovernment.id)).where(col(LocalGovernment.valid_to).is_(None))
    return {code: number for code, number in session.execute(query) if number is not None}
