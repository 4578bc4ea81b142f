"""JSON as it is read and written here: strictly, each fault with its place, the same bytes for the same value."""

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii
from math import inf
from typing import Final, TypeVar

T = TypeVar("T")
Json = dict[str, object]

DIGITS: Final = 4_000
"""Python reads no longer numbers; what is longer is refused as no whole number."""
_BROKEN_INTO_LINES: Final = 2


class Misread(Exception):
    """A value is not what its place asks for: ``fault`` is a code, ``params`` what its sentence needs."""

    def __init__(self, fault: str, **params: object) -> None:
        super().__init__(fault)
        self.fault = fault
        self.params = params
        self._path: list[str | int] = []

    def within(self, step: str | int) -> "Misread":
        """Return the same fault, one step further from its place: in a field, or in an item of a list."""
        self._path.append(step)
        return self

    def place(self, whole: str) -> str:
        """Return where it is, as in ``points[3][7]``; ``whole`` is the name of all that was read."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in reversed(self._path)]
        return "".join(steps).removeprefix(".") or whole


class _Repeated(dict[str, object]):
    """An object in which a name stood twice; ``name`` is the first of those."""

    name = ""


def json_value(content: bytes) -> object:
    """Read a file as JSON; a byte order mark at its start is passed over.

    A name that stands twice in an object is refused where the object is looked at, with its place; so are ``NaN`` and
    numbers of thousands of digits.

    :raises Misread: it is empty, no UTF-8, no JSON, or nested too deeply.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Misread("not_utf8", byte=fault.start) from fault
    if not text.strip():
        raise Misread("empty")
    try:
        return _parsed(text)
    except json.JSONDecodeError as fault:
        raise Misread("not_json", reason=fault.msg, line=fault.lineno, column=fault.colno) from fault
    except RecursionError as fault:
        raise Misread("too_deep") from fault


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError:
        raise
    except ValueError:  # from int(): a number of thousands of digits; once more, so that its place can be named
        return json.loads(text, object_pairs_hook=_object, parse_int=_number)


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS else inf


def _object(pairs: list[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    repeated = _Repeated(found)
    repeated.name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return repeated


def json_bytes(value: Json) -> bytes:
    """Write an object as a file: its parts on lines of their own, in ASCII, with a newline at the end."""
    return (_laid_out(value, 0) + "\n").encode("ascii")


def _laid_out(value: object, depth: int) -> str:
    """Write the outer levels with a line for each part, the inner ones on one line."""
    if depth == _BROKEN_INTO_LINES or not isinstance(value, dict | list) or not _has_parts_with_parts(value):
        return json.dumps(value)
    if isinstance(value, dict):
        parts = [f"{encode_basestring_ascii(name)}: {_laid_out(part, depth + 1)}" for name, part in value.items()]
    else:
        parts = [_laid_out(part, depth + 1) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    indent = "\n" + "  " * (depth + 1)
    return f"{opening}{indent}{f',{indent}'.join(parts)}{indent[:-2]}{closing}"


def _has_parts_with_parts(value: Json | list[object]) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return any(isinstance(part, dict | list) for part in parts)


def read_fields(value: object, allowed: frozenset[str], required: frozenset[str] = frozenset()) -> Json:
    """Return an object's fields; refuse what is no object, an unknown or repeated field, and one that is missing."""
    found = read_object(value)
    if not found.keys() <= allowed:
        raise Misread("unknown_field", field=next(name for name in found if name not in allowed))
    if not required <= found.keys():
        raise Misread("missing_field", field=min(required - found.keys()))
    return found


def read_object(value: object) -> Json:
    """Return an object, whatever its fields are."""
    if not isinstance(value, dict):
        raise Misread("wrong_type", expected="object")
    if isinstance(value, _Repeated):
        raise Misread("repeated_field", field=value.name)
    return value


def field(found: Json, name: str, read: Callable[[object], T]) -> T:
    """Read a field that is there."""
    try:
        return read(found[name])
    except Misread as fault:
        raise fault.within(name) from None


def field_or(found: Json, name: str, read: Callable[[object], T], default: T) -> T:
    """Read a field, or give what it is where it is left out."""
    return field(found, name, read) if name in found else default


def read_list(value: object, read: Callable[[object], T]) -> tuple[T, ...]:
    """Read each item of a list."""
    if not isinstance(value, list):
        raise Misread("wrong_type", expected="list")
    items: list[T] = []
    try:
        for item in value:
            items.append(read(item))  # noqa: PERF401 - the place of a fault is the number of those read before
    except Misread as fault:
        raise fault.within(len(items)) from None
    return tuple(items)


def list_of(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """Return the reader of a list from that of its items."""
    return lambda value: read_list(value, read)


def read_mapping(value: object, read: Callable[[object], T]) -> Mapping[str, T]:
    """Read each value of an object whose names are ids."""
    found = read_object(value)
    return {read_text(name): field(found, name, read) for name in found}


def read_text(value: object) -> str:
    """Read text; half a character (a lone surrogate) is none."""
    if not isinstance(value, str):
        raise Misread("wrong_type", expected="text")
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Misread("not_text")
    return value


def read_whole(value: object) -> int:
    """Read a whole number, written as one: neither 1.0 nor true."""
    if type(value) is not int:
        raise Misread("not_whole")
    return value


def read_whole_or_none(value: object) -> int | None:
    """Read a whole number, or null."""
    return None if value is None else read_whole(value)


def read_flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Misread("wrong_type", expected="true or false")
    return value


def read_pair(value: object) -> tuple[str, str]:
    """Read a list of a left id and a right id."""
    ids = read_list(value, read_text)
    if len(ids) != 2:
        raise Misread("wrong_shape", expected=2, found=len(ids))
    return ids[0], ids[1]
