from app.domain.codes import Side
from app.domain.errors import DomainError
from app.language.filters import filters


def test_filters_write_in_the_language_that_they_were_made_for() -> None:
    french = filters("fr")
    assert french["label"](Side.FLEMISH) == "Côté flamand"
    assert french["money"](1_750_000) == "17\u202f500\u00a0€"


def test_the_message_filter_tells_a_refusal_and_keeps_none() -> None:
    dutch = filters("nl")
    assert dutch["message"](DomainError()) == "Dit kan nu niet."
    assert dutch["message"](None) is None
