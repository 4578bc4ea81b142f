"""Choose which mails to get: on the own account, or by the link that every such mail has."""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import LinkPurpose, MailChoice
from app.models import MailPreference
from app.queries.mail_choices import chosen_by
from app.services.events import record
from app.services.personal_links import make_links


def choose(session: Session, actor: Actor, person_id: int, chosen: Collection[MailChoice], *, now: datetime) -> None:
    """Let a person get mails of exactly these kinds; what was so already is not written again."""
    before = chosen_by(session, person_id)
    different = [choice for choice in MailChoice if (choice in before) != (choice in chosen)]
    for choice in different:
        _set(session, person_id, choice, is_wanted=choice in chosen)
    if different:
        record(session, actor, "person.mails_chosen", subject=("person", person_id), now=now)


def switch_off(session: Session, actor: Actor, person_id: int, choice: MailChoice, *, now: datetime) -> None:
    """Let a person get no more mails of one kind."""
    choose(session, actor, person_id, chosen_by(session, person_id) - {choice}, now=now)


def mails_links(session: Session, person_ids: Iterable[int], choice: MailChoice, *, now: datetime) -> dict[int, str]:
    """Give the paths by which people end mails of one kind without signing in: ``mails_link`` of their templates."""
    secrets = make_links(session, person_ids, LinkPurpose.MAIL, None, now=now)
    return {person_id: f"/mails/{secret}?kind={choice}" for person_id, secret in secrets.items()}


def _set(session: Session, person_id: int, choice: MailChoice, *, is_wanted: bool) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(MailPreference).values(person_id=person_id, choice=choice, wanted=is_wanted)
    own = sa.inspect(MailPreference).primary_key
    session.execute(statement.on_conflict_do_update(index_elements=list(own), set_={"wanted": is_wanted}))
