"""The pairing engine beside the bare flow solver: ``python -m benchmarks.pairing [part of a name …]``.

Each problem is measured in a process of its own, both in the same run; the best of a few tries counts. What is reached
stands beside the aim.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow

from app.matching.build import build_problem
from app.matching.flow import arc_costs
from app.matching.json_format import problem_to_json
from app.matching.network import build_network
from app.matching.optimum import pair_costs
from app.matching.problem import OBJECTIVE_WEAKEST_FIRST, Options, Places, Problem, canonical
from app.matching.robustness import robustness
from app.matching.solve import solve
from app.matching.weights import Weights
from benchmarks.problems import dense, flanders, profiles, sparse

MEBIBYTES_PER_KIBIBYTE = 1 / 1024


@dataclass(frozen=True, slots=True)
class Aim:
    """What is aimed at: at most so many seconds, so many times the bare solver, so many mebibytes."""

    seconds: float | None = None
    times_bare: float | None = None
    mebibytes: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement: what is run, on which problem the bare solver runs beside it, how often, and the aim."""

    name: str
    run: Callable[[], Callable[[], object]]
    aim: Aim
    bare: Callable[[], Problem] | None = None
    tries: int = 5


def measure_pairing(words: Sequence[str] = ()) -> None:
    """Measure the cases whose name has one of the words in it, or all, each in a process of its own."""
    print(f"{'pairing':58}{'reached':>12}{'bare':>12}{'ratio':>8}{'memory':>10}   aim")
    for number, case in enumerate(CASES):
        if not words or any(word in case.name for word in words):
            command = [sys.executable, "-m", "benchmarks.pairing", "--case", str(number)]
            _print(case, json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def measured(case: Case) -> dict[str, float | None]:
    """Run a case in this process; give seconds, seconds of the bare solver, and the largest memory in mebibytes."""
    bare = _best(_bare(case.bare()), case.tries) if case.bare else None
    seconds = _best(case.run(), case.tries)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MEBIBYTES_PER_KIBIBYTE
    return {"seconds": seconds, "bare": bare, "mebibytes": memory}


def _best(run: Callable[[], object], tries: int) -> float:
    found = []
    for _ in range(tries):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def _bare(problem: Problem) -> Callable[[], object]:
    """Give the bare solver on the arcs of a problem: arcs and supplies in, the cheapest flow out, nothing looked at."""
    network = build_network(canonical(problem))
    costs = arc_costs(network, pair_costs(network, fill=problem.fill))
    nodes, none = np.arange(network.size, dtype=np.int32), np.zeros(network.size, dtype=np.int64)

    def run() -> object:
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(network.tails, network.heads, network.upper, costs)
        solver.set_nodes_supplies(nodes, none)
        return solver.solve()

    return run


def _solving(problem: Callable[[], Problem], **changes: object) -> Callable[[], Callable[[], object]]:
    def prepare() -> Callable[[], object]:
        made = replace(problem(), **changes)  # type: ignore[arg-type]
        return lambda: solve(made)

    return prepare


def _variations() -> Callable[[], object]:
    candidates, partners = profiles(30, 8)
    places = {"rwanda": Places(0, 4), "benin": Places(0, 4)}
    problem = build_problem(candidates, partners, Weights(), places_per_track=places, province_limit=2)
    return lambda: robustness(candidates, partners, Weights(), problem, variations=1000)


def _command() -> Callable[[], object]:
    """Give the whole process of ``tandem match`` on 30 candidates and 8 partners."""
    candidates, partners = profiles(30, 8)
    problem = build_problem(candidates, partners, Weights(), places_per_track={})
    file = Path(tempfile.mkdtemp()) / "problem.json"
    file.write_text(json.dumps(problem_to_json(problem)), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("tandem")), "match", str(file)]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def _sparse_5000() -> Problem:
    return sparse(5000, 50)


def _dense_2000() -> Problem:
    return dense(2000)


CASES = (
    Case("285 × 107: pairs, proof, verification", _solving(flanders), Aim(times_bare=8), flanders),
    Case(
        "285 × 107: all 30,495 prices as well",
        _solving(flanders, options=Options(prices=True)),
        Aim(seconds=1),
        flanders,
    ),
    Case("285 × 107: 10 alternatives as well", _solving(flanders, options=Options(alternatives=10)), Aim(2), flanders),
    Case(
        "285 × 107: weakest-first",
        _solving(flanders, objective=OBJECTIVE_WEAKEST_FIRST),
        Aim(times_bare=25),
        flanders,
    ),
    Case("30 × 8: 1,000 variations of the weights", _variations, Aim(2), tries=3),
    Case(
        "1,000 × 1,000, 50 allowed each: with proof",
        _solving(lambda: sparse(1000, 50)),
        Aim(),
        lambda: sparse(1000, 50),
        tries=3,
    ),
    Case(
        "5,000 × 5,000, 50 allowed each: with proof",
        _solving(_sparse_5000),
        Aim(times_bare=10, mebibytes=2048),
        _sparse_5000,
        tries=3,
    ),
    Case("2,000 × 2,000, all allowed: with proof", _solving(_dense_2000), Aim(20), _dense_2000, tries=1),
    Case("tandem match of 30 × 8, whole process", _command, Aim(1)),
)


def _print(case: Case, found: dict[str, float | None]) -> None:
    seconds, bare, memory = found["seconds"] or 0, found["bare"], found["mebibytes"] or 0
    ratio = seconds / bare if bare else None
    told = [
        (case.aim.seconds, seconds, "s"),
        (case.aim.times_bare, ratio, "× bare"),
        (case.aim.mebibytes, memory, "MiB"),
    ]
    aims = [
        f"≤ {aim:g} {unit}: {'reached' if value is not None and value <= aim else 'NOT REACHED'}"
        for aim, value, unit in told
        if aim is not None
    ]
    shown = f"{1000 * bare:9.1f} ms" if bare else ""
    times = f"{ratio:8.1f}" if ratio else f"{'':8}"
    print(f"{case.name:58}{1000 * seconds:9.1f} ms{shown:>12}{times}{memory:6.0f} MiB   {', '.join(aims) or '–'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        print(json.dumps(measured(CASES[int(sys.argv[2])])))
    else:
        measure_pairing(sys.argv[1:])
