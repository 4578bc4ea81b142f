"""Edits of the form: each gives another form, codes stay unique for ever, and what is gone can come back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidacy_answers import lacking, statuses
from app.domain.candidacy_form import CandidacyForm, Option, Question, form_changes
from app.domain.codes import QuestionKind, Section, SectionStatus
from app.domain.errors import DomainError
from app.domain.form_edits import (
    CODE_LENGTH,
    FormPlaceUnknown,
    QuestionEdit,
    QuestionNeeded,
    UnableToMoveQuestion,
    add_question,
    edit_fields,
    edit_question,
    edit_section,
    last_of_each,
    leave_out_section,
    move_question,
    own_code,
    remove_question,
    return_question,
    use_section,
    with_codes,
)
from app.domain.form_rules import FIELDS, FormQuestionMissing, check_succession
from app.domain.texts import Words
from tests.unit.domain.forms import FORM, own, with_question

TITLE = Words("Nieuw", "Nouveau", "New")
ORDER = ("exchange", "openness")


def motivation(form: CandidacyForm) -> tuple[str, ...]:
    part = form.part(Section.MOTIVATION)
    return part.codes if part else ()


def question(form: CandidacyForm, code: str) -> Question:
    found = form.question(code)
    assert found is not None
    return found


def test_a_part_gets_other_words() -> None:
    part = edit_section(FORM, Section.THEME, TITLE, Words("Inleiding")).part(Section.THEME)
    assert part is not None
    assert (part.title, part.intro) == (TITLE, Words("Inleiding"))


def test_a_part_is_left_out_and_used_again_at_its_place() -> None:
    without = leave_out_section(FORM, Section.MOTIVATION)
    assert Section.MOTIVATION not in without.order
    assert use_section(without, FORM.sections[3]) == FORM
    assert use_section(FORM, FORM.sections[3]) is FORM


def test_the_part_that_asks_for_tracks_stays() -> None:
    with pytest.raises(FormQuestionMissing):
        leave_out_section(FORM, Section.THEME)


def test_a_question_is_changed_and_keeps_code_and_kind() -> None:
    edit = QuestionEdit(TITLE, Words("Hulp"), required=False, word_limit=80, options=(Option("a", Words("A")),))
    found = question(edit_question(FORM, "exchange", edit), "exchange")
    assert found == Question("exchange", QuestionKind.LONG_TEXT, TITLE, Words("Hulp"), required=False, word_limit=80)
    assert motivation(edit_question(FORM, "exchange", edit)) == ORDER


def test_only_long_texts_have_limits_and_only_choices_have_options() -> None:
    options = (Option("a", Words("A")),)
    form = with_question(FORM, own(QuestionKind.ONE_OF))
    found = question(edit_question(form, "own_youth", QuestionEdit(TITLE, word_limit=50, options=options)), "own_youth")
    assert (found.word_limit, found.options) == (0, options)


def test_what_the_pairing_needs_stays_required() -> None:
    assert question(edit_question(FORM, "tracks", QuestionEdit(TITLE)), "tracks").required


def test_a_question_is_added_at_the_end() -> None:
    assert motivation(add_question(FORM, Section.MOTIVATION, own())) == (*ORDER, "own_youth")


def test_a_question_moves_one_place_at_a_time() -> None:
    form = move_question(FORM, "openness", -1)
    assert motivation(form) == ORDER[::-1]
    assert move_question(form, "openness", 1) == FORM


@pytest.mark.parametrize(("code", "step"), [("exchange", -1), ("openness", 1)])
def test_a_question_at_an_end_does_not_move_on(code: str, step: int) -> None:
    with pytest.raises(UnableToMoveQuestion):
        move_question(FORM, code, step)


def test_a_question_is_removed_and_comes_back_where_it_was() -> None:
    part = FORM.sections[3]
    for code in part.codes:
        without = remove_question(FORM, code)
        assert code not in motivation(without)
        assert return_question(without, part, code) == FORM
    assert return_question(FORM, part, "exchange") is FORM


def test_a_question_comes_back_although_its_neighbours_are_gone() -> None:
    part = FORM.sections[0]
    form = FORM
    for code in part.codes[:3]:
        form = remove_question(form, code)
    back = return_question(form, part, part.codes[1])
    assert back.sections[0].codes == (part.codes[1], *part.codes[3:])


def test_a_question_on_which_another_depends_stays_until_that_one_is_gone() -> None:
    with pytest.raises(QuestionNeeded) as refused:
        remove_question(FORM, "has_links")
    assert refused.value.params == {"question": question(FORM, "links").title}
    remove_question(remove_question(FORM, "links"), "has_links")


def test_the_question_for_tracks_stays() -> None:
    with pytest.raises(FormQuestionMissing):
        remove_question(FORM, "tracks")


NOWHERE: list[Callable[[CandidacyForm], CandidacyForm]] = [
    lambda form: edit_section(leave_out_section(form, Section.MOTIVATION), Section.MOTIVATION, TITLE, TITLE),
    lambda form: leave_out_section(leave_out_section(form, Section.MOTIVATION), Section.MOTIVATION),
    lambda form: add_question(leave_out_section(form, Section.MOTIVATION), Section.MOTIVATION, own()),
    lambda form: edit_question(form, "nothing", QuestionEdit(TITLE)),
    lambda form: remove_question(form, "nothing"),
    lambda form: move_question(form, "nothing", 1),
    lambda form: return_question(form, form.sections[3], "nothing"),
    lambda form: return_question(leave_out_section(form, Section.MOTIVATION), form.sections[3], "exchange"),
]


@pytest.mark.parametrize("edit", NOWHERE)
def test_what_is_not_in_the_form_cannot_be_edited(edit: Callable[[CandidacyForm], CandidacyForm]) -> None:
    with pytest.raises(FormPlaceUnknown):
        edit(FORM)


def test_the_list_of_policy_fields_is_replaced_and_no_other() -> None:
    options = (Option("sport", Words("Sport")),)
    form = edit_fields(FORM, options)
    assert form.lists == {**FORM.lists, FIELDS: options}


@pytest.mark.parametrize(
    ("words", "taken", "code"),
    [
        (Words("Jeugdraad?", "", "Youth council?"), (), "own_youth_council"),
        (Words("Sô-Ava"), (), "own_so_ava"),
        (Words("", "Conseil"), (), "own_conseil"),
        (Words("你好"), (), "own_x"),
        (Words("a" * 60), (), "own_" + "a" * CODE_LENGTH),
        (Words("Jeugd"), ("own_jeugd", "own_jeugd_2"), "own_jeugd_3"),
    ],
)
def test_a_code_is_made_from_words_and_never_used_twice(words: Words, taken: tuple[str, ...], code: str) -> None:
    assert own_code(words, taken) == code


def test_new_options_get_codes_that_never_were() -> None:
    options = (Option("a", Words("Anders")), Option("", Words("Jeugd")), Option("", Words("Jeugd")))
    assert [one.code for one in with_codes(options, ["a", "jeugd"])] == ["a", "jeugd_2", "jeugd_3"]


def test_every_part_is_known_with_all_that_it_ever_asked() -> None:
    newest = remove_question(edit_section(FORM, Section.MOTIVATION, TITLE, TITLE), "exchange")
    older = with_question(FORM)
    found = last_of_each([leave_out_section(newest, Section.CITY_LINKS), older, FORM])
    assert found[Section.MOTIVATION].title == TITLE
    assert found[Section.MOTIVATION].codes == ("exchange", "openness", "own_youth")
    assert found[Section.CITY_LINKS] == FORM.sections[-1]


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "up", "down", "return", "leave", "use"]), st.integers(0, 30)),
    max_size=25,
)


def _apply(form: CandidacyForm, past: list[CandidacyForm], step: str, number: int) -> CandidacyForm:
    known = last_of_each([form, *past])
    section = tuple(Section)[number % 7]
    codes = known[section].codes
    code = codes[number % len(codes)]
    taken = {one.code for every in (form, *past) for one in every.questions()}
    added = Question(own_code(Words("Jeugd"), taken), QuestionKind.TEXT, Words("Jeugd"))
    edits: dict[str, Callable[[], CandidacyForm]] = {
        "add": lambda: add_question(form, section, added),
        "remove": lambda: remove_question(form, code),
        "up": lambda: move_question(form, code, -1),
        "down": lambda: move_question(form, code, 1),
        "return": lambda: return_question(form, known[section], code),
        "leave": lambda: leave_out_section(form, section),
        "use": lambda: use_section(form, known[section]),
    }
    return edits[step]()


@given(STEPS)
def test_whatever_is_edited_codes_stay_unique_and_keep_their_meaning(steps: list[tuple[str, int]]) -> None:
    form, past = FORM, [FORM]
    for step, number in steps:
        try:
            form = _apply(form, past, step, number)
        except DomainError:
            continue
        check_succession(form, past)
        codes = [one.code for one in form.questions()]
        assert len(codes) == len(set(codes))
        assert form.question("tracks") is not None
        past = [form, *past]


@given(st.sampled_from([one.code for one in FORM.questions() if one.code not in ("tracks", "has_links")]))
def test_answers_to_a_removed_question_show_again_when_it_comes_back(code: str) -> None:
    section = FORM.place_of(code)
    assert section is not None
    answers = {code: {"youth": {"priority": 1}} if code in ("strengths", "challenges") else "x"}
    earlier = FORM.part(section)
    assert earlier is not None
    form = remove_question(FORM, code)
    back = return_question(form, earlier, code)
    before, after = (lacking(one.part(section) or earlier, answers) for one in (FORM, back))
    assert before == after
    assert form_changes(FORM, back) == ()


def test_an_answer_that_is_no_choice_any_more_does_not_count() -> None:
    asked = replace(own(QuestionKind.ONE_OF), required=True)
    form = with_question(FORM, asked)
    complete = {"exchange": "x", "openness": "x", "own_youth": "b"}
    assert statuses(form, {Section.MOTIVATION: complete})[Section.MOTIVATION] is SectionStatus.DONE
    gone = edit_question(form, "own_youth", QuestionEdit(asked.title, required=True, options=asked.options[:1]))
    assert statuses(gone, {Section.MOTIVATION: complete})[Section.MOTIVATION] is SectionStatus.STARTED
