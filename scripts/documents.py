"""Keep the documents in line that are made from the code.

    scripts/documents.py write    write them
    scripts/documents.py check    exit 1, with their names, where a document differs from the code

A generator gives the whole text of its file; add yours to ``GENERATORS``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi.dependencies.models import Dependant

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MADE_BY = "<!-- Made by scripts/documents.py; change the code instead. -->"


def states() -> str:
    """Draw the states of a candidacy from ``domain.candidacy.TRANSITIONS``."""
    from app.domain.candidacy import REASON_NEEDED, TRANSITIONS
    from app.language.labels import label

    arrows = [
        f"    {state.value} --> {target.value}" + (" : with a reason" if target in REASON_NEEDED else "")
        for state, targets in TRANSITIONS.items()
        for target in targets
    ]
    ends = [f"    {state.value} --> [*]" for state, targets in TRANSITIONS.items() if not targets]
    names = [f"    {state.value} : {label('en', state)}" for state in TRANSITIONS]
    diagram = ["stateDiagram-v2", *names, f"    [*] --> {next(iter(TRANSITIONS)).value}", *arrows, *ends]
    return "\n".join(
        [
            "# States of a candidacy",
            "",
            MADE_BY,
            "",
            "From `TRANSITIONS` in `app/domain/candidacy.py`. The candidate submits and withdraws;",
            "the programme team makes the other moves. A move “with a reason” needs one when the team makes it.",
            "Decisions are sent together (`services/decision_rounds.py`). When a selected candidacy is withdrawn after",
            "that, the first on the reserve list of its track becomes selected by itself (`services/reserves.py`).",
            "",
            "```mermaid",
            *diagram,
            "```",
            "",
            *_states_of_a_claim(),
            *_states_of_a_transfer(),
        ]
    )


def _states_of_a_transfer() -> list[str]:
    """Draw the states of a transfer between the sides from ``domain.transfers.TRANSITIONS``."""
    from app.domain.transfers import TRANSITIONS
    from app.language.labels import label

    arrows = [f"    {state.value} --> {target.value}" for state, targets in TRANSITIONS.items() for target in targets]
    ends = [f"    {state.value} --> [*]" for state, targets in TRANSITIONS.items() if not targets]
    names = [f"    {state.value} : {label('en', state)}" for state in TRANSITIONS]
    return [
        "# States of a transfer between the sides",
        "",
        "From `TRANSITIONS` in `app/domain/transfers.py`. One of the three parties proposes; with the consent of all",
        "three, each by another person, it is carried out; one refusal ends it; who proposed it may withdraw it.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *names,
        f"    [*] --> {next(iter(TRANSITIONS)).value}",
        *arrows,
        *ends,
        "```",
        "",
    ]


def _states_of_a_claim() -> list[str]:
    """Draw the states of a claim from ``domain.claims.TRANSITIONS``."""
    from app.domain.claims import REASON_NEEDED, TRANSITIONS
    from app.language.labels import label

    arrows = [
        f"    {state.value} --> {target.value}" + (" : with a reason" if target in REASON_NEEDED else "")
        for state, targets in TRANSITIONS.items()
        for target in targets
    ]
    ends = [f"    {state.value} --> [*]" for state, targets in TRANSITIONS.items() if not targets]
    names = [f"    {state.value} : {label('en', state)}" for state in TRANSITIONS]
    return [
        "# States of a claim",
        "",
        "From `TRANSITIONS` in `app/domain/claims.py`. The claimant sends and withdraws; who neither claims, sends nor",
        "gets the money approves, returns and refuses (`queries/claim_access.py` says who that is).",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *names,
        f"    [*] --> {next(iter(TRANSITIONS)).value}",
        *arrows,
        *ends,
        "```",
        "",
    ]


def settings() -> str:
    """List every setting in ``docs/settings.md``, from ``settings.Settings``."""
    from app.settings import Settings

    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        shown = "" if default in ("", None) else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `TANDEM_{name.upper()}` | {shown} | {field.description} |")
    table = ["| setting | default | what it does |", "|---|---|---|", *rows]
    return "\n".join(["# Settings", "", MADE_BY, "", "All come from the environment.", "", *table, ""])


def routes() -> str:
    """List every route with the guard that decides who may use it."""
    from app.main import routes as all_routes
    from app.web.access import GUARDS

    rows = []
    for route in all_routes():
        names = sorted({guard.__name__ for guard in _guards(route.dependant, GUARDS)})
        methods = ", ".join(sorted(set(route.methods or ()) - {"HEAD"}))
        rows.append(f"| {methods} | `{route.path}` | {', '.join(names) or '–'} | `{route.name}` |")
    table = ["| method | address | guard | name |", "|---|---|---|---|", *rows]
    text = "A guard is a function of `app/web/access.py`; what else somebody may see is decided by the query."
    return "\n".join(["# Routes", "", MADE_BY, "", text, "", *table, ""])


def schema(name: str) -> Callable[[], str]:
    """Give the generator of one JSON Schema of the pairing file format."""

    def made() -> str:
        from app.matching.schema import schema_text

        return schema_text(name)

    return made


def _guards(dependant: Dependant, guards: Sequence[object]) -> Iterator[Any]:
    for inner in dependant.dependencies:
        if inner.call in guards:
            yield inner.call
        yield from _guards(inner, guards)


GENERATORS: Mapping[str, Callable[[], str]] = {
    "docs/states.md": states,
    "docs/settings.md": settings,
    "docs/routes.md": routes,
    **{
        f"app/data/schemas/{name}.json": schema(name)
        for name in ("tandem-pairing-1", "tandem-pairing-solution-1", "tandem-pairing-clash-1")
    },
}


def differing(root: Path) -> list[str]:
    """Give the documents that are not as the code makes them."""
    files = {name: root / name for name in GENERATORS}
    return [
        name
        for name, made in GENERATORS.items()
        if not files[name].exists() or files[name].read_text(encoding="utf-8") != made()
    ]


def write(root: Path) -> None:
    """Write all documents."""
    for name, made in GENERATORS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(made(), encoding="utf-8")


def main(arguments: list[str] | None = None, *, root: Path = ROOT) -> int:
    """Run one subcommand; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("write", "check"))
    if parser.parse_args(arguments).command == "write":
        write(root)
        return 0
    found = differing(root)
    for name in found:
        print(f"{name} differs from the code; run scripts/documents.py write")
    print(f"documents: {len(found)} differ" if found else "documents: in line")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
