"""The faults of problem and solution files in sentences, in English: for a command line and a log."""

from collections.abc import Mapping
from typing import Final

SHOWN: Final = 60
"""So many signs of an id are shown; what a file calls its ids may be long and strange."""

SENTENCES: Final[Mapping[str, str]] = {
    "empty": "is empty",
    "not_utf8": "is not UTF-8 (byte {byte})",
    "not_json": "is not JSON: line {line}, column {column}: {reason}",
    "too_deep": "is nested too deeply",
    "format_unknown": "must be {expected}",
    "wrong_type": "must be {expected}",
    "wrong_shape": "must have {expected} items, not {found}",
    "unknown_field": "has a field {field} that the format does not know",
    "missing_field": "lacks the field {field}",
    "repeated_field": "has the field {field} twice",
    "not_whole": "must be a whole number, without a fraction",
    "not_text": "has half a character (a lone surrogate)",
    "not_sha256": "must be 64 signs from 0 to 9 and a to f",
    "out_of_range": "must be from {min} to {max}",
    "negative": "must not be below 0",
    "min_above_max": "asks for at least {min} and at most {max}",
    "objective_unknown": "must be total or weakest-first, not {objective}",
    "duplicate_id": "has the id {id}, which is there already",
    "duplicate_group": "names the group {group} twice",
    "duplicate_pair": "names {left} with {right}, which is there already",
    "unknown_id": "names {id}, which is not on that side",
    "unknown_group": "names the group {group}, which is not in groups",
    "group_on_both_sides": "is the group {group}, which has members on both sides",
    "groups_cross": "{first} and {second} overlap, and neither lies inside the other",
    "points_or_pairs": "must be there, or pairs in its place; not both",
    "not_with_pairs": "goes with points; with pairs it belongs to each pair",
    "points_too_large": "has numbers up to {points}, too large to be added up exactly",
    "lock_vetoed": "locks {left} with {right}, which is vetoed too",
    "lock_not_allowed": "locks {left} with {right}, which is not allowed",
    "empty_name": "must have a name",
    "cell_not_whole": "must be a whole number or empty, not {cell}",
    "beyond_header": "stands in a column without a name",
    "not_csv": "is not CSV: {reason}",
    "too_many_pairs": "must have at most {most} allowed pairs, not {found}",
    "takes_too_long": "takes more than {seconds} seconds or {megabytes} MB: use tandem match on a machine of your own",
}
_NOUNS: Final = {"object": "an object", "list": "a list"}


def sentence(place: str, fault: str, params: Mapping[str, object]) -> str:
    """Return what is wrong and where, in a line; a fault without words of its own is named by its code."""
    words = {name: shown(value) for name, value in params.items()}
    return f"{place}: {SENTENCES.get(fault, fault).format_map(words)}"


def shown(value: object) -> str:
    """Return a value as it may stand in a line: short, and with no sign that moves the rest of the line."""
    text = _NOUNS.get(str(value), str(value))
    if len(text) > SHOWN:
        text = f"{text[:SHOWN]}…"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
