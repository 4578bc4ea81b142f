"""A try to edit a candidacy form from a browser: whose form it is, what is written, and what somebody else saved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.models.database import transaction
from app.queries import programmes as read
from app.queries.programmes import ProgrammeFacts
from app.services.candidacy_form import FormEdited, WorkingCopy, working_copy
from app.services.form_editor import FormEdit
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form
from app.web.rendering import see_other


def programme_of(session: SessionDep, _actor: StaffDep, slug: str) -> ProgrammeFacts:
    """Give the programme that an address names."""
    found = read.programme_by_slug(session, slug)
    if found is None:
        raise HTTPException(404)
    return found


ProgrammeDep = Annotated[ProgrammeFacts, Depends(programme_of)]


@dataclass
class Attempt:
    """One try to edit a form: carried out once per form that was sent, and compared with what somebody else saved."""

    request: Request
    session: Session
    actor: Actor
    now: datetime
    programme: ProgrammeFacts
    conflict: bool = field(default=False, init=False)

    def address(self, name: str, **values: object) -> str:
        """Give the address of a page of this form."""
        return str(self.request.app.state.addresses(name, slug=self.programme.slug, **values))

    def carry_out(self, form: Form[Any], write: Callable[[FormEdit], str]) -> Response | None:
        """Write and go where that leads; nothing where the page must be shown again, with its refusals."""
        if form.cleaned is None:
            return None
        edit = FormEdit(self.programme.id, form.cleaned.edit, self.actor, self.now)
        try:
            with transaction(self.session):
                location = claim(self.session, form.sent, actor=self.actor, now=self.now)
                if location is None:
                    location = write(edit)
                    settle(self.session, form.sent, location)
        except DomainError as refusal:
            self.conflict = isinstance(refusal, FormEdited)
            form.refuse(refusal)
            return None
        return see_other(location)

    @property
    def status(self) -> int:
        """The status of a page that is shown again."""
        return 409 if self.conflict else 422

    def copy(self, form: Form[Any] | None = None) -> WorkingCopy:
        """Read the copy as it is now; after a conflict, the next try goes on from there."""
        copy = working_copy(self.session, self.programme.id)
        if self.conflict and form is not None:
            form.values["edit"] = copy.edit
        return copy


def attempt_of(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, programme: ProgrammeDep) -> Attempt:
    """Give a try to edit the form that an address names."""
    return Attempt(request, session, actor, now, programme)


AttemptDep = Annotated[Attempt, Depends(attempt_of)]
