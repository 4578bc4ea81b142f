"""The words of decisions: refusals and events by their codes, and sentences that a decision letter begins with."""

from collections.abc import Mapping
from typing import Final

from app.domain.assessment import LinkFinding
from app.domain.codes import CandidacyState
from app.language.catalogues import N_, NN_, gettext

DECISIONS: Final[Mapping[str, str | tuple[str, str]]] = {
    "decision_rule": N_("Write a whole number from 0 to %(most)s."),
    "decision_missing": N_("%(government)s has no outcome yet."),
    "decision_not_assessed": N_(
        "%(government)s stands at “%(state)s”, so it cannot be decided on. Wait for its assessment, or move it."
    ),
    "decision_opening_missing": N_("%(government)s: look at the opening of the letter and save it."),
    "decision_reason_missing": N_("%(government)s: a reason lacks for “%(criterion)s”."),
    "decision_track_missing": N_("%(government)s: choose an outcome in a track that it asked for."),
    "reserve_twice": N_("Number %(position)s is on the reserve list of “%(track)s” twice: give each its own number."),
    "reserve_gap": N_("Nobody has number %(position)s on the reserve list of “%(track)s”."),
    "places_exceeded": N_(
        "%(selected)s are selected for “%(track)s”, which has %(places)s places: write why, or select fewer."
    ),
    "nothing_to_send": N_("No decision waits to be sent."),
    "send_moment_passed": N_("Choose a moment that still lies ahead."),
    "decisions_scheduled": N_(
        "The decisions are sent on %(send_at)s and stand still until then. Cancel the sending to change something."
    ),
    "decision_sent": N_("This decision was sent: it stands as it is."),
    "decision_changed": N_(
        "Somebody else changed the decision on %(government)s in the meantime. Look at what it says now, then choose "
        "again."
    ),
    "round_changed": N_("Something changed since this page was opened. Look at it again, then send."),
    "round_gone": N_("No sending is planned any more."),
    "decision.chosen": N_("The outcome “%(state)s” was prepared."),
    "decision.written": N_("The words of the decision were edited."),
    "decision.sent": N_("The decision was sent, with its letter."),
    "decision.moved_up": N_("%(government)s withdrew, so this candidacy moved up from the reserve list."),
    "decision.place_free": N_("A place became free in the track, and nobody moved up by itself."),
    "decisions.proposed": NN_(
        "Outcomes were proposed for %(count)s candidacy.", "Outcomes were proposed for %(count)s candidacies."
    ),
    "decisions.scheduled": N_("The decisions are to be sent on %(send_at)s."),
    "decisions.cancelled": N_("The sending of the decisions was cancelled."),
    "decisions.sent": NN_("%(count)s decision was sent.", "%(count)s decisions were sent."),
}

_OUTCOMES: Final = {
    CandidacyState.SELECTED: N_("%(government)s is selected for the track “%(track)s”."),
    CandidacyState.RESERVE: N_(
        "%(government)s stands on the reserve list of the track “%(track)s”, at number %(position)s."
    ),
    CandidacyState.NOT_SELECTED: N_("%(government)s is not selected."),
}
_AFTERWARDS: Final = {
    CandidacyState.SELECTED: N_(
        "As soon as the partners are known, you get a mail with the name of yours. If your local government cannot "
        "take part after all, withdraw the candidacy on its page: the place then goes to the first on the reserve list."
    ),
    CandidacyState.RESERVE: N_(
        "When a place in this track becomes free, it goes to the first on the reserve list, who gets a mail. If "
        "your local government no longer wants a place, withdraw the candidacy on its page."
    ),
    CandidacyState.NOT_SELECTED: N_("You can read this decision and your answers again on the page of your candidacy."),
}
_LINKS: Final = {
    LinkFinding.NONE: N_(
        "This is computed. No active city link of your local government with the Global South is known, so all points "
        "were given."
    ),
    LinkFinding.ACTIVE: N_(
        "This is computed. Your local government has an active city link with the Global South, so no points were "
        "given here: those without one come first."
    ),
    LinkFinding.UNKNOWN: N_(
        "This is computed. Whether your local government has an active city link with the Global South was not "
        "answered, so half of the points were given."
    ),
    LinkFinding.DISPUTED: N_(
        "This is computed. You answered that there is no active city link with the Global South, while one is known to "
        "us, so half of the points were given."
    ),
}


def letter_subject(locale: str, government: str) -> str:
    """Give the subject of a decision letter."""
    return gettext(locale, N_("Decision on the candidacy of %(government)s"), government=government)


def outcome_sentence(locale: str, outcome: CandidacyState, *, government: str, track: str, position: int | None) -> str:
    """Say what is decided."""
    words = {"government": government, "track": track, "position": str(position or "")}
    return gettext(locale, _OUTCOMES[outcome], **words)


def afterwards(locale: str, outcome: CandidacyState) -> str:
    """Say what happens next."""
    return gettext(locale, _AFTERWARDS[outcome])


def proposed_opening(locale: str, *, government: str, programme: str) -> str:
    """Propose how a letter begins, before what is decided; it fits every outcome."""
    words = N_(
        "Thank you for the candidacy of %(government)s for %(programme)s. Several people read it, each on their own "
        "first, and gave points for each criterion. This decision follows from them."
    )
    return gettext(locale, words, government=government, programme=programme)


def link_reason(locale: str, finding: LinkFinding) -> str:
    """Explain the computed criterion to the candidate."""
    return gettext(locale, _LINKS[finding])


def draft_note(locale: str) -> str:
    """Say that a letter is a draft."""
    return gettext(locale, N_("This is a draft: it was not sent and decides nothing."))


def draft_subject(locale: str, subject: str) -> str:
    """Mark the subject of a letter that is a draft."""
    return gettext(locale, N_("Draft: %(subject)s"), subject=subject)


def letter_name(locale: str, reference: str) -> str:
    """Give the file name of a decision letter."""
    return f"{gettext(locale, N_('decision'))}-{reference}.pdf"
