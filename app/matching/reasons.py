"""Why a pair has its points: a reason code and plain parameters per criterion, put in words by ``language``."""

from collections.abc import Callable

from app.matching.criteria import Ratio, candidate_wish, closeness, help_given, overlap, portion, wish_met
from app.matching.profiles import Candidate, Partner, Profile

Reason = tuple[str, dict[str, object]]
Explain = Callable[[Candidate, Partner], Reason]


def mutual_learning(candidate: Candidate, partner: Partner) -> Reason:
    """Tell in which fields each can help the other, by priority, and which share of the challenges that is.

    Codes: ``learning_both_ways``, ``learning_one_way``, ``learning_none``.
    """
    given, received = _helped(candidate, partner), _helped(partner, candidate)
    code = "learning_both_ways" if given and received else "learning_one_way" if given or received else "learning_none"
    return code, {
        "candidate_helps_with": given,
        "partner_helps_with": received,
        "candidate_helps_percent": _percent(help_given(candidate, partner)),
        "partner_helps_percent": _percent(help_given(partner, candidate)),
    }


def theme(candidate: Candidate, partner: Partner) -> Reason:
    """Tell the shared subjects and SDGs. Codes: ``theme_shared``, ``theme_none``."""
    chosen = candidate.subjects_in(partner.track)
    subjects, sdgs = sorted(chosen & partner.subjects), sorted(candidate.sdgs & partner.sdgs)
    open_parts = _open(subjects=overlap(chosen, partner.subjects), sdgs=overlap(candidate.sdgs, partner.sdgs))
    code = "theme_shared" if subjects or sdgs else "theme_none"
    return code, {"subjects": subjects, "sdgs": sdgs, "unknown_parts": open_parts}


def position(candidate: Candidate, partner: Partner) -> Reason:
    """Tell how close the ranks are, in per cent (None if not known), and the shared tags.

    Code: ``position_compared``.
    """
    close = closeness(candidate, partner)
    return "position_compared", {
        "closeness_percent": None if close is None else _percent(close),
        "candidate_rank": _rank(candidate),
        "partner_rank": _rank(partner),
        "tags": sorted(candidate.tags & partner.tags),
        "unknown_parts": _open(rank=close, tags=overlap(candidate.tags, partner.tags)),
    }


def language(candidate: Candidate, partner: Partner) -> Reason:
    """Tell the best shared language and the lower of both levels; among equals the one spoken best together.

    Codes: ``language_shared``, ``language_none``.
    """
    pairs = {code: (level, partner.languages.get(code, 0)) for code, level in candidate.languages.items()}
    best = min(pairs, key=lambda code: (-min(pairs[code]), -sum(pairs[code]), code))
    if not min(pairs[best]):
        return "language_none", {"language": None, "level": 0}
    return "language_shared", {"language": best, "level": min(pairs[best])}


def wishes(candidate: Candidate, partner: Partner) -> Reason:
    """Tell whose wishes are met and how far, in per cent (None where a side has none).

    Codes: ``wishes_both``, ``wishes_candidate``, ``wishes_partner``, ``wishes_none``.
    """
    ours, theirs = candidate_wish(candidate, partner), wish_met(partner.wishes, candidate)
    met = (ours is not None and ours[0] > 0, theirs is not None and theirs[0] > 0)
    names = {(True, True): "both", (True, False): "candidate", (False, True): "partner", (False, False): "none"}
    return f"wishes_{names[met]}", {
        "candidate_percent": None if ours is None else _percent(ours),
        "partner_percent": None if theirs is None else _percent(theirs),
        "unknown_parts": _open(candidate=ours, partner=theirs),
    }


REASONS: dict[str, Explain] = {
    "mutual_learning": mutual_learning,
    "theme": theme,
    "position": position,
    "language": language,
    "wishes": wishes,
}
UNKNOWN_REASONS = {
    "mutual_learning": "learning_unknown",
    "theme": "theme_unknown",
    "position": "position_unknown",
    "language": "language_unknown",
    "wishes": "wishes_unknown",
    "assessment": "assessment_unknown",
}


def _helped(helper: Profile, learner: Profile) -> list[str]:
    """Return the learner's challenges that the helper is strong in, what weighs most first."""
    shared = learner.seeks.keys() & helper.offers.keys()
    return sorted(shared, key=lambda code: (-learner.seeks[code] * helper.offers[code], code))


def _rank(profile: Profile) -> list[int] | None:
    return None if profile.population_rank is None else list(profile.population_rank)


def _open(**parts: Ratio | None) -> list[str]:
    return [name for name, ratio in parts.items() if ratio is None]


def _percent(ratio: Ratio) -> int:
    return portion(100, *ratio)
