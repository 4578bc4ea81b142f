"""Solve a problem in a process of its own, which may be ended: for problems of people whom nobody knows.

    python -m app.matching.apart <megabytes>    problem on standard input, answer on standard output

Ends with 0 and the solution, with 2 and what is not right, or with 3 and what clashes. Who starts it ends it when its
time is over; it limits its own memory, where the system can.
"""

import sys
from typing import Final, NamedTuple

from app.matching.faults import sentence
from app.matching.json_format import Json, json_bytes, problem_from_bytes, solution_to_json
from app.matching.problem import Problem, ProblemInvalid

SOLUTION: Final = 0
FAULT: Final = 2
CLASH: Final = 3

MOST_BYTES: Final = 4_000_000
MOST_PAIRS: Final = 100_000
MOST_ALTERNATIVES: Final = 20
MOST_SECONDS: Final = 10
MOST_MEGABYTES: Final = 1_000
"""Of address space, which is more than what is used: Python, NumPy and OR-Tools take 0.3 GB of it before they start.

Measured with 100,000 pairs, weakest-first, prices and 20 alternatives: 0.15 GB used, 6.5 s of one core.
"""


class Answer(NamedTuple):
    """What came of a problem: ``status`` is ``SOLUTION``, ``FAULT`` or ``CLASH``, ``content`` is JSON."""

    status: int
    content: bytes


def answer(content: bytes) -> Answer:
    """Solve a problem file of limited size."""
    from app.language.clash_words import clash_sentence
    from app.matching.clash import NoPairing, clash_to_json
    from app.matching.solve import solve

    try:
        problem = problem_from_bytes(content)
        _check_size(problem)
        return Answer(SOLUTION, json_bytes(solution_to_json(solve(problem), problem)))
    except ProblemInvalid as fault:
        return Answer(FAULT, json_bytes(fault_to_json(fault)))
    except NoPairing as clash:
        return Answer(CLASH, json_bytes(clash_to_json(clash, clash_sentence("en", clash.to_data()))))


def out_of_limits() -> Answer:
    """Return the answer to a problem whose process was ended."""
    fault = ProblemInvalid("problem", "takes_too_long", seconds=MOST_SECONDS, megabytes=MOST_MEGABYTES)
    return Answer(FAULT, json_bytes(fault_to_json(fault)))


def fault_to_json(fault: ProblemInvalid) -> Json:
    """Return what is not right as plain values: a list of one, in the shape of other refusals for programs."""
    said = sentence(fault.place, fault.fault, fault.params)
    return {"detail": [{"place": fault.place, "fault": fault.fault, "message": said}]}


def _check_size(problem: Problem) -> None:
    if problem.points is not None:
        count = sum(value is not None for row in problem.points for value in row)
    else:
        count = len(problem.pairs or ())
    if count > MOST_PAIRS:
        place = "points" if problem.points is not None else "pairs"
        raise ProblemInvalid(place, "too_many_pairs", most=MOST_PAIRS, found=count)
    if problem.options.alternatives > MOST_ALTERNATIVES:
        raise ProblemInvalid("options.alternatives", "out_of_range", min=0, max=MOST_ALTERNATIVES)


def limit_memory(megabytes: int) -> None:
    """Let this process have so much address space and no more, where the system knows such a limit."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024**2,) * 2)


def main() -> None:
    """Answer the problem on standard input."""
    limit_memory(int(sys.argv[1]))
    answered = answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(answered.content)
    sys.stdout.buffer.flush()
    sys.exit(answered.status)


if __name__ == "__main__":
    main()
