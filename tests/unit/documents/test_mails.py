from datetime import UTC, datetime

import pytest

from app.documents.mails import Envelope, MailWords, message, with_links, without_secrets, write_mail
from app.language.catalogues import LOCALES

BASE = "https://tandem.example.org"
ENVELOPE = Envelope(7, "ada@example.org", "fr", datetime(2026, 11, 22, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_mail_is_written_in_both_forms(locale: str) -> None:
    words = write_mail("no_account", locale, {"recipient": None}, base_url=BASE)

    assert "\n" not in words.subject
    assert f"{BASE}/candidacies/new" in words.text
    assert f'<html lang="{locale}">' in words.html
    assert f"<title>{words.subject.split('<')[0][:10]}" in words.html
    assert f'href="{BASE}/candidacies/new"' in words.html


def test_names_are_escaped_in_html_only() -> None:
    values = {"recipient": {"name": "<b>Ada"}, "link": "/x", "code": "123456", "minutes": 20}
    words = write_mail("sign_in", "en", values, base_url=BASE)

    assert "Hello <b>Ada," in words.text
    assert "Hello &lt;b&gt;Ada," in words.html


def test_secrets_of_links_are_taken_out() -> None:
    text = f"Open {BASE}/sign-in/link/aB-c_9 or {BASE}/my"
    assert without_secrets(text) == f"Open {BASE}/sign-in/link/… or {BASE}/my"


def test_addresses_in_a_text_become_links() -> None:
    text = f"<b> See {BASE}/my?a=1&b=2, {BASE} and https://example.org/x."
    assert with_links(text, base_url=BASE) == (
        f'&lt;b&gt; See <a href="/my?a=1&amp;b=2">{BASE}/my?a=1&amp;b=2</a>, <a href="/">{BASE}</a> and '
        '<a href="https://example.org/x">https://example.org/x</a>.'
    )


def test_a_sender_may_be_an_address_alone() -> None:
    made = message(ENVELOPE, MailWords("Été", "Bonjour", "<p>Bonjour</p>"), sender="tandem@example.org")

    assert made["From"] == "tandem@example.org"
    assert made["Message-ID"] == "<tandem.7.1795338000@example.org>"
    assert made["Subject"] == "Été"
    assert made["Content-Language"] == "fr"


@pytest.mark.parametrize("path", ["confirmations", "reply", "attend", "polls/answer", "mails"])
def test_secrets_of_personal_links_are_taken_out(path: str) -> None:
    assert without_secrets(f"{BASE}/{path}/aB-c_9?kind=tasks") == f"{BASE}/{path}/…?kind=tasks"


def test_mail_programs_get_the_link_of_the_footer_and_none_that_somebody_wrote() -> None:
    base = "https://tandem.of-a-rather-long-name.partnerschappen.example.org"
    footer = f"Choose:\n{base}/mails/abcdefghijklmnopqrstuvwx?kind=week_before"
    words = MailWords("Markets", f"See https://evil.example.org/mails/x\n\n-- \n{footer}", "<p>Hello</p>")
    lines = message(ENVELOPE, words, sender="tandem@example.org").as_string().splitlines()
    assert f"List-Unsubscribe: <{base}/mails/abcdefghijklmnopqrstuvwx?kind=week_before>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    plain = MailWords("Markets", "See https://evil.example.org/mails/x\n\n-- \nTandem", "<p>Hello</p>")
    assert message(ENVELOPE, plain, sender="tandem@example.org")["List-Unsubscribe"] is None
