"""Motivations: the words in each language, proposed or edited, and their release to both sides, once."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.drafts import Incoming, Outcome, judge
from app.domain.motivation import MotivationReleased, MotivationsChanged, NothingToRelease, languages_of
from app.domain.texts import title_of
from app.language.motivations import proposed_text
from app.language.reasons import Names, Vocabulary
from app.models import MotivationText, Partnership, PartnershipMotivation
from app.queries.motivations import Motivation, StoredText, motivations_of, people_of_sides
from app.queries.pairing_people import Reader
from app.queries.pairings import vocabulary
from app.queries.partnerships import PartnershipFacts
from app.queries.programmes import ProgrammeFacts, programmes
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.pairing_mails import PlannedMail

MAIL = "motivation_released"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words in one language: what counts, what is proposed, and the version that they are (0: never saved)."""

    language: str
    text: str
    proposed: str
    version: int = 0
    edited_at: datetime | None = None
    editor: str = ""

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote these words."""
        return self.text != self.proposed


@dataclass(frozen=True, slots=True)
class Worded:
    """A motivation with its words and the people of both sides, those of the Flemish side first."""

    motivation: Motivation
    wordings: tuple[Wording, ...]
    people: tuple[Reader, ...]
    lonely: tuple[str, ...]

    @property
    def partnership(self) -> PartnershipFacts:
        """The partnership."""
        return self.motivation.partnership

    @property
    def is_released(self) -> bool:
        """Whether both sides can read it."""
        return self.motivation.shown_at is not None

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote words of their own."""
        return any(one.is_edited for one in self.wordings)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The languages in which there are no words yet."""
        return tuple(one.language for one in self.wordings if not one.text)


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that were typed on top of ``version``."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """All that a release would do: ``ready`` is released, ``lacking`` has no words in some language and is left out.

    ``key`` stands for every text and every mail: with another one, something else would go out.
    """

    ready: tuple[Worded, ...]
    lacking: tuple[Worded, ...]
    mails: tuple[PlannedMail, ...]
    key: str


def worded(session: Session, found: Sequence[PartnershipFacts]) -> list[Worded]:
    """Give the motivations of partnerships with their words (four queries, and five for each language)."""
    people = people_of_sides(session, [one.id for one in found])
    propose = _proposer(session)
    return [_worded(one, people.get(one.partnership.id, {}), propose) for one in motivations_of(session, found)]


def write(
    session: Session, partnership: PartnershipFacts, typed: Mapping[str, Typed], *, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Store words by their language; give the languages in which others were stored meanwhile: then nothing is stored.

    Words that are those of the proposal are not kept: what is proposed counts again.

    :raises MotivationReleased: both sides can read it already.
    """
    _hold(session, [partnership.id])
    stored = worded(session, [partnership])[0]
    if stored.is_released:
        raise MotivationReleased
    outcomes = {one.language: _judged(one, typed[one.language]) for one in stored.wordings if one.language in typed}
    conflicts = tuple(language for language, outcome in outcomes.items() if outcome is Outcome.CONFLICT)
    for one in stored.wordings:
        if not conflicts and outcomes.get(one.language) is Outcome.STORE:
            words = typed[one.language].text
            own = "" if words == one.proposed else words
            _store(session, partnership.id, one, own, actor=actor, now=now)
            verb = "motivation.written" if own else "motivation.proposed"
            subject = ("partnership", partnership.id)
            record(session, actor, verb, subject=subject, now=now, language=one.language)
    return conflicts


def plan(session: Session, found: Sequence[PartnershipFacts]) -> ReleasePlan:
    """Plan the release of the motivations among these that were not released yet."""
    waiting = [one for one in worded(session, found) if not one.is_released]
    ready = tuple(one for one in waiting if not one.lacking)
    titles = {one.id: one for one in programmes(session)}
    mails = tuple(mail for one in ready for mail in _mails(one, titles[one.partnership.programme_id]))
    lacking = tuple(one for one in waiting if one.lacking)
    return ReleasePlan(ready, lacking, mails, _key(ready, mails))


def release(
    session: Session, found: Sequence[PartnershipFacts], *, key: str, actor: Actor, now: datetime
) -> ReleasePlan:
    """Release motivations to both sides with a mail to each of their people; give what was done.

    The words stand from then on as they are, those that were proposed too. No mail goes out twice.

    :raises NothingToRelease: all of them were released, or none has words.
    :raises MotivationsChanged: something else would go out than under ``key``.
    """
    _hold(session, [one.id for one in found])
    planned = plan(session, found)
    if not planned.ready:
        raise NothingToRelease
    if planned.key != key:
        raise MotivationsChanged
    for one in planned.ready:
        _show(session, one, actor=actor, now=now)
    for mail in planned.mails:
        enqueue(session, mail.kind, to=mail.to, values=mail.values, now=now, unique_key=mail.key)
    return planned


