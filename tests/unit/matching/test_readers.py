"""Candidacies are given to readers evenly, never against a conflict, the same for every order."""

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.readers import Assignment, Wanted, assign

SETTINGS = settings(max_examples=60, deadline=None)


def names(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number:02d}" for number in range(count))


@st.composite
def wanted(draw: st.DrawFn, most_readers: int = 5, most_candidacies: int = 8) -> Wanted:
    readers = names("r", draw(st.integers(1, most_readers)))
    candidacies = names("c", draw(st.integers(0, most_candidacies)))
    every = list(product(readers, candidacies))
    some = st.sets(st.sampled_from(every), max_size=len(every) // 2) if every else st.just(set())
    return Wanted(
        readers,
        candidacies,
        per_candidacy=draw(st.integers(1, 3)),
        conflicts=frozenset(draw(some)),
        locked=frozenset(list(draw(some))[:4]),
        current=frozenset(draw(some)),
    )


def readers_of(found: Assignment) -> Counter[str]:
    return Counter(candidacy for _, candidacy in found.pairs)


@SETTINGS
@given(wanted())
def test_never_a_conflict_and_each_candidacy_as_many_readers_as_there_can_be(asked: Wanted) -> None:
    found = assign(asked)
    assert not asked.conflicts.intersection(found.pairs)
    assert len(set(found.pairs)) == len(found.pairs)
    locked = asked.locked - asked.conflicts
    assert locked.issubset(found.pairs)
    for one in asked.candidacies:
        able = sum((reader, one) not in asked.conflicts for reader in asked.readers)
        held = sum(candidacy == one for _, candidacy in locked)
        assert readers_of(found)[one] == max(min(able, asked.per_candidacy), held)
        assert found.lacking.get(one, 0) == max(0, asked.per_candidacy - readers_of(found)[one])
    assert found.loads == {one: sum(reader == one for reader, _ in found.pairs) for one in sorted(asked.readers)}


@SETTINGS
@given(st.integers(1, 6), st.integers(0, 14), st.integers(1, 3))
def test_without_conflicts_loads_are_within_one_of_even(readers: int, candidacies: int, each: int) -> None:
    found = assign(Wanted(names("r", readers), names("c", candidacies), per_candidacy=each))
    loads = found.loads.values()
    assert max(loads) - min(loads) <= 1
    assert sum(loads) == candidacies * min(each, readers)


@SETTINGS
@given(wanted(), st.randoms())
def test_the_order_of_input_plays_no_part(asked: Wanted, chance: random.Random) -> None:
    readers, candidacies = list(asked.readers), list(asked.candidacies)
    chance.shuffle(readers)
    chance.shuffle(candidacies)
    assert assign(replace(asked, readers=tuple(readers), candidacies=tuple(candidacies))) == assign(asked)


@SETTINGS
@given(wanted(most_readers=4, most_candidacies=4))
def test_loads_are_the_most_even_that_there_are(asked: Wanted) -> None:
    asked = replace(asked, locked=frozenset())
    found = assign(asked)
    needs = readers_of(found)
    choices = [
        list(combinations([one for one in asked.readers if (one, candidacy) not in asked.conflicts], needs[candidacy]))
        for candidacy in asked.candidacies
    ]
    every = (
        sorted(Counter(reader for chosen in picked for reader in chosen)[one] for one in asked.readers)
        for picked in product(*choices)
    )
    assert sorted(found.loads.values()) == max(every)


@SETTINGS
@given(wanted())
def test_asking_again_changes_nothing(asked: Wanted) -> None:
    found = assign(asked)
    again = assign(replace(asked, current=frozenset(found.pairs)))
    assert again.pairs == found.pairs


def test_a_reader_with_a_conflict_everywhere_leaves_the_others_even() -> None:
    readers, candidacies = names("r", 4), names("c", 7)
    conflicts = frozenset(("r00", one) for one in candidacies)
    found = assign(Wanted(readers, candidacies, per_candidacy=2, conflicts=conflicts))
    assert dict(found.loads) == {"r00": 0, "r01": 5, "r02": 5, "r03": 4}
    assert found.lacking == {}


def test_what_cannot_be_met_is_named() -> None:
    found = assign(Wanted(("r1", "r2"), ("c1", "c2"), per_candidacy=2, conflicts=frozenset({("r1", "c1")})))
    assert found.pairs == (("r1", "c2"), ("r2", "c1"), ("r2", "c2"))
    assert found.lacking == {"c1": 1}


def test_what_a_reader_has_scored_stays_even_if_it_is_one_too_many() -> None:
    locked = frozenset(product(names("r", 3), ("c00",)))
    found = assign(Wanted(names("r", 3), names("c", 2), per_candidacy=2, locked=locked))
    assert locked.issubset(found.pairs)
    assert readers_of(found) == {"c00": 3, "c01": 2}
