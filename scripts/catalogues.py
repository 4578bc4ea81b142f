"""Keep the translation catalogues of Tandem.

English is the language of the sources; ``app/locales/{nl,fr}/LC_MESSAGES/tandem.po`` hold the others.

    scripts/catalogues.py update            bring the catalogues in line with the sources
    scripts/catalogues.py check             exit 1, with a list, unless they are in line and complete
    scripts/catalogues.py compile           write the .mo files (not kept in git)
    scripts/catalogues.py missing [--json]  list what lacks a translation; as JSON, ready to be filled in
    scripts/catalogues.py fill FILE.json    update, then set these translations, then compile

The JSON of ``fill``; a plural has its forms in the order of the catalogue, a context stands before a bar:

    {
      "Submit": {"nl": "Indienen", "fr": "Soumettre"},
      "%(num)s day": {"nl": ["%(num)s dag", "%(num)s dagen"], "fr": ["%(num)s jour", "%(num)s jours"]},
      "month|May": {"nl": "mei", "fr": "mai"}
    }

Marked strings are found in calls of ``_ N_ NN_ gettext ngettext pgettext npgettext`` in Python (also with the locale as
first argument, as ``app.language.catalogues`` has it) and in templates, there in ``{% trans %}`` too. In all of them a
percent sign is written ``%%``. French gets its non-breaking spaces before ``: ; ? ! » %`` and its
apostrophes by itself.

Several people may run this at the same time. A file that cannot be parsed is reported and skipped; nothing is then
dropped from the catalogues. Only ``update`` drops what the sources no longer hold.
"""

from __future__ import annotations

