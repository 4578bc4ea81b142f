"""Problems of everybody are solved in a process of their own, so that no thread of ours waits and each can be ended."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Final

import anyio

from app.matching.apart import CLASH, FAULT, MOST_MEGABYTES, MOST_SECONDS, SOLUTION, Answer, out_of_limits

AT_ONCE: Final = 2
"""So many may be solved at the same time per web process."""


class Busy(Exception):
    """As many problems are being solved as may be."""


class Slots:
    """How many problems are being solved; counted in the one thread of the event loop."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._free = most

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place while the block runs.

        :raises Busy: there is none.
        """
        if not self._free:
            raise Busy
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


async def solve_apart(content: bytes, *, seconds: float = MOST_SECONDS, megabytes: int = MOST_MEGABYTES) -> Answer:
    """Solve a problem file; what takes longer or more memory is ended, and that is the answer.

    Measured: 0.4 s to start, on top of the solving.

    :raises RuntimeError: the process failed by itself.
    """
    command = [sys.executable, "-m", "app.matching.apart", str(megabytes)]
    with TemporaryFile() as given, anyio.move_on_after(seconds):  # a pipe would break where the process ends early
        given.write(content)
        given.seek(0)
        return _answer(await anyio.run_process(command, stdin=given, check=False, env=_environment()))
    return out_of_limits()


def _answer(done: "subprocess.CompletedProcess[bytes]") -> Answer:
    if done.returncode in (SOLUTION, FAULT, CLASH):
        return Answer(done.returncode, done.stdout)
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"bad_alloc" in done.stderr:
        return out_of_limits()
    raise RuntimeError(done.stderr.decode(errors="replace"))


def _environment() -> dict[str, str]:
    """Give the environment without our settings; NumPy's threads would take memory and help nothing here."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return {**inherited, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
