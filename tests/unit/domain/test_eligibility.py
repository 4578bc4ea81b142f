"""Which tracks can be chosen."""

import pytest

from app.domain import eligibility


@pytest.mark.parametrize(
    ("is_open", "places", "taken", "why"),
    [
        (True, 1, 0, None),
        (True, 2, 1, None),
        (True, 1, 1, "track_full"),
        (True, 0, 0, "track_full"),
        (False, 1, 0, "track_closed"),
        (False, 0, 0, "track_closed"),
    ],
)
def test_a_track_is_chosen_while_it_is_open_and_has_places_left(
    is_open: bool, places: int, taken: int, why: str | None
) -> None:
    assert eligibility.why_not(is_open=is_open, places=places, taken=taken) == why


def test_what_was_chosen_before_it_closed_is_named() -> None:
    eligibility.check_tracks(["rwanda"], {"benin": "Benin"})
    eligibility.check_tracks([], {"benin": "Benin"})
    with pytest.raises(eligibility.TracksNotOpen) as refusal:
        eligibility.check_tracks(["benin", "rwanda"], {"benin": "Benin"})
    assert refusal.value.params == {"tracks": ("Benin",)}
