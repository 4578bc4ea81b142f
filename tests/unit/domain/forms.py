"""Forms to test with: the reference form with short lists, a question of one's own, and any form at all."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from app.domain.candidacy_form import FREE_KINDS, CandidacyForm, FormSection, Option, Question
from app.domain.codes import QuestionKind, Section
from app.domain.texts import Words
from app.language.reference_form import reference_form

FORM = reference_form().with_lists(
    {
        "fields": (Option("youth", Words("Jongeren", "Jeunesse", "Youth")), Option("water", Words("Water"))),
        "promises": (Option("sessions", Words("Sessies")),),
    }
)


def own(kind: QuestionKind = QuestionKind.TEXT) -> Question:
    """Give a question of one's own, with two options where its kind has options."""
    options = (Option("a", Words("A")), Option("b", Words("B")))
    with_options = kind in (QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF)
    return Question("own_youth", kind, Words("Jeugdraad?"), options=options if with_options else ())


def changed(form: CandidacyForm, section: Section, change: Callable[[FormSection], FormSection]) -> CandidacyForm:
    """Give a form with one part changed."""
    return replace(form, sections=tuple(change(one) if one.section is section else one for one in form.sections))


def with_question(form: CandidacyForm, *questions: Question) -> CandidacyForm:
    """Give a form with questions at the end of the motivation."""
    added = questions or (own(),)
    return changed(form, Section.MOTIVATION, lambda part: replace(part, questions=(*part.questions, *added)))


WORDS = st.builds(Words, *[st.text(max_size=12)] * 3)
CODES = st.text("abcdefghij_", min_size=1, max_size=8)
OPTIONS = st.lists(st.builds(Option, CODES, WORDS, CODES), max_size=4).map(tuple)
QUESTIONS = st.builds(
    Question,
    code=CODES,
    kind=st.sampled_from(QuestionKind),
    title=WORDS,
    help=WORDS,
    required=st.booleans(),
    word_limit=st.integers(0, 500),
    options=OPTIONS,
    only_if=st.none() | st.tuples(CODES, CODES),
)


@st.composite
def forms(draw: st.DrawFn) -> CandidacyForm:
    """Make any form, sensible or not; codes are told apart."""
    used = draw(st.permutations(list(Section)))[: draw(st.integers(0, 7))]
    questions = draw(st.lists(QUESTIONS, max_size=8, unique_by=lambda one: one.code))
    parts = tuple(
        FormSection(section, draw(WORDS), draw(WORDS), tuple(questions[at :: len(used)]))
        for at, section in enumerate(used)
    )
    unique = st.lists(st.builds(Option, CODES, WORDS), max_size=4, unique_by=lambda one: one.code).map(tuple)
    return CandidacyForm(parts, draw(st.dictionaries(st.sampled_from(["fields", "goals", "promises"]), unique)))


FREE = st.sampled_from(FREE_KINDS)
