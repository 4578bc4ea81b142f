"""Pairings beside each other: nobody lost, nobody twice, and what differs is marked."""

from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.pairing import BoardSettings, Mark, Pairing
from app.domain.pairing_comparison import (
    Beside,
    Loss,
    MarkChange,
    RuleChange,
    beside,
    loss,
    mark_changes,
    next_marks,
    rule_changes,
    same_weights,
)
from app.domain.programme import PairingRules

CODES = st.sampled_from(["alfa", "beta", "delta", "omega", "sigma"])
PARTNERS = st.sampled_from(["karongi", "nyanza", "nikki"])
PAIRINGS = st.dictionaries(CODES, PARTNERS).map(lambda pairs: tuple(pairs.items()))
FIRST = (("alfa", "karongi"), ("beta", "nyanza"))
SECOND = (("delta", "nyanza"), ("alfa", "karongi"))


def test_pairings_stand_beside_each_other_in_the_order_that_is_given() -> None:
    assert beside([FIRST, SECOND], ["omega", "delta", "alfa", "beta"]) == (
        Beside("delta", (None, "nyanza")),
        Beside("alfa", ("karongi", "karongi")),
        Beside("beta", ("nyanza", None)),
    )


def test_whom_the_order_lacks_comes_after_it_by_code() -> None:
    assert [row.candidate for row in beside([FIRST, SECOND], ["delta"])] == ["delta", "alfa", "beta"]


def test_what_differs_from_the_first_is_marked() -> None:
    third = (("alfa", "nyanza"),)
    marked = {row.candidate: row.differs for row in beside([FIRST, SECOND, third], [])}
    assert marked == {"alfa": (False, False, True), "beta": (False, True, True), "delta": (False, True, False)}


@given(st.lists(PAIRINGS, min_size=1, max_size=4), st.lists(CODES))
def test_every_pair_stands_in_its_column_and_nobody_twice(
    pairings: list[tuple[tuple[str, str], ...]], order: list[str]
) -> None:
    rows = beside(pairings, order)
    assert len({row.candidate for row in rows}) == len(rows)
    for column, pairs in enumerate(pairings):
        shown = {row.candidate: row.partners[column] for row in rows if row.partners[column] is not None}
        assert shown == dict(pairs)
    assert all(any(row.partners) and row.differs[0] is False for row in rows)


def test_a_loss_counts_points_pairs_and_the_weakest() -> None:
    before, after = Pairing(FIRST, 12_000, 5_000), Pairing(SECOND[:1], 7_000, 7_000)
    assert loss(before, after) == Loss(5_000, 1, -2_000)
    assert loss(after, before) == Loss(-5_000, -1, 2_000)


def test_without_a_pair_there_is_no_weakest_to_compare() -> None:
    assert loss(Pairing(FIRST, 12_000, 5_000), Pairing((), 0, None)) == Loss(12_000, 2, None)
    assert loss(Pairing((), 0, None), Pairing((), 0, None)) == Loss(0, 0, None)


def test_rules_that_differ_are_named_in_order() -> None:
    other = replace(PairingRules(), wishes=20, theme=20, province_limit=0)
    assert rule_changes(PairingRules(), PairingRules()) == ()
    assert rule_changes(PairingRules(), other) == (
        RuleChange("theme", 25, 20),
        RuleChange("wishes", 15, 20),
        RuleChange("province_limit", 2, 0),
    )


def test_a_limit_gives_no_points_and_every_weight_does() -> None:
    rules = PairingRules()
    assert same_weights(rules, replace(rules, province_limit=0))
    for name in asdict(rules).keys() - {"province_limit"}:
        assert not same_weights(rules, replace(rules, **{name: 1})), name


def test_marks_that_differ_are_told_and_equal_ones_are_not() -> None:
    both = BoardSettings().marked(("alfa", "karongi"), Mark.LOCK)
    first = both.marked(("beta", "nyanza"), Mark.LOCK).marked(("delta", "nikki"), Mark.VETO)
    second = both.marked(("beta", "nyanza"), Mark.VETO)
    assert mark_changes(first, second) == (
        MarkChange(("beta", "nyanza"), Mark.LOCK, Mark.VETO),
        MarkChange(("delta", "nikki"), Mark.VETO, None),
    )
    assert mark_changes(second, first)[1] == MarkChange(("delta", "nikki"), None, Mark.VETO)
    assert mark_changes(both, both) == ()


def test_pairs_that_lack_are_locked_before_those_that_are_too_many_are_excluded() -> None:
    assert next_marks(FIRST, SECOND) == {("delta", "nyanza"): Mark.LOCK}
    assert next_marks(FIRST, FIRST[:1]) == {("beta", "nyanza"): Mark.VETO}
    assert next_marks(FIRST, tuple(reversed(FIRST))) == {}
