"""What somebody's own pages and to-do list are made of, each read at most once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.queries.candidacies import CandidacyRecord, own_candidacies
from app.queries.circles import Circle, circle_of
from app.queries.my import OwnProfile, own_profiles
from app.queries.partnerships import PartnershipFacts, partnerships_of_governments
from app.queries.programmes import ProgrammeFacts, programmes


@dataclass(frozen=True)
class OwnReads:
    """Reads what is somebody's own when it is first asked for, and keeps it: make one for a page, store none.

    ``today`` is the day for the reader.
    """

    session: Session
    actor: Actor
    today: date

    @cached_property
    def circle(self) -> Circle:
        """What the reader belongs to (at most one query)."""
        return circle_of(self.session, self.actor)

    @cached_property
    def partnerships(self) -> Sequence[PartnershipFacts]:
        """The partnerships of the reader's local governments (one query; none for who takes part for none)."""
        own = self.actor.participates
        return partnerships_of_governments(self.session, own) if own else ()

    @cached_property
    def programmes(self) -> Sequence[ProgrammeFacts]:
        """All programmes, the newest first (one query)."""
        return programmes(self.session)

    @cached_property
    def candidacies(self) -> Sequence[CandidacyRecord]:
        """The candidacies that the reader may write, the latest first (one query)."""
        return own_candidacies(self.session, self.actor)

    @cached_property
    def profiles(self) -> Sequence[OwnProfile]:
        """The partner profiles that the reader may write (at most one query)."""
        return own_profiles(self.session, self.actor, self.today)
