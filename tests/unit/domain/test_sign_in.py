import pytest

from app.domain.sign_in import AddressInvalid, clean_address, clean_code, safe_path


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/my", "/my"),
        ("/agenda?page=2&q=a%20b", "/agenda?page=2&q=a%20b"),
        ("/zoek?q=coördinator", "/zoek?q=co%C3%B6rdinator"),
        ("", ""),
        ("my", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("\\\\evil.example", ""),
        ("/\t/evil.example", ""),
        ("/my\r\nSet-Cookie: a=b", ""),
        ("https://evil.example/my", ""),
        ("javascript:alert(1)", ""),
        ("/" + "a" * 300, ""),
    ],
)
def test_only_paths_within_tandem_are_gone_on_to(wanted: str, path: str) -> None:
    assert safe_path(wanted) == path


@pytest.mark.parametrize("typed", [" Ada@Example.org ", "ada@example.org"])
def test_an_address_is_compared_in_lower_case(typed: str) -> None:
    assert clean_address(typed) == "ada@example.org"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "a b@example.org",
        "a@b@example.org",
        "a,b@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "Ada <ada@example.org>",
        "a" * 250 + "@b.be",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressInvalid):
        clean_address(typed)


def test_a_code_may_be_grouped() -> None:
    assert clean_code(" 123 456\n") == "123456"
