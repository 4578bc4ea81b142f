"""The form as data: stored and read back, compared, checked; nothing that was answered may change its meaning."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidacy_form import (
    FREE_KINDS,
    LISTS,
    ORDER_CHANGED,
    CandidacyForm,
    Choice,
    FormChange,
    FormSection,
    Option,
    Question,
    choices_of,
    form_changes,
)
from app.domain.codes import QuestionKind, Section
from app.domain.errors import DomainError
from app.domain.form_rules import (
    FIELDS,
    LONGEST_HELP,
    LONGEST_OPTION,
    LONGEST_TITLE,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    MOST_WORDS,
    FormCodeTwice,
    FormConditionMissing,
    FormEmpty,
    FormFault,
    FormHelpMissing,
    FormKindReserved,
    FormOptionsMissing,
    FormQuestionAltered,
    FormQuestionMissing,
    FormTextTooLong,
    FormTitleMissing,
    FormTooLarge,
    FormWordLimit,
    check_form,
    check_succession,
    faults_of,
)
from app.domain.texts import Text, Words
from app.language.reference_form import reference_form
from tests.unit.domain.forms import FORM, changed, forms, own, with_question


@given(forms())
def test_a_form_is_read_back_as_it_was_stored(form: CandidacyForm) -> None:
    assert CandidacyForm.from_data(form.to_data()) == form


def test_what_a_definition_leaves_out_is_nothing() -> None:
    data: dict[str, Any] = {
        "sections": [
            {
                "section": "motivation",
                "title": {"nl": "Motivatie"},
                "questions": [{"code": "own_x", "kind": "text", "title": {"nl": "X"}}],
            }
        ],
        "lists": {"fields": [{"code": "water", "title": {"nl": "Water"}}]},
    }
    part = FormSection(
        Section.MOTIVATION, Words("Motivatie"), questions=(Question("own_x", QuestionKind.TEXT, Words("X")),)
    )
    assert CandidacyForm.from_data(data) == CandidacyForm((part,), {"fields": (Option("water", Words("Water")),)})


@given(forms())
def test_nothing_changed_between_a_form_and_itself(form: CandidacyForm) -> None:
    assert form_changes(form, form) == ()


def test_a_form_gives_its_parts_questions_and_lists() -> None:
    assert FORM.order == tuple(Section)
    assert FORM.part(Section.CITY_LINKS) is FORM.sections[-1]
    assert CandidacyForm().part(Section.THEME) is None
    assert FORM.question("nothing") is None
    assert FORM.place_of("tracks") is Section.THEME
    assert FORM.place_of("nothing") is None
    assert FORM.codes_of(FIELDS) == ("youth", "water")
    assert FORM.codes_of("nothing") == ()
    assert FORM.offered == {"fields": ("youth", "water"), "promises": ("sessions",)}
    assert own().is_own
    assert not FORM.sections[0].questions[0].is_own


def test_lists_are_given_in_the_language_of_the_reader() -> None:
    partner = Choice("RW-karongi", Text("Karongi", "fr"), "rwanda")
    found = choices_of(FORM, "fr", (partner,))
    assert found.fields == (Choice("youth", Text("Jeunesse", "fr")), Choice("water", Text("Water", "nl")))
    assert found.partners == (partner,)
    assert found.tracks == ()


def _reworded(words: str) -> Words:
    return Words(words, words, words)


EXCHANGE = FORM.question("exchange") or own()
CHANGES: list[tuple[str, CandidacyForm, tuple[FormChange, ...]]] = [
    (
        "a question is added",
        with_question(FORM),
        (FormChange("question_added", own().title, Section.MOTIVATION),),
    ),
    (
        "a question is removed",
        changed(FORM, Section.MOTIVATION, lambda part: replace(part, questions=part.questions[1:])),
        (FormChange("question_removed", EXCHANGE.title, Section.MOTIVATION),),
    ),
    (
        "words, need and limit change",
        changed(
            FORM,
            Section.MOTIVATION,
            lambda part: replace(
                part,
                questions=(
                    replace(part.questions[0], help=_reworded("h"), required=False, word_limit=0),
                    *part.questions[1:],
                ),
            ),
        ),
        (
            FormChange("question_reworded", EXCHANGE.title, Section.MOTIVATION),
            FormChange("question_optional", EXCHANGE.title, Section.MOTIVATION),
            FormChange("word_limit_changed", EXCHANGE.title, Section.MOTIVATION, 300, 0),
        ),
    ),
    (
        "questions change places",
        changed(FORM, Section.MOTIVATION, lambda part: replace(part, questions=part.questions[::-1])),
        (FormChange(ORDER_CHANGED, FORM.sections[3].title, Section.MOTIVATION),),
    ),
    (
        "a part is left out",
        replace(FORM, sections=FORM.sections[:-1]),
        (FormChange("section_removed", FORM.sections[-1].title),),
    ),
    (
        "a part is worded anew",
        changed(FORM, Section.LEARNING, lambda part: replace(part, intro=_reworded("i"))),
        (FormChange("section_reworded", FORM.sections[2].title, Section.LEARNING),),
    ),
    (
        "a field goes, another comes, and one is renamed",
        FORM.with_lists({FIELDS: (Option("youth", Words("Jeugd")), Option("sport", Words("Sport")))}),
        (
            FormChange("option_added", Words("Sport"), Section.LEARNING),
            FormChange("option_removed", Words("Water"), Section.LEARNING),
            FormChange("option_reworded", Words("Jeugd"), Section.LEARNING),
        ),
    ),
    (
        "fields change places",
        FORM.with_lists({FIELDS: FORM.lists[FIELDS][::-1]}),
        (FormChange(ORDER_CHANGED, Words(), Section.LEARNING),),
    ),
    (
        "a list changes that no question asks for",
        replace(FORM, sections=FORM.sections[3:4], lists={"goals": (Option("1", Words("1")),)}),
        (
            *(FormChange("section_removed", part.title) for part in (*FORM.sections[:3], *FORM.sections[4:])),
            FormChange("option_added", Words("1")),
            FormChange("option_removed", FORM.lists[FIELDS][0].title),
            FormChange("option_removed", FORM.lists[FIELDS][1].title),
            FormChange("option_removed", FORM.lists["promises"][0].title),
        ),
    ),
]


@pytest.mark.parametrize(("after", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CHANGES])
def test_what_changed_is_named(after: CandidacyForm, expected: tuple[FormChange, ...]) -> None:
    found = form_changes(FORM, after)
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_a_part_that_comes_back_is_new_and_its_questions_are_not_named_one_by_one() -> None:
    found = form_changes(replace(FORM, sections=FORM.sections[:-1]), FORM)
    assert found == (FormChange("section_added", FORM.sections[-1].title, Section.CITY_LINKS),)


def test_a_question_that_becomes_required_and_gets_options_is_named_twice() -> None:
    before = with_question(FORM, replace(own(QuestionKind.ONE_OF), required=False, options=()))
    after = with_question(FORM, replace(own(QuestionKind.ONE_OF), required=True))
    assert [one.code for one in form_changes(before, after)] == ["question_required", "options_changed"]


def test_the_reference_form_can_be_published() -> None:
    check_form(reference_form())
    check_succession(reference_form(), [reference_form()])


def _question(**values: Any) -> CandidacyForm:  # noqa: ANN401 - any field of a question
    return with_question(FORM, replace(own(), **values))


def _many(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{number}", Words("x")) for number in range(count))


AT_OWN = {"section": Section.MOTIVATION, "question": "own_youth"}
FAULTS: list[tuple[str, CandidacyForm, type[DomainError], dict[str, Any]]] = [
    ("no Dutch title", _question(title=Words("", "X", "X")), FormTitleMissing, AT_OWN),
    ("a title of spaces", _question(title=Words("  ")), FormTitleMissing, AT_OWN),
    ("a long title", _question(title=Words("x", "x" * (LONGEST_TITLE + 1))), FormTextTooLong, AT_OWN),
    ("help without Dutch", _question(help=Words("", "", "x")), FormHelpMissing, AT_OWN),
    ("long help", _question(help=Words("x" * (LONGEST_HELP + 1))), FormTextTooLong, AT_OWN),
    ("a negative limit", _question(word_limit=-1), FormWordLimit, AT_OWN),
    ("a limit beyond reason", _question(word_limit=MOST_WORDS + 1), FormWordLimit, AT_OWN),
    ("one option", _question(kind=QuestionKind.ONE_OF, options=_many(1)), FormOptionsMissing, AT_OWN),
    ("no option", _question(kind=QuestionKind.SEVERAL_OF), FormOptionsMissing, AT_OWN),
    ("an option twice", _question(kind=QuestionKind.ONE_OF, options=(*_many(2), *_many(1))), FormCodeTwice, AT_OWN),
    (
        "too many options",
        _question(kind=QuestionKind.ONE_OF, options=_many(MOST_OPTIONS + 1)),
        FormTooLarge,
        AT_OWN,
    ),
    (
        "an option without words",
        _question(kind=QuestionKind.ONE_OF, options=(*_many(2), Option("x", Words()))),
        FormTitleMissing,
        AT_OWN,
    ),
    (
        "a long option",
        _question(kind=QuestionKind.ONE_OF, options=(*_many(2), Option("x", Words("x" * (LONGEST_OPTION + 1))))),
        FormTextTooLong,
        AT_OWN,
    ),
    ("a condition that is elsewhere", _question(only_if=("has_links", "yes")), FormConditionMissing, AT_OWN),
    (
        "a part without a title",
        changed(FORM, Section.MOTIVATION, lambda part: replace(part, title=Words())),
        FormTitleMissing,
        {"section": Section.MOTIVATION},
    ),
    (
        "a part without questions",
        changed(FORM, Section.MOTIVATION, lambda part: replace(part, questions=())),
        FormEmpty,
        {"section": Section.MOTIVATION},
    ),
    (
        "a policy field without Dutch",
        FORM.with_lists({FIELDS: (Option("x", Words("", "x")),)}),
        FormTitleMissing,
        {"of_list": FIELDS},
    ),
    (
        "tracks are not asked",
        changed(FORM, Section.THEME, lambda part: replace(part, questions=part.questions[1:])),
        FormQuestionMissing,
        {},
    ),
    (
        "tracks are optional",
        changed(
            FORM,
            Section.THEME,
            lambda part: replace(part, questions=(replace(part.questions[0], required=False), *part.questions[1:])),
        ),
        FormQuestionMissing,
        {"section": Section.THEME, "question": "tracks"},
    ),
    (
        "a question twice",
        with_question(FORM, own(), own()),
        FormCodeTwice,
        AT_OWN,
    ),
    (
        "too many questions",
        with_question(FORM, *(replace(own(), code=f"own_{number}") for number in range(MOST_QUESTIONS))),
        FormTooLarge,
        {},
    ),
]


@pytest.mark.parametrize(("form", "refusal", "place"), [pytest.param(*case[1:], id=case[0]) for case in FAULTS])
def test_a_form_with_a_fault_is_refused_and_the_place_is_named(
    form: CandidacyForm, refusal: type[DomainError], place: dict[str, Any]
) -> None:
    found = list(faults_of(form))
    assert [type(one.refusal) for one in found] == [refusal]
    assert found[0] == FormFault(found[0].refusal, **place)
    with pytest.raises(refusal):
        check_form(form)


def test_an_empty_form_lacks_everything() -> None:
    assert [type(one.refusal) for one in faults_of(CandidacyForm())] == [FormEmpty, FormQuestionMissing]


def test_lists_of_the_settings_need_no_dutch() -> None:
    check_form(FORM.with_lists({"promises": (Option("x", Words("", "x")),)}))


def test_the_longest_words_and_limits_are_accepted() -> None:
    words = Words("x" * LONGEST_TITLE)
    help_text = Words("x" * LONGEST_HELP)
    check_form(_question(title=words, help=help_text, word_limit=MOST_WORDS))
    check_form(_question(kind=QuestionKind.ONE_OF, options=_many(MOST_OPTIONS)))


@pytest.mark.parametrize("kind", FREE_KINDS)
def test_a_question_of_a_free_kind_may_be_added(kind: QuestionKind) -> None:
    check_succession(with_question(FORM, own(kind)), [FORM])


@pytest.mark.parametrize("kind", sorted(set(QuestionKind) - set(FREE_KINDS)))
def test_a_question_of_another_kind_may_not_be_added(kind: QuestionKind) -> None:
    with pytest.raises(FormKindReserved):
        check_succession(with_question(FORM, own(kind)), [FORM])


def test_a_question_with_a_foreign_code_may_not_be_added() -> None:
    with pytest.raises(FormKindReserved):
        check_succession(with_question(FORM, replace(own(), code="youth")), [FORM])


def test_a_question_keeps_its_kind_even_after_it_was_removed() -> None:
    earlier = with_question(FORM, own(QuestionKind.YES_NO))
    check_succession(with_question(FORM, own(QuestionKind.YES_NO)), [FORM, earlier])
    with pytest.raises(FormQuestionAltered):
        check_succession(with_question(FORM, own(QuestionKind.TEXT)), [FORM, earlier])


def test_a_question_keeps_its_part() -> None:
    moved = changed(
        changed(FORM, Section.MOTIVATION, lambda part: replace(part, questions=part.questions[1:])),
        Section.INVOLVEMENT,
        lambda part: replace(part, questions=(*part.questions, EXCHANGE)),
    )
    with pytest.raises(FormQuestionAltered):
        check_succession(moved, [FORM])


def test_no_part_and_no_question_stands_there_twice() -> None:
    with pytest.raises(FormCodeTwice):
        check_succession(with_question(FORM, own(), own()), [FORM])
    with pytest.raises(FormCodeTwice):
        check_succession(replace(FORM, sections=(*FORM.sections, replace(FORM.sections[0], questions=()))), [FORM])


@given(st.sampled_from(QuestionKind))
def test_every_list_belongs_to_one_kind(kind: QuestionKind) -> None:
    assert kind not in LISTS or [one for one in LISTS if LISTS[one] == LISTS[kind]] == [kind]
