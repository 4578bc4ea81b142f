"""The second person who confirms."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.confirmation import (
    LIFETIME,
    ConfirmationEnded,
    ConfirmationNeeded,
    Moments,
    NoteMissing,
    SamePerson,
    Standing,
    check_confirmed,
    check_may_confirm,
    check_note,
    check_open,
    check_second_person,
    digest,
    mailbox,
    standing,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelling",
    [
        "ada@example.org",
        " Ada@Example.ORG ",
        "ada+council@example.org",
        "ADA+x+y@example.org",
        "\uff41da@example.org",
        "a\u200bda@example.org",
        "ada@e\u00adxample.org",
    ],
)
def test_another_spelling_is_the_same_mailbox(spelling: str) -> None:
    assert mailbox(spelling) == "ada@example.org"
    with pytest.raises(SamePerson):
        check_second_person("ada@example.org", spelling)


def test_a_domain_is_compared_in_its_ascii_form() -> None:
    assert mailbox("ada@e\u0301xample.org") == mailbox("ada@\u00e9xample.org") == mailbox("ada@xn--xample-9ua.org")


def test_a_domain_that_has_no_ascii_form_is_compared_as_it_is() -> None:
    assert mailbox("ada@" + "x" * 70 + ".org") == "ada@" + "x" * 70 + ".org"


@pytest.mark.parametrize("other", ["bea@example.org", "ada@example.com", "a.da@example.org"])
def test_another_mailbox_is_another_person(other: str) -> None:
    check_second_person("ada@example.org", other)


@given(local=st.from_regex(r"[a-z]{1,8}", fullmatch=True), tag=st.from_regex(r"[a-z+]{0,8}", fullmatch=True))
def test_no_tag_and_no_case_makes_a_second_person(local: str, tag: str) -> None:
    assert mailbox(f"{local}+{tag}@example.org") == mailbox(f"{local.upper()}@EXAMPLE.org")


def test_who_is_signed_in_as_the_asker_does_not_confirm() -> None:
    asked = {"asked_by": 1, "asker": "ada@example.org", "confirmer": "bea@example.org"}
    check_may_confirm(**asked)  # type: ignore[arg-type]
    check_may_confirm(**asked, reader_id=2, reader="bea@example.org")  # type: ignore[arg-type]
    with pytest.raises(SamePerson):
        check_may_confirm(**asked, reader_id=1, reader="new@example.org")  # type: ignore[arg-type]
    with pytest.raises(SamePerson):
        check_may_confirm(**asked, reader_id=2, reader="Ada+two@example.org")  # type: ignore[arg-type]
    with pytest.raises(SamePerson):
        check_may_confirm(asked_by=1, asker="ada@example.org", confirmer="ADA@example.org")


def test_a_confirmation_is_open_for_thirty_days() -> None:
    asked = Moments(asked_at=NOW)
    assert standing(asked, NOW) is Standing.OPEN
    assert standing(asked, NOW + LIFETIME - timedelta(seconds=1)) is Standing.OPEN
    assert standing(asked, NOW + LIFETIME) is Standing.EXPIRED
    check_open(asked, NOW)
    with pytest.raises(ConfirmationEnded):
        check_open(asked, NOW + LIFETIME)


@pytest.mark.parametrize("ended", [Standing.CONFIRMED, Standing.DECLINED, Standing.CANCELLED])
def test_what_ended_stays_so(ended: Standing) -> None:
    moments = Moments(asked_at=NOW, **{f"{ended.value}_at": NOW + timedelta(days=1)})
    assert standing(moments, NOW + 2 * LIFETIME) is ended
    with pytest.raises(ConfirmationEnded):
        check_open(moments, NOW)


def test_nobody_submits_alone_where_two_are_needed() -> None:
    check_confirmed("", needed=False)
    check_confirmed("Alderman", needed=True)
    with pytest.raises(ConfirmationNeeded):
        check_confirmed("", needed=True)


def test_who_declines_says_why() -> None:
    check_note("The figures are of last year.")
    with pytest.raises(NoteMissing):
        check_note(" \n ")


def test_the_digest_tells_every_change_apart() -> None:
    answers = {"motivation": {"exchange": "In turn.", "openness": ""}}
    same = digest(answers, form_version=1, files=[2, 1])
    assert same == digest({"motivation": {"openness": "", "exchange": "In turn."}}, form_version=1, files=(1, 2))
    assert same == digest({**answers, "theme": {"tracks": []}}, form_version=1, files=[1, 2])
    others = [
        digest({"motivation": {"exchange": "In turn", "openness": ""}}, form_version=1, files=[1, 2]),
        digest(answers, form_version=2, files=[1, 2]),
        digest(answers, form_version=1, files=[1]),
        digest({"theme": answers["motivation"]}, form_version=1, files=[1, 2]),
    ]
    assert len({same, *others}) == 5
