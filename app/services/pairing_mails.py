"""The mails that publishing a pairing sends: planned once, for the confirmation page and for the outbox alike."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.documents.mails import MailWords, write_mail
from app.domain.codes import CandidacyState
from app.domain.texts import title_of
from app.language.reasons import Names, ReasonLine, Vocabulary, reason_lines
from app.queries.pairing_inputs import CandidateInput, PartnerInput, TrackInput
from app.queries.pairing_people import People, Reader
from app.queries.pairings import NOT_THEIR_OWN
from app.queries.programmes import ProgrammeFacts
from app.services.mail import Recipient


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a candidate without a pair, and the reason that goes to it."""

    state: CandidacyState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """A pair that becomes a partnership at the address ``slug``."""

    candidate: CandidateInput
    partner: PartnerInput
    track: TrackInput
    points: int
    slug: str
    criteria: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """A mail that will go out."""

    kind: str
    to: Recipient
    values: Mapping[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody whom a pairing concerns, and the words of their languages."""

    candidates: People
    partners: People
    officers: People
    words: Mapping[str, Vocabulary]

    def languages(self) -> set[str]:
        """Give the languages in which mails go out."""
        everybody = (*self.candidates.values(), *self.partners.values(), *self.officers.values())
        return {reader.language for readers in everybody for reader in readers}


def plan_mails(
    programme: ProgrammeFacts,
    pairs: Iterable[PlannedPair],
    decisions: Iterable[tuple[CandidateInput, Decision]],
    audience: Audience,
) -> list[PlannedMail]:
    """Plan all mails: to the selected, to their partners, to the others, to the associations, in this order."""
    pairs = list(pairs)
    return [
        *(mail for pair in pairs for mail in _selected(programme, pair, audience)),
        *(mail for pair in pairs for mail in _partners(programme, pair, audience)),
        *(mail for candidate, decision in decisions for mail in _others(programme, candidate, decision, audience)),
        *_associations(programme, pairs, audience),
    ]


def words_of(mail: PlannedMail, *, base_url: str) -> MailWords:
    """Give the words with which a mail will go out."""
    return write_mail(mail.kind, mail.to.language, {**mail.values, "recipient": mail.to}, base_url=base_url)


def _selected(programme: ProgrammeFacts, pair: PlannedPair, audience: Audience) -> Iterator[PlannedMail]:
    candidate = pair.candidate
    for reader in audience.candidates.get(candidate.candidacy_id, ()):
        values = {
            **_of_pair(programme, pair, reader),
            "reference": candidate.reference,
            "lines": _lines(pair, audience.words[reader.language]),
            "people": audience.partners.get(pair.partner.government_id, []),
        }
        yield _mail("pairing_selected", reader, values, candidate.reference)


def _partners(programme: ProgrammeFacts, pair: PlannedPair, audience: Audience) -> Iterator[PlannedMail]:
    for reader in audience.partners.get(pair.partner.government_id, ()):
        lines = [line for line in _lines(pair, audience.words[reader.language]) if line.code not in NOT_THEIR_OWN]
        people = audience.candidates.get(pair.candidate.candidacy_id, [])
        values = {**_of_pair(programme, pair, reader), "lines": lines, "people": people}
        yield _mail("partnership_new", reader, values, pair.candidate.reference)


def _others(
    programme: ProgrammeFacts, candidate: CandidateInput, decision: Decision, audience: Audience
) -> Iterator[PlannedMail]:
    kind = "pairing_reserve" if decision.state is CandidacyState.RESERVE else "pairing_not_selected"
    for reader in audience.candidates.get(candidate.candidacy_id, ()):
        values = {
            **_of_programme(programme, reader),
            "government": candidate.name,
            "reference": candidate.reference,
            "reason": decision.reason,
        }
        yield _mail(kind, reader, values, candidate.reference)


def _associations(programme: ProgrammeFacts, pairs: Iterable[PlannedPair], audience: Audience) -> Iterator[PlannedMail]:
    by_track: dict[int, list[PlannedPair]] = {}
    for pair in pairs:
        by_track.setdefault(pair.track.id, []).append(pair)
    for track_id, of_track in by_track.items():
        for reader in audience.officers.get(track_id, ()):
            names = [(pair.candidate.name, pair.partner.name) for pair in of_track]
            track = str(title_of(of_track[0].track, reader.language))
            values = {**_of_programme(programme, reader), "track": track, "pairs": names}
            yield _mail("partnership_informed", reader, values, str(track_id))


def _lines(pair: PlannedPair, words: Vocabulary) -> list[ReasonLine]:
    return reason_lines(words, Names(pair.candidate.name, pair.partner.name), pair.criteria)


def _of_programme(programme: ProgrammeFacts, reader: Reader) -> dict[str, str | date]:
    return {"programme": str(title_of(programme, reader.language)), "starts_on": programme.starts_on}


def _of_pair(programme: ProgrammeFacts, pair: PlannedPair, reader: Reader) -> dict[str, Any]:
    return {
        **_of_programme(programme, reader),
        "government": pair.candidate.name,
        "partner": pair.partner.name,
        "country": pair.track.country,
        "slug": pair.slug,
    }


def _mail(kind: str, reader: Reader, values: Mapping[str, Any], of: str) -> PlannedMail:
    to = Recipient(reader.email, reader.name, reader.language, reader.person_id)
    return PlannedMail(kind, to, values, f"{kind}:{of}:{reader.person_id}")
