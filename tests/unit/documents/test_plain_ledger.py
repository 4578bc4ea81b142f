import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.plain_ledger import account, accounts, beancount_ledger, hledger_journal
from app.domain.books import BookedEntry, Books
from app.domain.codes import Account, Category, Currency, EntryKind, Side
from app.domain.postings import Under, of_payment
from tests.factories import NOW

DAY = date(2026, 3, 1)
NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from('";|\\\n\r\t:()[]{}#^*!=@\u202e\u2028\u05d0\x00,')), max_size=40
)


def payment(number: int, text: str, **more: object) -> BookedEntry:
    moves = tuple(of_payment(100, Under(2026, Category.TRAVEL)))
    known: dict[str, object] = {
        "id": number, "number": number, "side": Side.FLEMISH, "kind": EntryKind.PAYMENT, "category": Category.TRAVEL,
        "day": DAY, "description": text, "reason": text, "currency": Currency.EUR, "amount_minor": 100, "rate": "1",
        "rate_source": "", "rate_date": None, "amount_cents": 100, "available_cents": 0, "booked_at": NOW,
        "moves": moves, "title_en": text,
    }  # fmt: skip
    return BookedEntry(**known | more)  # type: ignore[arg-type]


def books(*entries: BookedEntry, name: str = "Gamma") -> Books:
    return Books("gamma-karongi", name, "Karongi", date(2026, 1, 1), date(2027, 12, 31), entries)


@given(texts=st.lists(NASTY, max_size=6), name=NASTY)
@settings(max_examples=60, deadline=None)
def test_beancount_reads_any_text_as_one_line_and_nothing_more(texts: list[str], name: str) -> None:
    made = books(*(payment(at, text) for at, text in enumerate(texts, 1)), name=name)
    entries, errors, _options = loader.load_string(beancount_ledger(made))
    assert errors == []
    found = [one for one in entries if isinstance(one, Transaction)]
    assert [(one.date, one.meta["entry"]) for one in found] == [
        (DAY, f"flemish-{at}") for at in range(1, len(texts) + 1)
    ]
    for one, text in zip(found, texts, strict=True):
        assert "\n" not in (one.narration or "")
        letters = [sign for sign in text if sign.isalnum()]
        assert [sign for sign in one.narration or "" if sign.isalnum()] == letters


@given(texts=st.lists(NASTY, min_size=100, max_size=100))
@settings(max_examples=3, deadline=None)
def test_hledger_reads_any_text_as_one_line_and_nothing_more(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    if shutil.which("hledger") is None:
        pytest.skip("hledger is not here")
    file = tmp_path_factory.mktemp("hledger") / "budget.journal"
    made = books(*(payment(at, text, rate_source=text) for at, text in enumerate(texts, 1)), name=texts[0])
    file.write_text(hledger_journal(made), encoding="utf-8")
    assert _hledger("check", "--strict", file=file) == ""
    codes = [line for line in _hledger("codes", file=file).splitlines() if line]
    assert codes == [f"flemish-{at}" for at in range(1, len(texts) + 1)]


def _hledger(*what: str, file: Path) -> str:
    done = subprocess.run(
        ["hledger", *what, "-f", file],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C.UTF-8"},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_directions_of_writing_are_not_turned_and_letters_stay() -> None:
    text = beancount_ledger(books(payment(1, "שלום \u202eabc\u202c السلام")))
    assert '"שלום abc السلام"' in text
    journal = hledger_journal(books(payment(1, "a;b|c")))
    assert "2026-03-01 * (flemish-1) Gamma | a；b｜c\n" in journal


def test_every_account_has_a_name_of_its_own() -> None:
    names = [name for side in Side for name in accounts(side)]
    assert len(set(names)) == len(names) == 2 * (len(Account) + len(Category))
    assert account(Side.PARTNER, Account.PAID, Category.VISA_INSURANCE) == "Expenses:Partner:VisaInsurance"
    assert account(Side.FLEMISH, Account.COMMITTED, Category.STAY) == "Assets:Flemish:Committed"


def test_ten_thousand_entries_are_written() -> None:
    made = books(*(payment(at, f"Train {at}") for at in range(1, 10_001)))
    assert beancount_ledger(made).count(" * ") == 10_000
    assert hledger_journal(made).count(" * ") == 10_001
