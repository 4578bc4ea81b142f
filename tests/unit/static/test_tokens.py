import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from app.documents.templates import TEMPLATES
from app.web.assets import STATIC, load_assets

# WCAG 2.2, 1.4.3 (text) and 1.4.11 (edges of controls).
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3
STYLE_LIMIT_BYTES = 10_752

TEXT = [
    *product(("ink", "slate-60", "blue-60", "blue-80", "red-60"), ("paper", "white", "stone-10")),
    *product(("ink", "blue-60"), ("blue-10", "red-10", "green-10")),
    *product(("white",), ("ink", "ink-hover")),
    *product(("scale-low-text",), ("scale-1", "scale-2", "scale-3", "scale-4")),
    *product(("scale-high-text",), ("scale-5", "scale-6", "scale-7")),
    ("red-60", "red-10"),
    ("green-60", "white"),
    ("green-60", "green-10"),
    ("ink", "stone-20"),
]
SHAPES = [*product(("slate-40", "teal-60", "ochre-60"), ("white", "paper"))]


def schemes() -> dict[str, dict[str, str]]:
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, _, rest = tokens.partition("prefers-color-scheme: dark")
    values = {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", css)) for name, css in (("light", light), ("dark", rest))
    }
    assert len(values["dark"]) > 20, "the dark scheme was not found"
    return {"light": values["light"], "dark": values["light"] | values["dark"]}


def luminance(colour: str) -> float:
    """Give the relative luminance (WCAG 2.2, glossary)."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colours: Mapping[str, str], first: str, second: str) -> float:
    low, high = sorted((luminance(colours[first]), luminance(colours[second])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_text_and_ground_can_be_read(scheme: str) -> None:
    colours = schemes()[scheme]
    faint = {pair: contrast(colours, *pair) for pair in TEXT if contrast(colours, *pair) < TEXT_CONTRAST}
    assert faint == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_controls_and_signs_of_the_sides_can_be_seen(scheme: str) -> None:
    colours = schemes()[scheme]
    faint = {pair: contrast(colours, *pair) for pair in SHAPES if contrast(colours, *pair) < SHAPE_CONTRAST}
    assert faint == {}


def test_the_style_sheet_stays_light() -> None:
    assert len(load_assets()["tandem.css"].compressed) <= STYLE_LIMIT_BYTES


def test_every_component_has_a_style_sheet_of_its_own_name_only() -> None:
    macros = {file.stem for file in (STATIC.parent / "templates" / "components").glob("*.html")}
    sheets = {file.stem for file in (STATIC / "css" / "components").glob("*.css")}
    assert sheets - macros == set()


@pytest.mark.parametrize("name", ["member.css", "staff.css"])
def test_every_page_links_the_sheets_that_it_needs(name: str) -> None:
    few = classes_of(name) - classes_of("tandem.css")
    pages = {
        file: whole(file) for file in TEMPLATES.rglob("*.html") if "{% extends" in file.read_text(encoding="utf-8")
    }
    bare = {
        str(file.relative_to(TEMPLATES)): found
        for file, source in pages.items()
        if (found := few & written_classes(source)) and f'asset_url("{name}")' not in source
    }
    assert len(few) > 20
    assert bare == {}


def classes_of(name: str) -> set[str]:
    """Give the names of classes for which a style sheet, as it is sent, has rules."""
    return set(re.findall(r"\.([a-z][\w-]*)", load_assets()[name].body.decode()))


def whole(template: Path) -> str:
    """Give the source of a template with its layout and all that it includes or imports."""
    source = template.read_text(encoding="utf-8")
    parts = re.findall(r'(?:extends|include|from) "([^"]+\.html)"', source)
    return "".join([source, *(whole(TEMPLATES / part) for part in parts)])


def written_classes(source: str) -> set[str]:
    """Give the names of classes that a template writes, apart from those that it computes."""
    words = re.findall(r'class="([^"]*)"', re.sub(r"{[{%].*?[%}]}", " ", source))
    return {name for part in words for name in part.split()}
