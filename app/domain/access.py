"""Who is asking, and what follows from it (DESIGN §10)."""

from dataclasses import dataclass, field

from app.domain.codes import Country, Role
from app.domain.errors import DomainError


class NotAllowed(DomainError):
    """The record may be seen, but this is not the person's to do."""

    code = "not_allowed"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the access rules see them; ``PUBLIC`` is everybody who is not signed in.

    ``coordinates`` and ``participates`` are ids of local governments (a coordinator also participates), ``countries``
    those of the person's associations. A session that only started a candidacy carries its id in ``candidacy_id`` and
    sees nothing else. ``is_reader``: candidacies were given to this person to be assessed.
    """

    person_id: int | None = None
    name: str = ""
    email: str = ""
    language: str | None = None
    zone: str = "Europe/Brussels"
    roles: frozenset[Role] = field(default_factory=frozenset)
    coordinates: frozenset[int] = field(default_factory=frozenset)
    participates: frozenset[int] = field(default_factory=frozenset)
    countries: frozenset[Country] = field(default_factory=frozenset)
    candidacy_id: int | None = None
    is_reader: bool = False

    @property
    def is_known(self) -> bool:
        """Whether somebody proved to be this person: signed in by mail, not merely typing an address."""
        return self.person_id is not None and self.candidacy_id is None

    @property
    def home_url(self) -> str:
        """Where the person's own page is."""
        return "/staff" if self.is_staff else "/my"

    @property
    def is_staff(self) -> bool:
        """Whether the person belongs to the programme team of VVSG."""
        return self.is_known and Role.STAFF in self.roles

    @property
    def is_auditor(self) -> bool:
        """Whether the person audits for the donor."""
        return self.is_known and Role.AUDITOR in self.roles

    @property
    def is_association(self) -> bool:
        """Whether the person works for a sister association."""
        return self.is_known and Role.ASSOCIATION in self.roles


PUBLIC = Actor()
