"""Forms filled in by a machine: as their pages ask, nearly so, and in every way in which nobody should.

A stream of inputs hangs on its seed alone: the same seed gives the same inputs, whatever was answered.
"""

import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import quote_plus

from hypothesis import HealthCheck, settings

from tests.integration.found_forms import FoundForm
from tests.sample_files import SAMPLES

Value = str | tuple[str, bytes]
"""What a field of a form holds: text, or the name of a file and its content."""
Pairs = list[tuple[str, Value]]

EXAMPLES = int(os.environ.get("TANDEM_EXAMPLES", "8"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
ODD = (
    "",
    "\x00",
    "a\x00b",
    "\u202eevil.pdf",
    '=HYPERLINK("http://x")',
    "+1-2@SUM(A1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "' OR 1=1 --",
    "%s%(name)s{0}",
    "../../etc/passwd",
    "//evil.example",
    "https://evil.example/",
    "\ud7ff\U0010ffff\u200b\ufeff",
    "مرحبا עולם",
    "🏳️‍🌈 e\u0301",
    "9" * 400,
    "-1",
    "0",
    "1e309",
    "NaN",
    "0x10",
    "٣",
    "1,5",
    "2147483648",
    "9223372036854775808",
    "99999999999999999999",
    "2027-02-30",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "31/12/2026",
    "25:61",
    "24:00",
    "true",
    "null",
    "[]",
    '{"a": 1}',
    " \r\n\t ",
    "a\r\nSet-Cookie: b=c",
    "\x1b[31m\x07\x7f\x85\u2028\u2029",
    "ı".upper() + "ẞßﬁ",
    "a@" + "b" * 300 + ".example",
    '"a b"@example.org',
    "x" * 300,
    "x" * 2_001,
    "x" * 20_001,
    "woord " * 4_000,
)
# One letter of many scripts, what has no width or turns the line around, what stands on top, and what is no character.
LETTERS = (
    "abc XYZ 0123456789 .,;:!?'\"&<>/\\=+-_@#%()[]{}|~^`$*"
    "éèêëïôçñøåßœ ŁłŻżİıĞğ ΑαΩω Жжй אבג عربي हिन्दी ไทย 中文字 かなカナ 한글 ꦗꦮ ⵣⴰ ጀማ"
    "\u0301\u0308\u20dd\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\u00a0\u00ad\u2028"
    "🎉👩‍👩‍👧‍👦🇷🇼🇧🇯🏽\U000e0041\ue000\uffff\ufdd0\U0001d54f\x01\x08\x0b\x1f\x7f\x85\t\n\r"
)
WORDS = ("Samen", "leren", "wij", "van", "water", "afval", "kinderen", "Kigali", "Cotonou", "beleid", "doelen", "jaar")
NAMES = (
    "a.pdf",
    "Besluit raad.docx",
    "../../etc/passwd",
    "",
    "a" * 300 + ".png",
    "\u202efdp.exe",
    'a"; b="c.csv',
)
UNKNOWN = (
    "id",
    "person_id",
    "is_staff",
    "__class__",
    "role",
    "version",
    "a[b]",
    "ключ",
    "",
    "form_key",
    "state",
    "next",
)
ELSEWHERE = (
    *("0", "1", "2", "3", "7", "-1", "2147483648", "9" * 20, "SDG-DEM001", "SDG-DEM003"),
    *("%00", "%F0%9F", "é", "..", "a" * 300),
)
TABLE = "Naam;E-mail;Bestuur;Reden\nAda;ada@example.org;Leuven;Water\n"


@dataclass(frozen=True)
class Sent:
    """One request with a form: who sends it, where to, and its body; ``as_stranger`` if they have no right to."""

    person: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    as_stranger: bool = False


def generate(forms: Sequence[FoundForm], strangers: Sequence[str], seed: str) -> Iterator[Sent]:
    """Fill in one of ``forms`` again and again, now and then as one of ``strangers``."""
    chance = random.Random(seed)  # noqa: S311 - nothing is secret here
    while True:
        form = chance.choice(forms)
        sent = _encoded(chance, form, _filled_in(chance, form))
        share = chance.random()
        if share < 0.04:
            sent = replace(sent, path=_elsewhere(chance, sent.path))
        elif strangers and share < 0.14:
            sent = replace(sent, person=chance.choice(strangers), as_stranger=True)
        yield sent


def _filled_in(chance: random.Random, form: FoundForm) -> Pairs:
    """Fill in a form: as asked, with a few fields gone wrong, with anything anywhere, or as no page does."""
    ways: tuple[Callable[[random.Random, FoundForm], Pairs], ...] = (
        _as_asked,
        _with_faults,
        _with_anything,
        _misshapen,
    )
    return chance.choices(ways, weights=(15, 50, 25, 10))[0](chance, form)


def _as_asked(chance: random.Random, form: FoundForm) -> Pairs:
    return [pair for name in form.fields for pair in _plausible(chance, form, name)]


def _with_faults(chance: random.Random, form: FoundForm) -> Pairs:
    wrong = set(chance.sample(list(form.fields), min(len(form.fields), chance.randint(1, 3))))
    return [
        pair
        for name in form.fields
        for pair in (_anything(chance, form, name) if name in wrong else _plausible(chance, form, name))
    ]


def _with_anything(chance: random.Random, form: FoundForm) -> Pairs:
    return [pair for name in form.fields for pair in _anything(chance, form, name)]


def _misshapen(chance: random.Random, form: FoundForm) -> Pairs:
    """Leave fields out, send them twice and in another order, and send what the form does not have."""
    pairs = _with_faults(chance, form)
    pairs += chance.sample(pairs, min(len(pairs), chance.randint(0, 3)))
    pairs += [(chance.choice(UNKNOWN), _odd_text(chance)) for _ in range(chance.choice((0, 1, 3)))]
    pairs += [(chance.choice(UNKNOWN), "1")] * chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 700))
    chance.shuffle(pairs)
    return pairs[chance.choice((0, 0, 1, 2)) :]


