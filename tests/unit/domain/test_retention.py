"""How long data are kept, and what is left."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import CandidacyState
from app.domain.retention import (
    REMOVED,
    Kept,
    MonthsOutOfRange,
    RetentionRules,
    check_retention,
    months_after,
    removed_on,
    statistics_of,
    versions_removed_on,
    without_contact,
    without_person,
    without_words,
)

RULES = RetentionRules(
    drafts_months=1,
    withdrawn_months=2,
    not_selected_months=12,
    reserve_months=4,
    selected_months=24,
    versions_months=6,
)
KEPT = Kept(
    state=CandidacyState.DRAFT,
    call_closes_at=datetime(2026, 11, 30, 22, 59, tzinfo=UTC),
    programme_ends_on=date(2028, 12, 31),
    changed_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
)
DECIDED = datetime(2027, 1, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "day"),
    [
        (CandidacyState.DRAFT, date(2026, 12, 30)),
        (CandidacyState.WITHDRAWN, date(2027, 1, 20)),
        (CandidacyState.NOT_SELECTED, date(2028, 1, 15)),
        (CandidacyState.SUBMITTED, date(2029, 4, 30)),
        (CandidacyState.RETURNED, date(2029, 4, 30)),
        (CandidacyState.IN_ASSESSMENT, date(2029, 4, 30)),
        (CandidacyState.RESERVE, date(2029, 4, 30)),
        (CandidacyState.SELECTED, date(2030, 12, 31)),
    ],
)
def test_a_candidacy_is_kept_as_long_as_its_state_needs(state: CandidacyState, day: date) -> None:
    assert removed_on(replace(KEPT, state=state, decided_at=DECIDED), RULES) == day


def test_a_decision_without_a_letter_counts_from_the_last_change() -> None:
    assert removed_on(replace(KEPT, state=CandidacyState.NOT_SELECTED), RULES) == date(2027, 11, 20)


def test_a_draft_that_was_let_in_late_counts_from_its_last_change() -> None:
    late = replace(KEPT, changed_at=datetime(2026, 12, 24, 9, tzinfo=UTC))
    assert removed_on(late, RULES) == date(2027, 1, 24)


def test_the_day_is_that_of_brussels() -> None:
    late = replace(KEPT, state=CandidacyState.WITHDRAWN, changed_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    assert removed_on(late, RULES) == date(2027, 1, 21)


def test_single_saves_go_after_the_decision_only() -> None:
    assert versions_removed_on(KEPT, RULES) is None
    decided = replace(KEPT, state=CandidacyState.SELECTED, decided_at=DECIDED)
    assert versions_removed_on(decided, RULES) == date(2027, 7, 15)
    assert versions_removed_on(replace(decided, decided_at=None), RULES) == date(2027, 5, 20)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120), st.integers(0, 120))
def test_more_months_never_end_earlier(day: date, first: int, second: int) -> None:
    assert (months_after(day, first) <= months_after(day, second)) or first > second
    assert months_after(day, 0) == day
    assert (months_after(day, first).year * 12 + months_after(day, first).month) - (day.year * 12 + day.month) == first


def test_a_month_without_that_day_ends_the_period_at_its_last() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_the_defaults_hold() -> None:
    check_retention(RetentionRules())
    assert RetentionRules.from_data({}) == RetentionRules()
    assert RetentionRules.from_data(RULES.to_data()) == RULES


@pytest.mark.parametrize(
    ("rule", "months", "least"),
    [
        ("drafts_months", 0, 1),
        ("selected_months", 121, 1),
        ("not_selected_months", 2, 3),
        ("versions_months", 2, 3),
    ],
)
def test_a_period_that_is_too_short_or_too_long_is_refused(rule: str, months: int, least: int) -> None:
    with pytest.raises(MonthsOutOfRange) as refused:
        check_retention(replace(RULES, **{rule: months}))
    assert refused.value.params == {"rule": rule, "least": least, "most": 120}


def test_of_the_answers_only_the_first_track_stays() -> None:
    assert statistics_of({"tracks": ["benin", "rwanda"], "goals": [1]}) == {"tracks": ["benin"]}
    assert statistics_of({"tracks": "?"}) == {"tracks": []}
    assert statistics_of({}) == {"tracks": []}


def test_details_keep_numbers_and_codes() -> None:
    details = {"state": "returned", "reason": "Ask Zoë", "count": 3, "done": True, "left": None, "list": ["Zoë"]}
    details |= {"until": "2026-12-01T09:00:00+00:00", "day": "2026-12-01", "told": "2026-12-01 by Zoë"}
    kept = {"state": "returned", "reason": REMOVED, "count": 3, "done": True, "left": None, "list": REMOVED}
    kept |= {"until": "2026-12-01T09:00:00+00:00", "day": "2026-12-01", "told": REMOVED}
    assert without_words(details) == kept


def test_a_person_is_cut_out_of_any_answer() -> None:
    answers = {"name": "ZOË of Alfa", "rows": [{"mail": "zoe@example.org, ZOE@example.org"}], "count": 3}
    cut = {"name": "… of Alfa", "rows": [{"mail": "…, …"}], "count": 3}
    assert without_person(answers, ["Zoë", "zoe@example.org", ""]) == cut


def test_a_name_within_a_word_is_no_name() -> None:
    assert without_person("Jan starts in januari, says jan.", ["Jan"]) == "… starts in januari, says …."


def test_the_longer_words_go_first() -> None:
    assert without_person("Jan Peeters", ["Jan", "Jan Peeters"]) == REMOVED


def test_nobody_is_nobody() -> None:
    assert without_person("Jan", ["", ""]) == "Jan"


@given(st.text(st.characters(categories=["L"]), min_size=1), st.text(), st.text())
def test_nothing_of_the_word_is_left(word: str, before: str, after: str) -> None:
    left = without_person(f"{before} {word} {after}", [word])
    assert word not in left.split()


def test_the_contact_of_a_candidacy_is_left_out() -> None:
    contact = {"administrative_email": "Zoe@example.org", "administrative_phone": "03 123", "political_name": "Ada"}
    left = {"administrative_email": "", "administrative_phone": "", "political_name": "Ada"}
    assert without_contact(contact, "zoe@example.org") == left
    assert without_contact({"government": contact, "theme": {"goals": [1]}}, "zoe@example.org") == {
        "government": left,
        "theme": {"goals": [1]},
    }
    assert without_contact(contact, "ada@example.org") == contact
