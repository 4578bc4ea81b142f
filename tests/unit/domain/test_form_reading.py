"""A form from a file: read as it was written, or refused with the place that is not right."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidacy_form import CandidacyForm
from app.domain.form_reading import FormUnreadable, read_form
from tests.unit.domain.forms import CODES, FORM, forms

FIRST = ["sections", 0, "questions", 0]


@given(forms())
def test_a_form_is_read_as_it_was_written(form: CandidacyForm) -> None:
    assert read_form(json.loads(json.dumps(form.to_data()))) == form


def _with(path: list[Any], value: object) -> dict[str, Any]:
    data: Any = copy.deepcopy(json.loads(json.dumps(FORM.to_data())))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return data  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["sections"], {}, "sections"),
        (["sections"], None, "sections"),
        (["lists"], [], "lists"),
        (["sections", 1], "theme", "sections[1]"),
        (["sections", 1, "section"], "weather", "sections[1].section"),
        (["sections", 1, "section"], [], "sections[1].section"),
        (["sections", 0, "title"], "Titel", "sections[0].title"),
        (["sections", 0, "title", "de"], "Titel", "sections[0].title.de"),
        (["sections", 0, "intro", "nl"], 1, "sections[0].intro.nl"),
        (["sections", 0, "questions"], None, "sections[0].questions"),
        ([*FIRST], None, "sections[0].questions[0]"),
        ([*FIRST, "code"], "", "sections[0].questions[0].code"),
        ([*FIRST, "code"], "x" * 65, "sections[0].questions[0].code"),
        ([*FIRST, "kind"], "song", "sections[0].questions[0].kind"),
        ([*FIRST, "help"], None, "sections[0].questions[0].help"),
        ([*FIRST, "options"], "a, b", "sections[0].questions[0].options"),
        ([*FIRST, "required"], "yes", "sections[0].questions[0].required"),
        ([*FIRST, "word_limit"], "80", "sections[0].questions[0].word_limit"),
        ([*FIRST, "word_limit"], True, "sections[0].questions[0].word_limit"),
        ([*FIRST, "only_if"], ["has_links"], "sections[0].questions[0].only_if"),
        ([*FIRST, "only_if"], ["has_links", 1], "sections[0].questions[0].only_if"),
        (["lists", "fields", 0, "code"], 5, "lists.fields[0].code"),
        (["lists", "fields", 0, "group"], None, "lists.fields[0].group"),
        (["lists", "fields", 0], [], "lists.fields[0]"),
    ],
)
def test_what_is_not_right_is_refused_by_its_place(path: list[Any], value: object, place: str) -> None:
    with pytest.raises(FormUnreadable) as refused:
        read_form(_with(path, value))
    assert refused.value.params == {"place": place}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | CODES, lambda inner: st.lists(inner) | st.dictionaries(CODES, inner)
    )
)
def test_anything_else_is_refused_in_a_sentence(data: object) -> None:
    with pytest.raises(FormUnreadable):
        read_form(data)