def _plausible(chance: random.Random, form: FoundForm, name: str) -> Pairs:
    """Fill in one field as its page asks."""
    kind, values = form.kinds.get(name, "text"), form.fields[name]
    if kind in ("checkbox", "button", "submit"):
        return [(name, value) for value in values if value and chance.random() < 0.5]
    if kind in ("hidden", "radio", "select"):
        return [(name, chance.choice(values or ("",)))]
    if kind == "file":
        return [(name, (chance.choice(NAMES[:2]), _right_file(chance)))]
    kept = [value for value in values if value]
    return [(name, chance.choice(kept) if kept and chance.random() < 0.4 else _typed(chance, kind))]


def _typed(chance: random.Random, kind: str) -> str:
    """Write what somebody may well write in a field of this kind."""
    day = date(2026, 11, 1) + timedelta(days=chance.randrange(900))
    makers: dict[str, Callable[[], str]] = {
        "date": day.isoformat,
        "time": lambda: f"{chance.randrange(24):02}:{chance.randrange(60):02}",
        "number": lambda: str(chance.randint(0, 12)),
        "email": lambda: f"{chance.choice(WORDS).lower()}{chance.randrange(10**6)}@example.org",
        "url": lambda: f"https://example.org/{chance.randrange(10**6)}",
    }
    words = lambda: " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))  # noqa: E731 - one more maker
    guesses = (words, words, words, *makers.values())
    return makers[kind]() if kind in makers else chance.choice(guesses)()


def _anything(chance: random.Random, form: FoundForm, name: str) -> Pairs:
    """Fill in one field with anything: one thing, several, or nothing; a file where text belongs, and the contrary."""
    if form.kinds.get(name) == "file" and chance.random() < 0.9:
        return [(name, _any_file(chance)) for _ in range(chance.choice((1, 1, 1, 2, 6)))]
    how_many = chance.choices((0, 1, 2, 3), weights=(10, 75, 10, 5))[0]
    return [(name, _odd_text(chance, form.fields[name])) for _ in range(how_many)]


def _odd_text(chance: random.Random, shown: Sequence[str] = ()) -> str:
    """Write what no field asks for, or what some other does: odd values, any characters, numbers, other records.

    Now and then it is what the page itself showed.
    """
    makers: tuple[Callable[[], str], ...] = (
        lambda: chance.choice(ODD),
        lambda: chance.choice(ODD) + chance.choice(ODD),
        lambda: "".join(chance.choices(LETTERS, k=chance.randint(1, 60))),
        lambda: "".join(map(_character, (chance.random() for _ in range(chance.randint(1, 20))))),
        lambda: str(chance.randint(-5, 3000)),
        lambda: _typed(chance, ""),
        lambda: f"SDG-DEM{chance.randint(1, 20):03}",
        lambda: chance.choice(shown or ("",)),
    )
    return chance.choices(makers, weights=(25, 5, 20, 10, 15, 10, 5, 10))[0]()


def _character(share: float) -> str:
    """Give any character of Unicode but halves of one, which no form can send."""
    number = int(share**4 * 0x110000)
    return "\ufffd" if 0xD800 <= number <= 0xDFFF else chr(number)


