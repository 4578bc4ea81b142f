"""Polls: the order of moments, who won, who is still to answer, and who may do what."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.agenda import Belonging
from app.domain.codes import Country, PollAnswer, PollState, Role, SessionKind
from app.domain.polls import (
    MOST_MOMENTS,
    Moment,
    MomentsMissing,
    MomentTooEarly,
    PollClosed,
    PollFixed,
    PollOver,
    RemindedToday,
    Tally,
    TooManyMoments,
    check_can_answer,
    check_can_decide,
    check_can_read,
    check_can_remind,
    check_moment,
    check_moments,
    is_reminder_due,
    ranking,
    takes_answers,
    tallies,
    waiting,
    winner,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
YES, MAYBE, NO = PollAnswer.YES, PollAnswer.IF_NEED_BE, PollAnswer.NO
GAMMA, KARONGI = 3, 4
OURS = Belonging(Country.RWANDA, frozenset({GAMMA, KARONGI}))
STAFF = Actor(person_id=1, roles=frozenset({Role.STAFF}))
COORDINATOR = Actor(
    person_id=2, roles=frozenset({Role.COORDINATOR}), coordinates=frozenset({GAMMA}), participates=frozenset({GAMMA})
)
PARTICIPANT = Actor(person_id=5, roles=frozenset({Role.PARTICIPANT}), participates=frozenset({GAMMA}))
RALGA = Actor(person_id=6, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.RWANDA}))
ANCB = Actor(person_id=7, roles=frozenset({Role.ASSOCIATION}), countries=frozenset({Country.BENIN}))


def polled(*answers: str, members: int = 3) -> list[Tally]:
    """Make a poll from a line of answers per moment: y, i, n, or a dot for none; the moments follow each other."""
    said = {"y": YES, "i": MAYBE, "n": NO}
    moments = [Moment(number, NOW + number * DAY) for number in range(1, len(answers) + 1)]
    votes = {
        (number, member): said[letter]
        for number, line in enumerate(answers, 1)
        for member, letter in enumerate(line)
        if letter != "."
    }
    return tallies(moments, range(members), votes)


def order(*answers: str) -> list[int]:
    return [one.moment.id for one in ranking(polled(*answers))]


def test_a_no_puts_a_moment_behind_all_others() -> None:
    assert order("yyn", "i..") == [2, 1]


def test_then_the_most_yes() -> None:
    assert order("y..", "yy.", "yyn", "ynn") == [2, 1, 3, 4]


def test_then_the_fewest_if_need_be() -> None:
    assert order("yii", "yi.", "y..") == [3, 2, 1]


def test_then_the_earlier_one() -> None:
    assert order("yyi", "yyi") == [1, 2]


def test_answers_of_others_do_not_count() -> None:
    moments = [Moment(1, NOW)]
    [found] = tallies(moments, (1, 2), {(1, 1): YES, (1, 9): NO, (8, 2): NO})
    assert found == Tally(moments[0], frozenset({1}), frozenset(), frozenset(), frozenset({2}))


MEMBERS = 4
ANSWERS = st.sampled_from([YES, MAYBE, NO, None])
POLLS = st.lists(st.lists(ANSWERS, min_size=MEMBERS, max_size=MEMBERS), min_size=1, max_size=MOST_MOMENTS)


def generated(lines: list[list[PollAnswer | None]], starts: Mapping[int, int]) -> list[Tally]:
    moments = [Moment(number, NOW + starts[number] * DAY) for number in range(len(lines))]
    votes = {(n, m): answer for n, line in enumerate(lines) for m, answer in enumerate(line) if answer is not None}
    return tallies(moments, range(MEMBERS), votes)


@given(POLLS, st.data())
def test_the_winner_suits_everybody_when_any_moment_does(
    lines: list[list[PollAnswer | None]], data: st.DataObject
) -> None:
    starts = {number: data.draw(st.integers(-3, 9)) for number in range(len(lines))}
    found = generated(lines, starts)
    best = winner(found, now=NOW)
    to_come = [one for one in found if one.moment.starts_at > NOW]
    answered = any(one.yes or one.if_need_be or one.no for one in to_come)
    assert (best is not None) == answered
    if best is not None:
        assert best in to_come
        assert not best.no or all(one.no for one in to_come)
        rivals = [one for one in to_come if bool(one.no) == bool(best.no)]
        assert len(best.yes) == max(len(one.yes) for one in rivals)


@given(POLLS, st.data())
def test_the_order_is_total_and_does_not_depend_on_that_of_the_input(
    lines: list[list[PollAnswer | None]], data: st.DataObject
) -> None:
    starts = {number: data.draw(st.integers(0, 2)) for number in range(len(lines))}
    found = generated(lines, starts)
    best_first = ranking(found)
    assert ranking(data.draw(st.permutations(found))) == best_first
    assert sorted(one.moment.id for one in best_first) == list(range(len(lines)))


@given(POLLS)
def test_every_member_is_counted_once_for_every_moment(lines: list[list[PollAnswer | None]]) -> None:
    for one in generated(lines, dict.fromkeys(range(len(lines)), 1)):
        assert sorted([*one.yes, *one.if_need_be, *one.no, *one.silent]) == list(range(MEMBERS))


def test_nobody_answered_and_nothing_wins() -> None:
    assert winner(polled("...", "..."), now=NOW) is None


def test_what_is_over_does_not_win() -> None:
    best = winner(polled("yyy", "ynn"), now=NOW + DAY)
    assert best is not None
    assert best.moment.id == 2


def test_who_left_a_moment_without_answer_is_still_to_answer() -> None:
    moments = [Moment(1, NOW), Moment(2, NOW)]
    votes = {(1, 10): YES, (2, 10): NO, (1, 11): YES}
    assert waiting(moments, (10, 11, 12), votes) == [11, 12]


def test_answers_are_taken_until_the_poll_closes() -> None:
    check_can_answer(state=PollState.OPEN, closes_at=NOW + SECOND, now=NOW)
    assert takes_answers(state=PollState.OPEN, closes_at=NOW + SECOND, now=NOW)
    assert not takes_answers(state=PollState.OPEN, closes_at=NOW, now=NOW)
    assert not takes_answers(state=PollState.FIXED, closes_at=NOW + DAY, now=NOW)
    with pytest.raises(PollOver):
        check_can_answer(state=PollState.OPEN, closes_at=NOW, now=NOW)
    with pytest.raises(PollFixed):
        check_can_answer(state=PollState.FIXED, closes_at=NOW + DAY, now=NOW)
    with pytest.raises(PollClosed):
        check_can_answer(state=PollState.CLOSED, closes_at=NOW + DAY, now=NOW)


@pytest.mark.parametrize("count", [0, 1])
def test_a_poll_needs_two_moments(count: int) -> None:
    with pytest.raises(MomentsMissing):
        check_moments([NOW] * count)


def test_a_poll_has_at_most_twelve_moments() -> None:
    check_moments([NOW] * MOST_MOMENTS)
    with pytest.raises(TooManyMoments):
        check_moments([NOW] * (MOST_MOMENTS + 1))


def test_a_moment_does_not_come_before_the_last_answers() -> None:
    check_moment(NOW, closes_at=NOW)
    with pytest.raises(MomentTooEarly):
        check_moment(NOW - SECOND, closes_at=NOW)


def may_read(actor: Actor, kind: SessionKind = SessionKind.BILATERAL) -> bool:
    try:
        check_can_read(actor, belonging=OURS, kind=kind)
    except NotAllowed:
        return False
    return True


def test_who_could_have_opened_a_poll_reads_its_answers() -> None:
    assert [may_read(one) for one in (STAFF, COORDINATOR, RALGA)] == [True, True, True]
    assert [may_read(one) for one in (PUBLIC, PARTICIPANT, ANCB)] == [False, False, False]
    assert [may_read(one, SessionKind.COACHING) for one in (STAFF, COORDINATOR, RALGA)] == [True, False, True]


def test_the_team_and_who_opened_it_decide() -> None:
    check_can_decide(STAFF, created_by=2)
    check_can_decide(COORDINATOR, created_by=2)
    for other in (RALGA, PARTICIPANT, PUBLIC):
        with pytest.raises(NotAllowed):
            check_can_decide(other, created_by=2)
    with pytest.raises(NotAllowed):
        check_can_decide(PUBLIC, created_by=None)


def test_people_are_reminded_at_most_once_a_day() -> None:
    check_can_remind(None, now=NOW)
    check_can_remind(NOW - DAY, now=NOW)
    with pytest.raises(RemindedToday):
        check_can_remind(NOW - DAY + SECOND, now=NOW)


def test_the_reminder_is_due_two_days_before_the_end() -> None:
    opened_at = NOW - 9 * DAY
    assert is_reminder_due(NOW + 2 * DAY, opened_at=opened_at, now=NOW)
    assert not is_reminder_due(NOW + 2 * DAY + SECOND, opened_at=opened_at, now=NOW)
    assert not is_reminder_due(NOW, opened_at=opened_at, now=NOW)
    assert not is_reminder_due(NOW + DAY, opened_at=NOW - SECOND, now=NOW)