import argparse
import ast
import fcntl
import hashlib
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateError
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("nl", "fr")
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
TEMPLATE_OPTIONS = {
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
# Function name → (arguments before the count, has a context, has a plural); one more argument means: locale first.
FUNCTIONS = {
    "_": (1, False, False),
    "N_": (1, False, False),
    "NN_": (2, False, True),
    "gettext": (1, False, False),
    "ngettext": (3, False, True),
    "pgettext": (2, True, False),
    "npgettext": (4, True, True),
}
FRENCH_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_]|%\()")
FRENCH_SPACE = re.compile(r"(?<=«) | (?=[:;?!»]|%%)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Key = tuple[str | None, str]
Marked = tuple[str | None, str, str | None]


@dataclass
class Sources:
    """What the sources hold: marked strings with their plurals, where each stands, and files that did not parse."""

    strings: dict[Key, str | None] = field(default_factory=dict)
    places: dict[Key, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, found: Marked, place: str) -> None:
        """Note one marked string; a plural wins from a plain use of the same words."""
        context, singular, plural = found
        key = (context, singular)
        self.strings[key] = plural or self.strings.get(key)
        self.places.setdefault(key, place)


def read_sources(root: Path) -> Sources:
    """Return the marked strings of everything below ``root/app``."""
    sources = Sources()
    for path in sorted((root / "app").rglob("*.py")):
        _read_file(path, root, sources, _marked_in_python)
    for path in sorted((root / "app" / "templates").rglob("*")):
        if path.suffix in TEMPLATE_SUFFIXES:
            _read_file(path, root, sources, _marked_in_template)
    return sources


def _read_file(
    path: Path, root: Path, sources: Sources, extract: Callable[[bytes], Iterable[tuple[int, Marked]]]
) -> None:
    place = path.relative_to(root).as_posix()
    try:
        found = list(extract(path.read_bytes()))
    except (SyntaxError, ValueError, TemplateError, OSError) as error:
        sources.failed.append(f"{place}: {error}")
        return
    for line, marked in found:
        sources.add(marked, f"{place}:{line}")


def _marked_in_python(content: bytes) -> Iterator[tuple[int, Marked]]:
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            values = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            marked = _marked(name, values)
            if marked:
                yield node.lineno, marked


def _marked_in_template(content: bytes) -> Iterator[tuple[int, Marked]]:
    found = babel_extract(io.BytesIO(content), list(FUNCTIONS), [], TEMPLATE_OPTIONS)
    for line, name, strings, _comments in found:
        values = [strings] if isinstance(strings, str) else strings or ()
        _arguments, context, plural = FUNCTIONS[name]
        marked = _pick(values, context=context, plural=plural)
        if marked:
            yield line, marked


def _marked(name: str | None, values: Sequence[object]) -> Marked | None:
    if name not in FUNCTIONS:
        return None
    arguments, context, plural = FUNCTIONS[name]
    if len(values) > arguments:
        values = values[1:]
    return _pick(values, context=context, plural=plural)


def _pick(values: Sequence[object], *, context: bool, plural: bool) -> Marked | None:
    wanted = values[: 1 + context + plural]
    texts = [value for value in wanted if isinstance(value, str)]
    if len(texts) != 1 + context + plural:
        return None
    return (texts[0] if context else None, texts[context], texts[-1] if plural else None)


def merge(old: Catalog, sources: Sources, locale: str, *, keep: bool = False) -> Catalog:
    """Return the catalogue of ``locale`` for ``sources`` with the translations of ``old``.

    What the sources no longer hold is dropped, unless ``keep`` is set or a file could not be parsed.
    """
    new = Catalog(locale=locale, fuzzy=False)
    for (context, singular), plural in sources.strings.items():
        known = old.get(singular, context)
        new.add((singular, plural) if plural else singular, _kept(known, plural=bool(plural)), context=context)
    if keep or sources.failed:
        for message in old:
            if message.id and new.get(_singular(message), message.context) is None:
                new.add(message.id, message.string, context=message.context)
    return new


def _kept(known: Message | None, *, plural: bool) -> str | tuple[str, ...]:
    if known is None or known.fuzzy or known.pluralizable != plural:
        return ("", "") if plural else ""
    words = tuple(_words(known))
    return words if plural else words[0]


def _sources_of(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _words(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


def _singular(message: Message) -> str:
    return _sources_of(message)[0]


def path_of(root: Path, locale: str) -> Path:
    """Return where the catalogue of ``locale`` is kept."""
    return root / "app" / "locales" / locale / "LC_MESSAGES" / "tandem.po"


def load(root: Path, locale: str) -> Catalog:
    """Return the kept catalogue of ``locale``, empty when there is none."""
    path = path_of(root, locale)
    if not path.exists():
        return Catalog(locale=locale, fuzzy=False)
    return read_po(io.BytesIO(path.read_bytes()), locale=locale)


def rendered(catalog: Catalog) -> bytes:
    """Return ``catalog`` as a .po file that holds nothing that changes by itself: no dates, no line numbers."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Project-Id-Version: tandem\\n"\n"Language: {catalog.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    for message in catalog:
        message.string = _typeset(message, catalog.locale_identifier or "")
    body = io.BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return header.encode() + body.getvalue().strip(b"\n") + b"\n"


def _typeset(message: Message, locale: str) -> str | tuple[str, ...]:
    """Keep French signs on the line of their word, as the space before them does not break; give it its apostrophe."""
    words = [_french(text) if locale == "fr" else text for text in _words(message)]
    return tuple(words) if message.pluralizable else words[0]


def _french(text: str) -> str:
    return FRENCH_APOSTROPHE.sub("’", FRENCH_SPACE.sub("\u00a0", text))


def write_atomically(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step, unless it is there already."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".tandem-", delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    os.replace(file.name, path)  # noqa: PTH105 – the atomic step, said by its own name


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Wait until no one else writes the catalogues of this checkout, and keep others waiting meanwhile."""
    mark = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    lock = Path(tempfile.gettempdir()) / f"tandem-catalogues-{mark}.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def update(root: Path, *, keep: bool = False) -> tuple[Sources, dict[str, Catalog]]:
    """Bring the kept catalogues in line with the sources; return both."""
    sources = read_sources(root)
    catalogs = {locale: merge(load(root, locale), sources, locale, keep=keep) for locale in LOCALES}
    for locale, catalog in catalogs.items():
        write_atomically(path_of(root, locale), rendered(catalog))
    return sources, catalogs


def compile_all(root: Path) -> None:
    """Write the .mo file of each catalogue beside it."""
    for locale in LOCALES:
        content = io.BytesIO()
        write_mo(content, load(root, locale))
        target = path_of(root, locale).with_suffix(".mo")
        write_atomically(target, content.getvalue())
        target.touch()


def key_of(message: Message) -> str:
    """Return the name of ``message`` in the JSON of ``fill``."""
    return f"{message.context}|{_singular(message)}" if message.context else _singular(message)


def is_translated(message: Message) -> bool:
    """Tell whether every form of ``message`` has words."""
    return all(_words(message))


def untranslated(catalogs: dict[str, Catalog]) -> dict[str, dict[str, str | list[str]]]:
    """Return what lacks words, in the shape of the JSON of ``fill``, empty where words are asked."""
    lacking: dict[str, dict[str, str | list[str]]] = {}
    for locale, catalog in catalogs.items():
        for message in catalog:
            if message.id and not is_translated(message):
                lacking.setdefault(key_of(message), {})[locale] = ["", ""] if message.pluralizable else ""
    return dict(sorted(lacking.items()))


def set_translations(catalogs: dict[str, Catalog], filled: dict[str, dict[str, str | list[str]]]) -> list[str]:
    """Set the given translations; return, in sentences, what could not be set."""
    by_key = {locale: {key_of(m): m for m in catalog if m.id} for locale, catalog in catalogs.items()}
    problems = []
    for key, words in filled.items():
        for locale, value in words.items():
            message = by_key.get(locale, {}).get(key)
            if message is None:
                problems.append(f"not in the sources ({locale}): {key}")
            elif isinstance(value, list) != message.pluralizable:
                problems.append(f"{'needs a list of forms' if message.pluralizable else 'has no plural'}: {key}")
            else:
                message.string = tuple(value) if isinstance(value, list) else value
    return problems


class _AnyValue:
    def __getitem__(self, _name: str) -> int:
        return 0


def faults(message: Message) -> list[str]:
    """Return what is wrong with the placeholders and layout of ``message`` and its translation."""
    ids = _sources_of(message)
    strings = [words for words in _words(message) if words]
    found = [f"cannot be formatted (write %% for a percent sign): {text}" for text in ids + strings if _is_broken(text)]
    if "\n" in ids[0]:
        found.append(f"holds a line break (use trans trimmed): {ids[0]!r}")
    allowed = {name for text in ids for name in PLACEHOLDER.findall(text)}
    for number, text in enumerate(strings):
        used = set(PLACEHOLDER.findall(text))
        is_last = number == len(strings) - 1
        if used - allowed or (is_last and used != set(PLACEHOLDER.findall(ids[-1]))):
            found.append(f"other placeholders than its source: {text}")
    return found


def _is_broken(text: str) -> bool:
    try:
        text % _AnyValue()
    except (TypeError, ValueError):
        return True
    return False


def check(root: Path) -> list[str]:
    """Return everything that keeps the catalogues from being in line and complete."""
    sources = read_sources(root)
    problems = [f"cannot be parsed: {failure}" for failure in sources.failed]
    for locale in LOCALES:
        old = load(root, locale)
        new = merge(old, sources, locale)
        path = path_of(root, locale)
        if not path.exists() or path.read_bytes() != rendered(new):
            problems.append(f"{locale}: the catalogue differs from the sources; run scripts/catalogues.py update")
        problems += [f"{locale}: fuzzy: {key_of(m)}" for m in old if m.id and m.fuzzy]
        problems += [f"{locale}: {fault}" for m in new if m.id for fault in faults(m)]
        problems += [_lacking(locale, m, sources) for m in new if m.id and not is_translated(m)]
    return problems


def _lacking(locale: str, message: Message, sources: Sources) -> str:
    place = sources.places.get((message.context, _singular(message)), "?")
    return f"{locale}: not translated: {key_of(message)}  [{place}]"


def _run_update(root: Path, _options: argparse.Namespace) -> int:
    with alone(root):
        sources, catalogs = update(root)
    _say_failed(sources)
    print(f"{len(sources.strings)} strings; without translation: {len(untranslated(catalogs))}")
    return 0


def _run_check(root: Path, _options: argparse.Namespace) -> int:
    problems = check(root)
    for problem in problems:
        print(problem)
    print(f"catalogues: {len(problems)} problems" if problems else "catalogues: complete")
    return 1 if problems else 0


def _run_compile(root: Path, _options: argparse.Namespace) -> int:
    with alone(root):
        compile_all(root)
    return 0


def _run_missing(root: Path, options: argparse.Namespace) -> int:
    sources = read_sources(root)
    lacking = untranslated({locale: merge(load(root, locale), sources, locale) for locale in LOCALES})
    if options.json:
        print(json.dumps(lacking, ensure_ascii=False, indent=2))
        return 0
    _say_failed(sources)
    for key, words in lacking.items():
        context, _bar, rest = key.rpartition("|")
        place = sources.places.get((context or None, rest)) or sources.places.get((None, key), "?")
        print(f"{'+'.join(words)}: {key}  [{place}]")
    return 0


def _run_fill(root: Path, options: argparse.Namespace) -> int:
    filled = json.loads(options.file.read_text(encoding="utf-8"))
    with alone(root):
        sources, catalogs = update(root, keep=True)
        problems = set_translations(catalogs, filled)
        for locale, catalog in catalogs.items():
            write_atomically(path_of(root, locale), rendered(catalog))
        compile_all(root)
    _say_failed(sources)
    wanted = {key_of(m): m for catalog in catalogs.values() for m in catalog if m.id}
    problems += [fault for key in filled if key in wanted for fault in _faults_in_all(catalogs, key)]
    for problem in dict.fromkeys(problems):
        print(problem)
    for key, words in untranslated(catalogs).items():
        print(f"still untranslated ({'+'.join(words)}): {key}")
    return 1 if problems else 0


def _faults_in_all(catalogs: dict[str, Catalog], key: str) -> list[str]:
    return [fault for catalog in catalogs.values() for m in catalog if m.id and key_of(m) == key for fault in faults(m)]


def _say_failed(sources: Sources) -> None:
    for failure in sources.failed:
        print(f"skipped, cannot be parsed now: {failure}", file=sys.stderr)


def main(arguments: list[str] | None = None, *, root: Path = ROOT) -> int:
    """Run one subcommand; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update").set_defaults(run=_run_update)
    commands.add_parser("check").set_defaults(run=_run_check)
    commands.add_parser("compile").set_defaults(run=_run_compile)
    missing = commands.add_parser("missing")
    missing.add_argument("--json", action="store_true")
    missing.set_defaults(run=_run_missing)
    fill = commands.add_parser("fill")
    fill.add_argument("file", type=Path)
    fill.set_defaults(run=_run_fill)
    options = parser.parse_args(arguments)
    code: int = options.run(root, options)
    return code


if __name__ == "__main__":
    sys.exit(main())
