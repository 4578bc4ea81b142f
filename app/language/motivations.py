"""The words of motivations: the text that is proposed from the reasons of a pair; refusals and events by their codes.

A proposal has three to six whole sentences, the reason that counts most first. It says in words how good something is:
no points, no shares, no codes, nothing of other candidates and nothing of what readers scored.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from app.domain.codes import Profile
from app.language.catalogues import N_, NN_, gettext
from app.language.formats import join
from app.language.labels import label, language_name
from app.language.reasons import Names, Vocabulary

Parameters = Mapping[str, Any]
Criteria = Sequence[Mapping[str, Any]]

MOTIVATIONS: Final[Mapping[str, str | tuple[str, str]]] = {
    "motivation_released": N_("This motivation was released to both sides: it stands as it is."),
    "motivations_changed": N_(
        "Something changed since this page was opened: a text, or who gets a mail. Look at it again, then release."
    ),
    "no_motivation_waits": N_("No motivation waits to be released."),
    "motivation.written": N_("The words of the motivation were edited."),
    "motivation.proposed": N_("The proposed words of the motivation count again."),
    "motivation.released": NN_(
        "The motivation was released to both sides, with %(count)s mail.",
        "The motivation was released to both sides, with %(count)s mails.",
    ),
}

MOST_SENTENCES: Final = 6
LEAST_SENTENCES: Final = 3
MOST_FIELDS: Final = 3
CLOSE_PERCENT: Final = 75
WORKING: Final = 2
STRONG, PARTLY = 2, 1  # thirds of the maximum

_OPENING = N_("%(candidate)s and %(partner)s work together in %(programme)s.")
_GROUND = N_("The reasons were weighed in the same way for all pairs, from what both sides wrote about themselves.")
_UNKNOWN = N_(
    "Too little is known to compare %(topics)s; where something is not known, it counts neither for nor against."
)
_TOPICS = {
    "mutual_learning": N_("what the two can learn from each other"),
    "theme": N_("the subjects and goals of the two"),
    "position": N_("the kind and size of the two places"),
    "language": N_("the languages of the two"),
    "wishes": N_("the wishes of the two"),
    "subjects": N_("the subjects of the two"),
    "sdgs": N_("the goals of the two"),
    "rank": N_("the size of the two places"),
    "tags": N_("the kind of the two places"),
    "candidate": N_("the wishes on the side of %(candidate)s"),
    "partner": N_("the wishes on the side of %(partner)s"),
}


def proposed_text(words: Vocabulary, names: Names, programme: str, criteria: Criteria) -> str:
    """Propose a motivation from the reasons of a pair; empty where none are kept.

    ``programme`` is its title in the language of ``words``.
    """
    counted = [one for one in criteria if one["maximum"] and one["code"] in _TOPICS]
    if not counted:
        return ""
    both = {"candidate": names.candidate, "partner": names.partner}
    opening = gettext(words.locale, _OPENING, **both, programme=programme)
    unknown = _unknown(words.locale, names, counted)
    said = [opening, *_reasons(words, names, counted, MOST_SENTENCES - 1 - len(unknown))]
    if len(said) + len(unknown) < LEAST_SENTENCES:
        said.append(gettext(words.locale, _GROUND))
    return " ".join([*said, *unknown])


def strength(locale: str, criterion: Mapping[str, Any]) -> str:
    """Say in a word or two how much a criterion speaks for a pair."""
    if criterion["unknown"]:
        return gettext(locale, N_("not known"))
    points, maximum = criterion["points"], criterion["maximum"]
    if not points:
        return gettext(locale, N_("does not speak for it"))
    thirds = 3 * points // maximum
    if thirds >= STRONG:
        return gettext(locale, N_("speaks strongly for it"))
    return gettext(locale, N_("speaks for it") if thirds >= PARTLY else N_("speaks a little for it"))


def strongest_first(criteria: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Put what counts for something in order: known before unknown, most points first, then as the pairing has them."""
    return sorted((one for one in criteria if one["maximum"]), key=lambda one: (one["unknown"], -one["points"]))


def document_name(locale: str, slug: str) -> str:
    """Give the name of the file."""
    return f"{gettext(locale, N_('motivation'))}-{slug}.pdf"


def _reasons(words: Vocabulary, names: Names, criteria: Criteria, most: int) -> list[str]:
    """Say each reason that is known, at most so many: those of which the smallest part is reached are left out."""
    known = [one for one in strongest_first(criteria) if not one["unknown"]]
    said = [(one, _SENTENCES[one["reason_code"]](words, names, one["parameters"])) for one in known]
    kept = [(one, sentence) for one, sentence in said if sentence]
    best = sorted(kept, key=lambda pair: -pair[0]["points"] / pair[0]["maximum"])[:most]
    return [sentence for one, sentence in kept if (one, sentence) in best]


def _unknown(locale: str, names: Names, criteria: Criteria) -> list[str]:
    """Name what is not known, in one sentence; the parts of a criterion of which one half is open too."""
    codes: list[str] = []
    for one in criteria:
        codes += [one["code"]] if one["unknown"] else one["parameters"].get("unknown_parts", ())
    both = {"candidate": names.candidate, "partner": names.partner}
    topics = [gettext(locale, _TOPICS[code], **both) for code in codes]
    return [gettext(locale, _UNKNOWN, topics=join(locale, topics))] if topics else []


