"""What a page says that will go out, and what then stands in the outbox, in the same form."""

from typing import Any

import html5lib
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Mail
from tests.pages import NAMESPACE

Row = tuple[str, str, str, str]
"""Address, language, subject and text of a mail."""


def listed(html: str) -> list[Row]:
    """Read the mails that a page lists, sorted."""
    tree = html5lib.parse(html)
    rows = [row for row in tree.iter(f"{NAMESPACE}tr") if row.find(f".//{NAMESPACE}details") is not None]
    return sorted(_row(row) for row in rows)


def _row(row: Any) -> Row:  # noqa: ANN401 - an element of the tree
    def words(*names: str) -> str:
        path = "/".join(f"{NAMESPACE}{name}" for name in names)
        return "".join(row.find(f".//{path}").itertext())

    address, language = words("th", "span").strip(), words("td").strip().lower()
    return address, language, words("summary").strip(), words("details", "div", "p")


def sent(session: Session, *kinds: str) -> list[Row]:
    """Read the mails of the outbox, sorted; all, or those of some kinds."""
    session.rollback()
    query = sa.select(col(Mail.recipient), col(Mail.language), col(Mail.subject), col(Mail.text))
    if kinds:
        query = query.where(col(Mail.kind).in_(kinds))
    return sorted((address, language, subject, text) for address, language, subject, text in session.execute(query))
