"""The commands that pair, and that check a pairing."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.commands.kit import at_work, fail

if TYPE_CHECKING:
    from app.matching.clash import NoPairing
    from app.matching.problem import Problem
    from app.matching.solution import Solution

FAULTY: Final = 2
CLASH: Final = 3
"""So long a command says nothing; then it shows that it is at work."""
_SHOWN: Final = {
    (True, False): "no pairing has more pairs, and none with as many has a higher total",
    (True, True): (
        "no pairing has more pairs, none with as many has a higher weakest pair, "
        "and none as good in both has a higher total"
    ),
    (False, False): "no pairing has a higher total",
    (False, True): "no pairing has a higher weakest pair, and none as good in that has a higher total",
}
"""What a proof shows: with ``fill`` or without, and whether the weakest pair comes first."""

Objective = Annotated[str, typer.Option(help="total or weakest-first.", show_default="total")]
NoFill = Annotated[bool, typer.Option("--no-fill", help="Only pairs that add points, instead of as many as possible.")]


def match(
    problem: Annotated[str, typer.Argument(help="A file with a pairing problem; - for standard input.")],
    output: Annotated[
        str, typer.Option("--output", "-o", help="Where the solution goes; - for standard output.")
    ] = "-",
    alternatives: Annotated[
        int | None, typer.Option(help="How many of the next best pairings, at most 100; else as the file says.")
    ] = None,
    prices: Annotated[bool, typer.Option("--prices", help="What each pair costs that is not made, or is.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="The file is a matrix of points with names, as CSV.")] = False,
    objective: Objective = "",
    no_fill: NoFill = False,
) -> None:
    """Find the best pairing of a problem in the pairing format (docs/pairing.md).

    With --csv the file has names in its first row and column and points between, empty where a pair is not allowed; the
    pairs come out as CSV, or as a whole solution if the output is called …json.

    Ends with 2 where the problem is not right, naming the place, and with 3 where no pairing exists: then what clashes
    comes out.
    """
    from app.matching.clash import NoPairing
    from app.matching.json_format import MOST_ALTERNATIVES, with_options
    from app.matching.solve import solve

    if alternatives is not None and not 0 <= alternatives <= MOST_ALTERNATIVES:
        fail(f"--alternatives must be from 0 to {MOST_ALTERNATIVES}", status=FAULTY)
    asked = with_options(_problem(problem, csv, objective, no_fill=no_fill), alternatives=alternatives, prices=prices)
    try:
        with at_work("Looking for the best pairing"):
            solution = solve(asked)
            content = _content(asked, solution, as_pairs=csv and not output.endswith(".json"))
    except NoPairing as clash:
        _tell_clash(clash, output)
    except MemoryError:
        fail(f"{problem}: there is not enough memory for a problem of this size")
    _write(output, content)
    typer.echo(_summary(solution), err=True)


def verify(
    problem: Annotated[str, typer.Argument(help="A file with a pairing problem; - for standard input.")],
    solution: Annotated[str, typer.Argument(help="A file with its solution; - for standard input.")],
    csv: Annotated[bool, typer.Option("--csv", help="The problem is a matrix of points with names, as CSV.")] = False,
    objective: Objective = "",
    no_fill: NoFill = False,
) -> None:
    """Check that a solution is a pairing of its problem and that its proof shows that none is better.

    Done with additions and comparisons of whole numbers alone, without a solver. Ends with 1 where something does not
    hold, and with 2 where a file is not right, naming the place.
    """
    from app.matching.holds import DoesNotHold
    from app.matching.json_format import problem_sha256
    from app.matching.verify import verify as check

    if problem == solution == "-":
        fail("only one of the two can come from standard input", status=FAULTY)
    asked = _problem(problem, csv, objective, no_fill=no_fill)
    answer, fingerprint = _solution(solution)
    with at_work("Checking"):
        if fingerprint != problem_sha256(asked):
            fail("does not hold: the solution is that of another problem (problem_sha256)")
        try:
            check(asked, answer)
        except DoesNotHold as fault:
            fail(f"does not hold: {_line(fault)}")
    typer.echo(_shown(asked, answer))


def _problem(file: str, csv: bool, objective: str, *, no_fill: bool) -> "Problem":
    """Read a problem; one that is not right ends the command."""
    from app.matching.csv_scores import problem_from_csv
    from app.matching.faults import sentence
    from app.matching.json_format import problem_from_bytes
    from app.matching.problem import OBJECTIVE_TOTAL, ProblemInvalid

    if not csv and (objective or no_fill):
        fail("--objective and --no-fill go with --csv: a problem file says so itself", status=FAULTY)
    content = _read(file)
    try:
        with at_work("Reading"):
            if csv:
                return problem_from_csv(content, objective=objective or OBJECTIVE_TOTAL, fill=not no_fill)
            return problem_from_bytes(content)
    except ProblemInvalid as fault:
        fail(f"{file}: {sentence(fault.place, fault.fault, fault.params)}", status=FAULTY)


def _solution(file: str) -> "tuple[Solution, str]":
    from app.matching.faults import sentence
    from app.matching.json_format import SolutionInvalid, solution_from_bytes

    try:
        return solution_from_bytes(_read(file))
    except SolutionInvalid as fault:
        fail(f"{file}: {sentence(fault.place, fault.fault, fault.params)}", status=FAULTY)


def _content(problem: "Problem", solution: "Solution", *, as_pairs: bool) -> bytes:
    """Write a solution, or its pairs alone."""
    if as_pairs:
        from app.documents.sheets import csv_file

        return csv_file(("left", "right", "points"), [(one.left, one.right, one.points) for one in solution.pairs])
    from app.matching.json_format import json_bytes, solution_to_json

    return json_bytes(solution_to_json(solution, problem))


def _tell_clash(clash: "NoPairing", output: str) -> None:
    """Write what clashes, and end the command."""
    from app.language.clash_words import clash_sentence
    from app.matching.clash import clash_to_json
    from app.matching.json_format import json_bytes

    said = clash_sentence("en", clash.to_data())
    _write(output, json_bytes(clash_to_json(clash, said)))
    fail(_line(said), status=CLASH)


def _summary(solution: "Solution") -> str:
    """Say in a line what was found; the proof has been checked, or there would be no solution."""
    pairs = "1 pair" if solution.count == 1 else f"{solution.count:,} pairs"
    weakest = "" if solution.weakest is None else f", the weakest {solution.weakest:,}"
    return f"{pairs}, {solution.total:,} points{weakest}; the proof holds."


def _shown(problem: "Problem", solution: "Solution") -> str:
    """Say in a sentence what a proof shows."""
    from app.matching.problem import OBJECTIVE_WEAKEST_FIRST

    pairs = "1 pair" if solution.count == 1 else f"{solution.count:,} pairs"
    shown = _SHOWN[problem.fill, problem.objective == OBJECTIVE_WEAKEST_FIRST]
    beside = (
        " Alternatives are other pairings, none better than the one before; prices are not proved."
        if _has_more(solution)
        else ""
    )
    return f"{pairs}, {solution.total:,} points: {shown}.{beside}"


def _has_more(solution: "Solution") -> bool:
    return bool(solution.alternatives or solution.prices or solution.marks)


def _line(words: object) -> str:
    """Return words as one line in which no sign moves the rest."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in str(words))


def _read(file: str) -> bytes:
    if file == "-" and sys.stdin is None:
        fail("-: standard input is closed", status=FAULTY)
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as fault:
        fail(f"{file}: {fault.strerror or fault}", status=FAULTY)


def _write(file: str, content: bytes) -> None:
    """Write the bytes as they are, on every machine the same."""
    if file == "-" and sys.stdout is None:
        fail("-: standard output is closed")
    try:
        if file == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            Path(file).write_bytes(content)
    except OSError as fault:
        fail(f"{file}: {fault.strerror or fault}")
