"""Times of places are computed in one module, so that no two pages can differ."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
COMPUTES = re.compile(r"\.astimezone\((?!UTC\))|replace\(tzinfo=(?!None|UTC)|\.utcoffset\(|tzinfo=(?!None|UTC)\w|fold=")
MAY = {
    "domain/time.py",
    # describes the rules of a zone for other programs; it computes no session's time
    "documents/zones.py",
}


def test_no_other_module_computes_what_the_clocks_of_a_place_show() -> None:
    found = {
        f"{path.relative_to(APP)}:{number}"
        for path in APP.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if COMPUTES.search(line)
    }
    assert {place.partition(":")[0] for place in found} >= MAY
    assert sorted(place for place in found if place.partition(":")[0] not in MAY) == []
