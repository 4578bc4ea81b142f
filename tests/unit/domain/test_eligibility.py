"""Which tracks can be chosen."""

import pytest

from app.domain import eligibility


@pytest.mark.parametrize(
    ("is_open", "places", "why"),
    [(True, 1, None), (True, 0, "track_full"), (False, 1, "track_closed"), (False, 0, "track_closed")],
)
def test_a_track_is_chosen_while_it_is_open_and_has_places(is_open: bool, places: int, why: str | None) -> None:
    assert eligibility.why_not(is_open=is_open, places=places) == why


def test_what_was_chosen_before_it_closed_is_named() -> None:
    eligibility.check_tracks(["rwanda"], {"benin": "Benin"})
    eligibility.check_tracks([], {"benin": "Benin"})
    with pytest.raises(eligibility.TracksNotOpen) as refusal:
        eligibility.check_tracks(["benin", "rwanda"], {"benin": "Benin"})
    assert refusal.value.params == {"tracks": ("Benin",)}
