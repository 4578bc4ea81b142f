"""Slugs: names as they stand in addresses and codes."""

import re
import unicodedata

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Give ``text`` in lowercase ASCII letters, digits and single hyphens: "Sô-Ava" is ``so-ava``.

    Letters without an ASCII counterpart are left out, so the result may be empty.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_PLAIN.sub("-", plain).strip("-")
