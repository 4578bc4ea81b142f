"""The sentences for the reasons of a pair: what each criterion of ``app.matching.reasons`` says, in three languages.

A criterion is a plain mapping with code, points, maximum, reason_code, parameters and unknown, as scenarios keep it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.codes import LanguageLevel, Profile
from app.language.catalogues import N_, gettext
from app.language.formats import join, percent
from app.language.labels import label, language_name

Parameters = Mapping[str, Any]

_CRITERIA = {
    "mutual_learning": N_("Learning from each other"),
    "theme": N_("Theme"),
    "position": N_("Comparable places"),
    "language": N_("Working language"),
    "wishes": N_("Wishes of both sides"),
    "assessment": N_("Assessment of the candidacy"),
}
_UNKNOWN = {
    "learning_unknown": N_(
        "At least one of the two has not said what it is strong in or what it wants to learn. This counts half."
    ),
    "theme_unknown": N_("At least one of the two has chosen no subjects and no goals. This counts half."),
    "position_unknown": N_("Too little is known about the two places to compare them. This counts half."),
    "language_unknown": N_("At least one of the two has named no languages. This counts half."),
    "wishes_unknown": N_("Neither of the two has written down wishes. This counts half."),
    "assessment_unknown": N_("There is no assessment yet. This counts half."),
}
_OPEN_PARTS = {
    "subjects": N_("One of the two has chosen no subjects; that half counts half."),
    "sdgs": N_("One of the two has chosen no goals; that half counts half."),
    "rank": N_("The population of one of the two is not known; that half counts half."),
    "tags": N_("One of the two has not said what kind of place it is; that half counts half."),
    "candidate": N_("%(candidate)s has no wishes that can be compared; that half counts half."),
    "partner": N_("%(partner)s has no wishes; that half counts half."),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language for policy fields, subjects and goals; a code without words stands for itself."""

    locale: str
    fields: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    goals: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """What the two of a pair are called."""

    candidate: str
    partner: str


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A criterion as it is shown."""

    code: str
    label: str
    points: int
    maximum: int
    sentence: str
    unknown: bool


def reason_lines(words: Vocabulary, names: Names, criteria: Iterable[Mapping[str, Any]]) -> list[ReasonLine]:
    """Give every criterion that counts for something, with its words."""
    return [
        ReasonLine(
            criterion["code"],
            criterion_name(words.locale, criterion["code"]),
            criterion["points"],
            criterion["maximum"],
            reason_sentence(words, names, criterion["reason_code"], criterion["parameters"]),
            criterion["unknown"],
        )
        for criterion in criteria
        if criterion["maximum"]
    ]


def criterion_name(locale: str, code: str) -> str:
    """Give the name of a criterion."""
    return gettext(locale, _CRITERIA[code])


def reason_sentence(words: Vocabulary, names: Names, reason_code: str, parameters: Parameters) -> str:
    """Put one reason in words: one or a few whole sentences.

    :raises KeyError: no sentence is known for the code.
    """
    if reason_code in _UNKNOWN:
        return gettext(words.locale, _UNKNOWN[reason_code])
    sentences = [*_SENTENCES[reason_code](words, names, parameters), *_open(words, names, parameters)]
    return " ".join(sentences)


def unpaired_reason(locale: str) -> str:
    """Give the reason that staff start from where a candidate has no pair."""
    return gettext(
        locale,
        N_(
            "There are fewer places than candidacies. The places in your choice of tracks went to the pairs that suit "
            "each other best, counted over all pairs together."
        ),
    )


def _open(words: Vocabulary, names: Names, parameters: Parameters) -> list[str]:
    both = {"candidate": names.candidate, "partner": names.partner}
    return [gettext(words.locale, _OPEN_PARTS[part], **both) for part in parameters.get("unknown_parts", ())]


def _fields(words: Vocabulary, codes: Sequence[str]) -> str:
    return join(words.locale, [words.fields.get(code, code) for code in codes])


def _learning_both_ways(words: Vocabulary, names: Names, given: Parameters) -> list[str]:
    return [
        _helps(words, names.candidate, names.partner, given["candidate_helps_with"]),
        _helps(words, names.partner, names.candidate, given["partner_helps_with"]),
        gettext(
            words.locale,
            N_(
                "That covers %(candidate_share)s of what %(partner)s wants to learn, and %(partner_share)s of what "
                "%(candidate)s wants to learn."
            ),
            candidate=names.candidate,
            partner=names.partner,
            candidate_share=percent(words.locale, given["candidate_helps_percent"] / 100),
            partner_share=percent(words.locale, given["partner_helps_percent"] / 100),
        ),
    ]


def _learning_one_way(words: Vocabulary, names: Names, given: Parameters) -> list[str]:
    if given["candidate_helps_with"]:
        help_given = _helps(words, names.candidate, names.partner, given["candidate_helps_with"])
    else:
        help_given = _helps(words, names.partner, names.candidate, given["partner_helps_with"])
    one_way = gettext(words.locale, N_("The other way round there is nothing; help one way does not count."))
    return [help_given, one_way]


def _learning_none(words: Vocabulary, names: Names, _given: Parameters) -> list[str]:
    return [
        gettext(
            words.locale,
            N_("Neither %(candidate)s nor %(partner)s is strong in what the other wants to learn."),
            candidate=names.candidate,
            partner=names.partner,
        )
    ]


def _helps(words: Vocabulary, helper: str, learner: str, codes: Sequence[str]) -> str:
    return gettext(
        words.locale,
        N_("%(learner)s can learn from %(helper)s about: %(fields)s."),
        helper=helper,
        learner=learner,
        fields=_fields(words, codes),
    )


def _theme_shared(words: Vocabulary, _names: Names, given: Parameters) -> list[str]:
    sentences = []
    if given["subjects"]:
        titles = [words.subjects.get(code, code) for code in given["subjects"]]
        sentences.append(
            gettext(words.locale, N_("Both chose these subjects: %(subjects)s."), subjects=join(words.locale, titles))
        )
    if given["sdgs"]:
        goals = join(words.locale, [f"{number} {words.goals.get(number, '')}".strip() for number in given["sdgs"]])
        sentences.append(gettext(words.locale, N_("Both work on these goals: %(goals)s."), goals=goals))
    return sentences


def _theme_none(words: Vocabulary, _names: Names, _given: Parameters) -> list[str]:
    return [gettext(words.locale, N_("They chose no subject and no goal in common."))]


def _position(words: Vocabulary, names: Names, given: Parameters) -> list[str]:
    sentences = []
    if given["closeness_percent"] is not None:
        candidate, partner = given["candidate_rank"], given["partner_rank"]
        sentences.append(
            gettext(
                words.locale,
                N_(
                    "By population, %(candidate)s is number %(candidate_rank)s of %(candidate_count)s in its country "
                    "and %(partner)s number %(partner_rank)s of %(partner_count)s."
                ),
                candidate=names.candidate,
                partner=names.partner,
                candidate_rank=candidate[0],
                candidate_count=candidate[1],
                partner_rank=partner[0],
                partner_count=partner[1],
            )
        )
    if given["tags"]:
        kinds = join(words.locale, [label(words.locale, Profile(tag)) for tag in given["tags"]])
        sentences.append(gettext(words.locale, N_("Both are this kind of place: %(kinds)s."), kinds=kinds))
    elif "tags" not in given["unknown_parts"]:
        sentences.append(gettext(words.locale, N_("They are different kinds of places.")))
    return sentences


def _language_shared(words: Vocabulary, _names: Names, given: Parameters) -> list[str]:
    return [
        gettext(
            words.locale,
            N_("Language in common: %(language)s. Level of the one who speaks it less well: %(level)s."),
            language=language_name(words.locale, given["language"]),
            level=label(words.locale, LanguageLevel(given["level"])),
        )
    ]


def _language_none(words: Vocabulary, _names: Names, _given: Parameters) -> list[str]:
    return [gettext(words.locale, N_("They have no language in common, so an interpreter would be needed."))]


def _wishes(words: Vocabulary, names: Names, given: Parameters) -> list[str]:
    sentences = []
    for wisher, wished, share in (
        (names.candidate, names.partner, given["candidate_percent"]),
        (names.partner, names.candidate, given["partner_percent"]),
    ):
        if share is not None:
            sentence = _MET if share else _NOT_MET
            sentences.append(
                gettext(words.locale, sentence, wisher=wisher, wished=wished, share=percent(words.locale, share / 100))
            )
    return sentences


_MET = N_("%(wished)s meets the wishes of %(wisher)s for %(share)s.")
_NOT_MET = N_("%(wished)s is not among the wishes of %(wisher)s.")


def _assessment(words: Vocabulary, _names: Names, given: Parameters) -> list[str]:
    share = percent(words.locale, given["percent"] / 100)
    return [gettext(words.locale, N_("The readers gave the candidacy %(share)s of their points."), share=share)]


_SENTENCES: dict[str, Callable[[Vocabulary, Names, Parameters], list[str]]] = {
    "learning_both_ways": _learning_both_ways,
    "learning_one_way": _learning_one_way,
    "learning_none": _learning_none,
    "theme_shared": _theme_shared,
    "theme_none": _theme_none,
    "position_compared": _position,
    "language_shared": _language_shared,
    "language_none": _language_none,
    "wishes_both": _wishes,
    "wishes_candidate": _wishes,
    "wishes_partner": _wishes,
    "wishes_none": _wishes,
    "assessment_given": _assessment,
}