def _lowered(title: str) -> str:
    """Give a title as it stands within a sentence; abbreviations stay as they are."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title


def _fields(words: Vocabulary, codes: Sequence[str]) -> str:
    """Give policy fields within a sentence; empty where no words are known for them: no reader sees a code."""
    return _quoted(words.locale, [words.fields[code] for code in codes if code in words.fields][:MOST_FIELDS])


def _quoted(locale: str, titles: Iterable[str]) -> str:
    """Give titles within a sentence: they hold words like "and" and question marks of their own."""
    return join(locale, [gettext(locale, N_("“%(title)s”"), title=title) for title in titles])


def _both_ways(words: Vocabulary, names: Names, given: Parameters) -> str:
    received, helps = _fields(words, given["partner_helps_with"]), _fields(words, given["candidate_helps_with"])
    if not (received and helps):
        sentence = N_("They can learn from each other: each is strong in something that the other wants to learn.")
        return gettext(words.locale, sentence)
    return gettext(
        words.locale,
        N_(
            "They can learn from each other: %(candidate)s about %(received)s, and %(partner)s about %(given)s, in "
            "which the other is strong."
        ),
        candidate=names.candidate,
        partner=names.partner,
        received=received,
        given=helps,
    )


def _one_way(words: Vocabulary, names: Names, given: Parameters) -> str:
    helper, learner, codes = names.candidate, names.partner, given["candidate_helps_with"]
    if not codes:
        helper, learner, codes = names.partner, names.candidate, given["partner_helps_with"]
    fields = _fields(words, codes)
    if fields:
        sentence = N_(
            "%(learner)s can learn from %(helper)s about %(fields)s; the other way round, what they wrote shows "
            "nothing yet."
        )
    else:
        sentence = N_("%(learner)s can learn from %(helper)s; the other way round, what they wrote shows nothing yet.")
    return gettext(words.locale, sentence, helper=helper, learner=learner, fields=fields)


def _learning_none(words: Vocabulary, _names: Names, _given: Parameters) -> str:
    return gettext(
        words.locale,
        N_("Neither of the two named as a strength what the other wants to learn."),
    )


def _theme(words: Vocabulary, _names: Names, given: Parameters) -> str:
    subjects = _quoted(words.locale, [words.subjects[code] for code in given["subjects"] if code in words.subjects])
    goals = join(words.locale, [_goal(words, number) for number in given["sdgs"]])
    if subjects and goals:
        sentence = N_("Both chose to work on %(subjects)s, and both work towards %(goals)s.")
    elif subjects:
        sentence = N_("Both chose to work on %(subjects)s.")
    else:
        sentence = N_("Both work towards %(goals)s.") if goals else ""
    return gettext(words.locale, sentence, subjects=subjects, goals=goals)


def _goal(words: Vocabulary, number: int) -> str:
    title = words.goals.get(number, "")
    if not title:
        return gettext(words.locale, N_("SDG %(number)s"), number=number)
    return gettext(words.locale, N_("SDG %(number)s (%(title)s)"), number=number, title=_lowered(title))


def _theme_none(words: Vocabulary, _names: Names, _given: Parameters) -> str:
    return gettext(words.locale, N_("They chose different subjects and different goals."))


def _position(words: Vocabulary, _names: Names, given: Parameters) -> str:
    kinds = join(words.locale, [_lowered(label(words.locale, Profile(tag))) for tag in given["tags"]])
    close = given["closeness_percent"]
    alike = close is not None and close >= CLOSE_PERCENT
    if close is None:
        sentence = N_("Both describe themselves as this kind of place: %(kinds)s.") if kinds else ""
    elif alike and kinds:
        sentence = N_(
            "By population each has a similar place in its own country, and both describe themselves as this kind of "
            "place: %(kinds)s."
        )
    elif alike:
        sentence = N_("By population each has a similar place in its own country.")
    elif kinds:
        sentence = N_("They differ in size, but both describe themselves as this kind of place: %(kinds)s.")
    else:
        sentence = N_("They differ in size, each compared with its own country.")
    return gettext(words.locale, sentence, kinds=kinds)


def _language(words: Vocabulary, _names: Names, given: Parameters) -> str:
    name = _within(words.locale, language_name(words.locale, given["language"]))
    level = given["level"]
    if level > WORKING:
        sentence = N_("They can work together in %(language)s, in which both are fluent.")
    elif level == WORKING:
        sentence = N_("They can work together in %(language)s, which both know well enough for it.")
    else:
        sentence = N_("They share %(language)s, of which one of the two knows the basics: an interpreter can help.")
    return gettext(words.locale, sentence, language=name)


def _within(locale: str, language: str) -> str:
    """Give the name of a language within a sentence: French writes it small."""
    return _lowered(language) if locale == "fr" else language


def _language_none(words: Vocabulary, _names: Names, _given: Parameters) -> str:
    return gettext(words.locale, N_("They have no working language in common, so they need an interpreter."))


def _wishes_both(words: Vocabulary, _names: Names, _given: Parameters) -> str:
    return gettext(words.locale, N_("Each of the two meets what the other wished for."))


def _wish_of(words: Vocabulary, wisher: str, wished: str) -> str:
    return gettext(words.locale, N_("%(wished)s meets what %(wisher)s wished for."), wisher=wisher, wished=wished)


_SENTENCES: dict[str, Callable[[Vocabulary, Names, Parameters], str]] = {
    "learning_both_ways": _both_ways,
    "learning_one_way": _one_way,
    "learning_none": _learning_none,
    "theme_shared": _theme,
    "theme_none": _theme_none,
    "position_compared": _position,
    "language_shared": _language,
    "language_none": _language_none,
    "wishes_both": _wishes_both,
    "wishes_candidate": lambda words, names, _given: _wish_of(words, names.candidate, names.partner),
    "wishes_partner": lambda words, names, _given: _wish_of(words, names.partner, names.candidate),
    "wishes_none": lambda _words, _names, _given: "",
}