def _right_file(chance: random.Random) -> bytes:
    kind = chance.choice(sorted(SAMPLES))
    return _table(chance).encode() if chance.random() < 0.3 else SAMPLES[kind]


def _any_file(chance: random.Random) -> tuple[str, bytes]:
    """Make a file: right, cut off, with bytes turned over, empty, of another kind, or a table with odd cells."""
    content = _right_file(chance)
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: content,
        lambda: content[: chance.randrange(len(content) + 1)],
        lambda: _turned_over(chance, content),
        lambda: chance.randbytes(chance.choice((0, 1, 100, 5_000))),
        lambda: _table(chance).encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace"),
        lambda: content + chance.randbytes(50),
    )
    return chance.choice((*NAMES, f"{chance.choice(WORDS)}{chance.randrange(10**6)}.xlsx")), chance.choice(makers)()


def _turned_over(chance: random.Random, content: bytes) -> bytes:
    turned = bytearray(content or b" ")
    for _ in range(chance.randint(1, 8)):
        turned[chance.randrange(len(turned))] = chance.randrange(256)
    return bytes(turned)


def _table(chance: random.Random) -> str:
    """Write a table as text: the head, and rows with cells of every sort, some too few or too many."""
    mark = chance.choice((";", ",", "\t"))
    rows = [mark.join(_cell(chance) for _ in range(chance.randint(1, 6))) for _ in range(chance.randint(0, 8))]
    return (TABLE.replace(";", mark) if chance.random() < 0.8 else "") + chance.choice(("\n", "\r\n", "\r")).join(rows)


def _cell(chance: random.Random) -> str:
    return f'"{_odd_text(chance)[:500]}"' if chance.random() < 0.5 else _typed(chance, "")


def _elsewhere(chance: random.Random, path: str) -> str:
    """Put the number or name of another record in an address, one that is there or one that cannot be."""
    parts = path.split("/")
    places = [number for number, part in enumerate(parts) if re.search(r"\d", part)] or [len(parts) - 1]
    parts[chance.choice(places)] = chance.choice(ELSEWHERE)
    return "/".join(parts)


def _encoded(chance: random.Random, form: FoundForm, pairs: Pairs) -> Sent:
    """Write a form as the body of a request: as its page would, and now and then otherwise."""
    in_parts = "file" in form.kinds.values()
    if chance.random() < 0.04:
        in_parts = not in_parts
    kind, body = _in_parts(pairs) if in_parts else (FORM, _in_one_line(pairs))
    if chance.random() < 0.03:
        kind, body = _broken(chance, kind, body)
    headers = (("content-type", kind), *chance.choice(((), (), (), (), HTMX)))
    return Sent(form.person, form.action, headers, body)


FORM = "application/x-www-form-urlencoded"
HTMX = (("hx-request", "true"), ("hx-target", "div#results"))


def _in_one_line(pairs: Pairs) -> bytes:
    """Encode pairs as browsers do; of a file they send the name."""
    return "&".join(f"{quote_plus(name)}={quote_plus(_text(value))}" for name, value in pairs).encode()


def _text(value: Value) -> str:
    return value if isinstance(value, str) else value[0]


def _in_parts(pairs: Pairs) -> tuple[str, bytes]:
    """Encode pairs in parts, as forms with files are sent."""
    body = b"".join(_part(name, value) for name, value in pairs) + b"--TheEdge--\r\n"
    return "multipart/form-data; boundary=TheEdge", body


def _part(name: str, value: Value) -> bytes:
    quoted = _quoted(name)
    if isinstance(value, str):
        return f'--TheEdge\r\nContent-Disposition: form-data; name="{quoted}"\r\n\r\n{value}\r\n'.encode()
    head = f'--TheEdge\r\nContent-Disposition: form-data; name="{quoted}"; filename="{_quoted(value[0])}"\r\n'
    return f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + value[1] + b"\r\n"


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _broken(chance: random.Random, kind: str, body: bytes) -> tuple[str, bytes]:
    """Break a body: cut it, turn bytes over, or say that it is something else."""
    return chance.choice(
        (
            (kind, body[: chance.randrange(len(body) + 1)]),
            (kind, _turned_over(chance, body)),
            (kind, body + b"&%zz=%ff%fe&%E0%A4=%00"),
            (f"{kind}; charset=utf-16", body),
            ("application/json", b'{"a": ' + str(chance.random()).encode() + b"}"),
            ("text/plain", body),
            ("multipart/form-data", body),
            ("", body),
        )
    )
