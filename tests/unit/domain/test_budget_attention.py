from datetime import date

import pytest

from app.domain.budget import Half
from app.domain.budget_attention import Attention, Circumstances, Period, Reason, reasons, urgency
from app.domain.budget_plan import Figures, HalfForecast
from app.domain.codes import Side

NOTHING = Circumstances()


def period(today: date = date(2027, 1, 1), elapsed: int = 500) -> Period:
    return Period(date(2026, 1, 1), date(2027, 12, 31), today, elapsed)


def half(*, paid: int = 500, coming: int = 0) -> HalfForecast:
    own = Half(Side.FLEMISH, 1, 1, 7, "Gamma", 1_000, paid, 0)
    return HalfForecast(own, Figures(paid_cents=paid, to_come_cents=coming))


def kinds(halves: list[HalfForecast], known: Circumstances = NOTHING, of: Period | None = None) -> list[Attention]:
    return [one.kind for one in reasons(halves, known, of or period())]


def test_a_budget_in_step_with_the_calendar_needs_no_attention() -> None:
    assert reasons([half(), half(coming=500)], NOTHING, period()) == []


def test_the_reasons_come_in_their_order() -> None:
    known = Circumstances(claims=2, transfers=1, findings=3)
    late = period(date(2028, 6, 1), 1_000)
    assert reasons([half(coming=700), half(paid=1_000)], known, late) == [
        Reason(Attention.SHORT, "Gamma", cents=200),
        Reason(Attention.BEHIND, "Gamma", used_permille=500),
        Reason(Attention.CLAIMS, count=2),
        Reason(Attention.TRANSFER, count=1),
        Reason(Attention.NOT_SETTLED),
        Reason(Attention.YEAR_OPEN, year=2026),
        Reason(Attention.YEAR_OPEN, year=2027),
        Reason(Attention.CHECK, count=3),
    ]


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        (500, []),
        (900, [Attention.AHEAD]),
        (1_000, [Attention.AHEAD]),
        (100, [Attention.BEHIND]),
    ],
)
def test_money_and_calendar_are_compared(paid: int, expected: list[Attention]) -> None:
    assert kinds([half(paid=paid)]) == expected


@pytest.mark.parametrize(
    ("today", "closed", "years"),
    [
        (date(2027, 3, 31), (), []),
        (date(2027, 4, 1), (), [2026]),
        (date(2027, 4, 1), (2026,), []),
    ],
)
def test_a_year_is_to_be_closed_a_quarter_of_a_year_after_its_end(
    today: date, closed: tuple[int, ...], years: list[int]
) -> None:
    found = reasons([half()], Circumstances(closed_years=closed), period(today))
    assert [one.year for one in found] == years


def test_the_last_day_of_the_programme_is_not_its_end() -> None:
    assert Attention.NOT_SETTLED not in kinds([half()], of=period(date(2027, 12, 31)))
    assert Attention.NOT_SETTLED in kinds([half()], of=period(date(2028, 1, 1)))


def test_a_settled_budget_is_left_alone_unless_the_check_found_something() -> None:
    late = period(date(2030, 1, 1), 1_000)
    assert kinds([half(paid=0)], Circumstances(is_settled=True, claims=1), late) == []
    assert kinds([half(paid=0)], Circumstances(is_settled=True, findings=1), late) == [Attention.CHECK]


def test_what_needs_attention_most_comes_first() -> None:
    def place(name: str, one: HalfForecast, known: Circumstances = NOTHING) -> tuple[int, int, int, str]:
        return urgency([one], reasons([one], known, period()), name, period())

    ordered = [
        place("short", half(coming=900), Circumstances(claims=1)),
        place("also short", half(coming=900)),
        place("ahead", half(paid=900)),
        place("behind", half(paid=0)),
        place("claims", half(), Circumstances(claims=1, transfers=1)),
        place("only claims", half(), Circumstances(claims=1)),
        place("check", half(), Circumstances(findings=1)),
        place("a little apart", half(paid=600)),
        place("alfa", half()),
        place("beta", half()),
    ]
    assert sorted(ordered) == ordered
