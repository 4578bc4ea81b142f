"""The ledger as plain text for accounting programs: hledger and beancount. Pure functions of the books.

Both files hold the postings as they are, in euro, by day; what was entered in another currency stands beside as data.
Names of accounts and codes are English and the same for every reader. ``docs/ledger-files.md`` says each account.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.books import BookedEntry, Books
from app.domain.codes import Account, Category, Currency, Side
from app.domain.money import DECIMALS, FIXED_RATES
from app.domain.postings import Move

SIDES: Final = {Side.FLEMISH: "Flemish", Side.PARTNER: "Partner"}
CATEGORIES: Final = {category: category.value.title().replace("_", "") for category in Category}
ROOTS: Final = {
    Account.PROGRAMME: ("Equity", "Programme"),
    Account.ALLOTMENT: ("Assets", "Available"),
    Account.COMMITTED: ("Assets", "Committed"),
    Account.PAID: ("Expenses", ""),
    Account.TRANSFERRED: ("Equity", "Transferred"),
    Account.RETURNED: ("Equity", "Returned"),
}
_DIRECTIONS: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_SPACES: Final = re.compile(r"\s+")
_HLEDGER: Final = str.maketrans({";": "；", "|": "｜"})
_HLEDGER_COMMENT: Final = str.maketrans({";": "；", "|": "｜", ":": "：", "[": "［", "]": "］", ",": "，"})


def account(side: Side, of: Account, category: Category | None = None) -> str:
    """Give the name of an account; what is paid has one for each category, ``Expenses:Flemish:Travel``."""
    root, leaf = ROOTS[of]
    last = CATEGORIES[category or Category.OTHER] if of is Account.PAID and category is not None else leaf
    return ":".join(part for part in (root, SIDES[side], last) if part)


def accounts(side: Side) -> list[str]:
    """Give all accounts of a side; the one of all that is paid before those of its categories."""
    plain = [account(side, one) for one in Account]
    return plain + [account(side, Account.PAID, category) for category in Category]


def balances(books: Books) -> dict[str, int]:
    """Give what every account holds in euro cents; that of all that is paid holds what its categories do."""
    found = {name: 0 for side in Side for name in accounts(side)}
    for one in books.entries:
        for move in one.moves:
            name = _name(one, move)
            found[name] += move.amount_cents
            if move.account is Account.PAID and name != account(one.side, Account.PAID):
                found[account(one.side, Account.PAID)] += move.amount_cents
    return found


def hledger_journal(books: Books) -> str:
    """Write the books as a journal of hledger, with what every account holds at the end asserted."""
    return _text(
        [
            f"; {_plain(books.name).translate(_HLEDGER_COMMENT)}",
            "decimal-mark .",
            *(f"commodity {_commodity(currency)}" for currency in Currency),
            *(f"account {name}" for side in Side for name in accounts(side)),
            "",
            *(f"P {day} EUR {rate} {currency}" for day, currency, rate in _prices(books)),
            "",
        ],
        (_hledger_entry(books, one) for one in _by_day(books)),
        _hledger_end(books),
    )


def beancount_ledger(books: Books) -> str:
    """Write the books as a ledger of beancount, with what every account holds at the end asserted to the cent."""
    first, after = _span(books)
    names = [name for side in Side for name in accounts(side)]
    closes = [f"{max(after, books.settled_on)} close {name}" for name in names] if books.settled_on else []
    return _text(
        [
            f'option "title" {_quoted(books.name)}',
            'option "operating_currency" "EUR"',
            "",
            *(f"{first} commodity {currency}" for currency in Currency),
            *(f"{first} open {name} EUR" for name in names),
            "",
            *(f"{day} price EUR {rate} {currency}" for day, currency, rate in _prices(books)),
            "",
        ],
        (_beancount_entry(books, one) for one in _by_day(books)),
        [f"{after} balance {name}  {_euros(cents)} ~ 0.00 EUR" for name, cents in balances(books).items()],
        [*closes],
    )


def reference(side: Side, number: int) -> str:
    """Give the name of an entry in the files: "flemish-12"."""
    return f"{side.value}-{number}"


def _text(head: Iterable[str], entries: Iterable[Sequence[str]], *ends: Iterable[str]) -> str:
    lines = [*head]
    for entry in entries:
        lines += [*entry, ""]
    for end in ends:
        lines += [*end]
    return "\n".join(lines).rstrip("\n") + "\n"


def _by_day(books: Books) -> list[BookedEntry]:
    return sorted(books.entries, key=lambda one: (one.day, one.id))


def _span(books: Books) -> tuple[date, date]:
    """Give the first day of anything in the books, and the day after the last."""
    days = [books.starts_on, books.ends_on, *(one.day for one in books.entries)]
    days += [one.rate_date for one in books.entries if one.rate_date is not None]
    return min(days), max(days) + timedelta(days=1)


def _name(one: BookedEntry, move: Move) -> str:
    return account(one.side, move.account, move.under.category)


def _euros(cents: int) -> str:
    return format(Decimal(cents).scaleb(-2), ".2f")


def _amount(minor: int, currency: Currency) -> str:
    return f"{format(Decimal(minor).scaleb(-DECIMALS[currency]), 'f')} {currency}"


def _commodity(currency: Currency) -> str:
    return f"1000.{'0' * DECIMALS[currency]} {currency}"


def _prices(books: Books) -> list[tuple[date, Currency, str]]:
    """Give each rate once: what one euro was worth on its day; a fixed rate from the first day on."""
    found = {
        (_span(books)[0] if one.currency in FIXED_RATES else one.rate_date or one.day, one.currency, one.rate)
        for one in books.entries
        if one.currency is not Currency.EUR
    }
    return sorted(found)


def _plain(text: str) -> str:
    """Give a text as one line of what can be seen: no control characters, none that turn the direction of writing."""
    known = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    seen = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in known)
    return _SPACES.sub(" ", "".join(one for one in seen if unicodedata.bidirectional(one) not in _DIRECTIONS)).strip()


def _quoted(text: str) -> str:
    return '"' + _plain(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _facts(one: BookedEntry) -> list[tuple[str, str | int | date]]:
    """Give what is known of an entry beside its postings, as pairs of a name and a value; amounts are ready-made."""
    pairs: list[tuple[str, str | int | date | None]] = [
        ("entry", reference(one.side, one.number)),
        ("kind", one.kind.value),
        ("category", one.category.value if one.category else None),
        ("session", one.title_en or one.title_nl or one.title_fr or None),
        ("reason", one.reason or None),
        ("corrects", reference(one.side, one.corrects) if one.corrects else None),
        ("replaces", reference(one.side, one.replaces) if one.replaces else None),
        ("commitment", reference(one.side, one.commitment) if one.commitment else None),
        ("claim", one.claim),
        ("rate-date", None if one.currency is Currency.EUR else one.rate_date),
        ("rate-source", None if one.currency is Currency.EUR else one.rate_source or None),
    ]
    return [(name, value) for name, value in pairs if value is not None]


def _beancount_entry(books: Books, one: BookedEntry) -> list[str]:
    links = [
        reference(one.side, number) for number in (one.number, one.corrects, one.replaces, one.commitment) if number
    ]
    head = f"{one.day} * {_quoted(books.government(one.side))} {_quoted(one.description)}"
    entered = (
        []
        if one.currency is Currency.EUR
        else [
            f"  original: {_amount(one.amount_minor, one.currency)}",
            f"  rate: {one.rate}",
        ]
    )
    facts = [f"  {name}: {_quoted(value) if isinstance(value, str) else value}" for name, value in _facts(one)]
    moves = [f"  {_name(one, move)}  {_euros(move.amount_cents)} EUR" for move in one.moves]
    return [" ".join([head, *(f"^{link}" for link in links)]), *facts, *entered, *moves]


def _hledger_entry(books: Books, one: BookedEntry) -> list[str]:
    said = _plain(one.description).translate(_HLEDGER)
    payee = _plain(books.government(one.side)).translate(_HLEDGER)
    entered = (
        []
        if one.currency is Currency.EUR
        else [
            f"    ; original: {_amount(one.amount_minor, one.currency)}",
            f"    ; rate: {one.rate}",
        ]
    )
    facts = [f"    ; {name}: {_plain(str(value)).translate(_HLEDGER_COMMENT)}" for name, value in _facts(one)]
    moves = [f"    {_name(one, move)}  {_euros(move.amount_cents)} EUR" for move in one.moves]
    return [f"{one.day} * ({reference(one.side, one.number)}) {payee} | {said}".rstrip(" |"), *facts, *entered, *moves]


def _hledger_end(books: Books) -> Iterator[str]:
    """Assert what every account holds: a transaction of nothing on the day after the last."""
    yield f"{_span(books)[1]} * Balances"
    for name, cents in balances(books).items():
        yield f"    {name}  0.00 EUR =* {_euros(cents)} EUR"
