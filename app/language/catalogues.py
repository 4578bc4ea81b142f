"""The catalogues: English source text in, the reader's words out."""

import io
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LOCALES = ("nl", "fr", "en")
DEFAULT = "nl"

_FOLDER = Path(__file__).resolve().parent.parent / "locales"


def N_(text: str) -> str:  # noqa: N802 – the name that gettext tools know
    """Return ``text`` itself; mark it for the catalogues, to be translated later."""
    return text


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 – as N_, for two forms
    """Return both forms themselves; mark them for the catalogues, to be translated later."""
    return singular, plural


@cache
def translations(locale: str) -> NullTranslations:
    """Return the translations into ``locale``; English and unknown locales return the source text.

    Read once per process. Has ``gettext``, ``ngettext``, ``pgettext`` and ``npgettext``, none of which fills in
    placeholders: that is done by the functions below and, in templates, by Jinja's newstyle gettext.
    """
    source = _FOLDER / locale / "LC_MESSAGES" / "tandem.po"
    if locale not in LOCALES or not source.exists():
        return NullTranslations()
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return GNUTranslations(io.BytesIO(compiled.read_bytes()))
    return GNUTranslations(_compiled(source, locale))


def _compiled(source: Path, locale: str) -> io.BytesIO:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    content = io.BytesIO()
    write_mo(content, read_po(io.BytesIO(source.read_bytes()), locale=locale))
    content.seek(0)
    return content


def gettext(locale: str, text: str, /, **params: object) -> str:
    """Return ``text`` in ``locale`` with its ``%(name)s`` filled in; a percent sign is written ``%%``."""
    return (translations(locale).gettext(text) if text else "") % params


def ngettext(locale: str, singular: str, plural: str, count: int, /, **params: object) -> str:
    """Return the form for ``count`` in ``locale``; ``%(num)s`` is the count unless ``params`` says otherwise."""
    return translations(locale).ngettext(singular, plural, count) % {"num": count, **params}


def pgettext(locale: str, context: str, text: str, /, **params: object) -> str:
    """Return ``text`` in ``locale`` where the same English word has several meanings, told apart by ``context``."""
    return translations(locale).pgettext(context, text) % params


def negotiate(accept_language: str) -> str:
    """Return the locale that a browser asks for first (RFC 9110 §12.5.4), the default when it asks for none of ours."""
    wanted = sorted(_ranges(accept_language), key=lambda pair: -pair[1])
    for tag, quality in wanted:
        language = tag.partition("-")[0]
        if quality > 0 and language in LOCALES:
            return language
    return DEFAULT


def _ranges(accept_language: str) -> Iterator[tuple[str, float]]:
    for part in accept_language.lower().split(",")[:20]:
        tag, _semicolon, weight = part.strip().partition(";q=")
        try:
            yield tag.strip(), float(weight or 1)
        except ValueError:
            continue
