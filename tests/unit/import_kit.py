"""A form with every kind of question, its words, and answers to it as people may have given them."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from app.domain.candidacy_answers import LONGEST
from app.domain.candidacy_form import CandidacyForm, Option, Question
from app.domain.candidacy_import import ImportFacts, KnownGovernment
from app.domain.codes import Direction, Profile, QuestionKind
from app.domain.import_values import nothing
from app.domain.texts import Words
from app.language.import_words import vocabulary_of
from app.language.reference_form import reference_form

Kind = QuestionKind
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PARTNERS = (("RW-karongi", "Karongi"), ("BJ-0405", "Nikki"), ("BJ-0406", "N'Dali; Borgou"), ("RW-x", "Karongi Sud"))


def option(code: str, nl: str, fr: str = "", en: str = "", group: str = "") -> Option:
    return Option(code, Words(nl, fr, en), group)


LISTS = {
    "tracks": (option("rwanda", "Rwanda: inspraak"), option("benin", "Benin; welvaart"), option("two", "Welvaart")),
    "subjects": (
        option("rwanda:youth", "Jeugd", group="rwanda"),
        option("benin:youth", "Jeugd", group="benin"),
        option("benin:solar", "Zon; en wind", "Soleil", "Sun", "benin"),
    ),
    "goals": (option("7", "7. Energie"), option("11", "11. Steden"), option("16", "16. Vrede; recht")),
    "fields": tuple(
        option(code, nl, fr, en)
        for code, nl, fr, en in (
            ("youth", "Jeugd", "Jeunesse", "Youth"),
            ("water", "Water (1): drinkbaar", "Eau", "Water"),
            ("waste", "Afval; en hergebruik", "Déchets", "Waste"),
            ("civil_services", "Burgerzaken", "État civil", "Civil services"),
            ("gender", "Gender: gelijkheid", "Genre", "Gender"),
            ("energy", "Energie", "Énergie", "Energy"),
        )
    ),
    "promises": (option("sessions", "We nemen deel."), option("visits", "We reizen; en ontvangen.")),
}
CHOICES = (option("a", "Ja; zeker"), option("b", "Nee"), option("c", "§"))
OWN = (
    Question("own_text", Kind.TEXT, Words(nl="Roepnaam")),
    Question("own_day", Kind.DAY, Words(nl="Welke dag?")),
    Question("own_one", Kind.ONE_OF, Words(nl="Kies er een"), options=CHOICES),
    Question("own_several", Kind.SEVERAL_OF, Words(nl="Kies er een paar"), options=CHOICES),
)


def form() -> CandidacyForm:
    reference = reference_form()
    first, *rest = reference.sections
    wider = type(first)(first.section, first.title, first.intro, (*first.questions, *OWN))
    return CandidacyForm((wider, *rest), LISTS)


FORM = form()
VOCABULARY = vocabulary_of("nl", FORM, PARTNERS)
ALFA, BETA, GAMMA = (
    KnownGovernment(number, f"1100{number}", name) for number, name in enumerate(("Alfa", "Bèta-Stad", "Gamma"), 1)
)
OLD = KnownGovernment(9, "11009", "Oud-Gamma", "Gamma")
FACTS = ImportFacts(FORM, VOCABULARY, (ALFA, BETA, GAMMA, OLD), frozenset(), NOW)


def _texts(most: int) -> st.SearchStrategy[str]:
    """Give text as forms store it: no zero bytes or halves of characters, one kind of line end, nothing around it."""
    signs = st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r")
    return st.text(signs, max_size=60).map(str.strip).filter(lambda text: len(text) <= most)


def _several(codes: tuple[Any, ...]) -> st.SearchStrategy[list[Any]]:
    return st.sets(st.sampled_from(codes)).map(lambda chosen: [code for code in codes if code in chosen])


def _ranked(codes: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(codes), unique=True, max_size=3)


def _codes(name: str) -> tuple[str, ...]:
    return FORM.codes_of(name)


_ROWS = st.fixed_dictionaries({"priority": st.integers(1, 3), "text": _texts(300)})
_ANSWERS: dict[Kind, st.SearchStrategy[Any]] = {
    **{kind: _texts(LONGEST[kind]) for kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE)},
    Kind.EMAIL: st.sampled_from(("", "a@example.org", "naam.van.iemand@example.org")),
    Kind.DAY: st.one_of(st.just(""), st.dates(date(1850, 1, 1), date(2999, 12, 31)).map(date.isoformat)),
    Kind.YES_NO: st.sampled_from(("", "yes", "no")),
    Kind.ONE_OF: st.sampled_from(("", "a", "b", "c")),
    Kind.DIRECTION: st.sampled_from(("", *(code.value for code in Direction))),
    Kind.SEVERAL_OF: _several(("a", "b", "c")),
    Kind.PROFILES: _several(tuple(code.value for code in Profile)),
    Kind.SUBJECTS: _several(_codes("subjects")),
    Kind.PROMISES: _several(_codes("promises")),
    Kind.GOALS: _several((7, 11, 16)),
    Kind.TRACKS: _ranked(_codes("tracks")),
    Kind.PARTNERS: _ranked(tuple(code for code, _ in PARTNERS)),
    Kind.LEARNING: st.dictionaries(st.sampled_from(_codes("fields")), _ROWS, max_size=5),
    Kind.LANGUAGES: st.dictionaries(st.sampled_from(("en", "fr")), st.integers(1, 3)),
}


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Give answers to a question in the shape in which they are stored."""
    return _ANSWERS.get(question.kind, st.just(nothing(question.kind)))


QUESTIONS = tuple(FORM.questions())
ALL_ANSWERS = st.fixed_dictionaries({question.code: answers_to(question) for question in QUESTIONS})
