import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.slugs import slug


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Sô-Ava", "so-ava"),
        ("N'Dali", "n-dali"),
        (" Péhunco ", "pehunco"),
        ("Burger & bestuur 2027", "burger-bestuur-2027"),
        ("日本", ""),
    ],
)
def test_a_slug_is_plain_ascii(text: str, plain: str) -> None:
    assert slug(text) == plain


@given(st.text())
def test_a_slug_is_its_own_slug(text: str) -> None:
    assert slug(slug(text)) == slug(text)
