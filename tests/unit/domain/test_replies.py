"""Who has a place in a session, who waits, and who moves up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Reply, SessionStatus
from app.domain.replies import Answer, UnableToReply, check_can_reply, moving_up, reply_for

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("comes", "before", "coming", "capacity", "reply"),
    [
        (True, None, 0, None, Reply.COMING),
        (True, None, 1, 2, Reply.COMING),
        (True, None, 2, 2, Reply.WAITING),
        (True, Reply.NOT_COMING, 2, 2, Reply.WAITING),
        (True, Reply.COMING, 3, 2, Reply.COMING),
        (True, Reply.WAITING, 1, 2, Reply.WAITING),
        (False, None, 0, 2, Reply.NOT_COMING),
        (False, Reply.COMING, 2, 2, Reply.NOT_COMING),
        (False, Reply.WAITING, 2, 2, Reply.NOT_COMING),
    ],
)
def test_who_comes_has_a_place_while_there_is_one(
    comes: bool, before: Reply | None, coming: int, capacity: int | None, reply: Reply
) -> None:
    assert reply_for(comes=comes, before=before, coming=coming, capacity=capacity) is reply


@pytest.mark.parametrize(
    ("status", "starts_at"),
    [
        (SessionStatus.DRAFT, NOW + timedelta(days=1)),
        (SessionStatus.CANCELLED, NOW + timedelta(days=1)),
        (SessionStatus.PUBLISHED, NOW),
    ],
)
def test_nobody_answers_for_what_is_not_announced_or_has_begun(status: SessionStatus, starts_at: datetime) -> None:
    check_can_reply(status=SessionStatus.PUBLISHED, starts_at=NOW + timedelta(minutes=1), now=NOW)
    with pytest.raises(UnableToReply):
        check_can_reply(status=status, starts_at=starts_at, now=NOW)


@given(
    replies=st.lists(st.tuples(st.sampled_from(list(Reply)), st.integers(0, 5)), max_size=12),
    capacity=st.none() | st.integers(1, 8),
)
def test_places_are_filled_in_order_and_never_beyond_the_capacity(
    replies: list[tuple[Reply, int]], capacity: int | None
) -> None:
    answers = [Answer(number, reply, NOW + timedelta(hours=at)) for number, (reply, at) in enumerate(replies)]
    waiting = [one for one in answers if one.reply is Reply.WAITING]
    coming = sum(one.reply is Reply.COMING for one in answers)
    found = moving_up(answers, capacity)
    in_order = [one.person_id for one in sorted(waiting, key=lambda one: (one.replied_at, one.person_id))]
    assert found == in_order[: len(found)]
    assert moving_up(answers[::-1], capacity) == found
    free = len(waiting) if capacity is None else max(capacity - coming, 0)
    assert len(found) == min(free, len(waiting))
