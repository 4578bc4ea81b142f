"""Servers for tests in a browser, each on a database and at a moment of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

NOW = "2026-11-22T09:00:00+00:00"
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Mother:
    """Starts servers: see ``mother.py``."""

    process: subprocess.Popen[str]

    def bear(self, file: Path, now: str) -> tuple[int, str]:
        """Start a server on a database, at a moment that stands still; give its process and its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        address = f"http://127.0.0.1:{port}"
        wanted = {"environment": environment_of(file, now) | {"TANDEM_BASE_URL": address}, "port": port}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline()), address


@contextmanager
def made_mother() -> Iterator[Mother]:
    """Start the process that starts servers."""
    command = [sys.executable, "-m", "tests.e2e.mother"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Mother(process)


@contextmanager
def serving(mother: Mother, file: Path, now: str = NOW) -> Iterator[str]:
    """Serve a database at a moment that stands still; give the address."""
    number, address = mother.bear(file, now)
    try:
        _wait_for(number, address)
        yield address
    finally:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _runs(number) and time.monotonic() < deadline:
            time.sleep(0.02)


def _wait_for(number: int, address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and _runs(number):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def environment_of(file: Path, now: str) -> dict[str, str]:
    """Give the settings of a demonstration on a database, at a moment that stands still."""
    return {
        **os.environ,
        "TANDEM_DATABASE_URL": f"sqlite:///{file}",
        "TANDEM_DEMO": "true",
        "TANDEM_FIXED_NOW": now,
        "TANDEM_LOG_LEVEL": "error",
    }