def _proposer(session: Session) -> Callable[[Motivation, str], str]:
    """Give what proposes the words of a motivation in a language; each vocabulary is read once."""
    titles = {one.id: one for one in programmes(session)}

    @cache
    def words(programme_id: int, language: str) -> Vocabulary:
        return vocabulary(session, language, programme_id)

    def propose(one: Motivation, language: str) -> str:
        programme = titles[one.partnership.programme_id]
        names = Names(one.partnership.flemish.name, one.partnership.partner.name)
        return proposed_text(words(programme.id, language), names, str(title_of(programme, language)), one.criteria)

    return propose


def _worded(one: Motivation, people: Mapping[int, list[Reader]], propose: Callable[[Motivation, str], str]) -> Worded:
    of_sides = [people.get(side.government_id, []) for side in one.partnership.sides]
    readers = {reader.person_id: reader for side in of_sides for reader in side}
    lonely = tuple(side.name for side in one.partnership.sides if side.government_id not in people)
    return Worded(one, _wordings(one, readers.values(), propose), tuple(readers.values()), lonely)


def _wordings(
    one: Motivation, readers: Collection[Reader], propose: Callable[[Motivation, str], str]
) -> tuple[Wording, ...]:
    """Give the words by language; once released, only what was."""
    country = one.partnership.partner.country
    if one.shown_at is not None:
        ordered = languages_of(country, one.stored.keys())
        return tuple(_wording(one.stored[language], language, "") for language in ordered if language in one.stored)
    spoken = {reader.language for reader in readers} | {own.language for own in one.stored.values() if own.text}
    return tuple(
        _wording(one.stored.get(language), language, propose(one, language))
        for language in languages_of(country, spoken)
    )


def _wording(stored: StoredText | None, language: str, proposed: str) -> Wording:
    if stored is None:
        return Wording(language, proposed, proposed)
    text = stored.text or proposed
    return Wording(language, text, proposed, stored.version, stored.edited_at, stored.editor)


def _judged(stored: Wording, typed: Typed) -> Outcome:
    return judge({"text": stored.text}, stored.version, Incoming({"text": typed.text}, typed.version), None)


def _mails(one: Worded, programme: ProgrammeFacts) -> list[PlannedMail]:
    return [
        PlannedMail(
            MAIL,
            Recipient(reader.email, reader.name, reader.language, reader.person_id),
            {
                "programme": str(title_of(programme, reader.language)),
                "government": one.partnership.flemish.name,
                "partner": one.partnership.partner.name,
                "slug": one.partnership.slug,
            },
            f"motivation-{one.partnership.id}:{reader.person_id}",
        )
        for reader in one.people
    ]


def _key(ready: Sequence[Worded], mails: Sequence[PlannedMail]) -> str:
    """Sum up every text and every mail."""
    texts = [(one.partnership.id, [(text.language, text.text) for text in one.wordings]) for one in ready]
    to = [(mail.key, mail.to, sorted(mail.values.items())) for mail in mails]
    return hashlib.sha256(repr((texts, to)).encode()).hexdigest()[:32]


def _hold(session: Session, partnership_ids: Collection[int]) -> None:
    """Hold partnerships to the end of the transaction: who writes or releases does so one by one."""
    query = sa.select(col(Partnership.id)).where(col(Partnership.id).in_(sorted(partnership_ids)))
    session.execute(query.order_by(col(Partnership.id)).with_for_update())


def _show(session: Session, one: Worded, *, actor: Actor, now: datetime) -> None:
    """Keep the proposed words as they are, and let both sides see them."""
    for words in one.wordings:
        if not words.is_edited:
            _store(session, one.partnership.id, words, words.text, actor=None, now=now)
    shown = {"shown_at": now, "shown_by": actor.person_id}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(PartnershipMotivation).values(partnership_id=one.partnership.id, criteria=[], **shown)
    session.execute(statement.on_conflict_do_update(index_elements=["partnership_id"], set_=shown))
    subject = ("partnership", one.partnership.id)
    record(session, actor, "motivation.released", subject=subject, now=now, count=len(one.people))


def _store(
    session: Session, partnership_id: int, words: Wording, text: str, *, actor: Actor | None, now: datetime
) -> None:
    values = {
        "text": text,
        "version": words.version + 1,
        "edited_at": now,
        "edited_by": actor.person_id if actor else None,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(MotivationText).values(partnership_id=partnership_id, language=words.language, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["partnership_id", "language"], set_=values))
