"""The template environment of a language: used for pages, mails and everything else that is written from a template."""

from functools import lru_cache
from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket

from app.language.catalogues import translations
from app.language.filters import filters

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


class Compiled(BytecodeCache):
    """The code of templates, compiled once in a process for all languages: that takes longer than a page does."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled."""
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._codes[bucket.key] = bucket.code


COMPILED = Compiled()


@lru_cache(maxsize=8)
def environment(locale: str) -> Environment:
    """Give the environment of a language: its words and formats, nothing else differs. ``.txt`` is not escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=COMPILED,
        optimized=False,  # it would compute what a filter makes of a constant, in the language that came first
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    # the i18n extension adds this method when it is loaded, which the types cannot know
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(filters(locale))
    made.globals["locale"] = locale
    return made
