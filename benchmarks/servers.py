"""Servers in processes of their own, started, measured and ended."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, how long it took to answer, and its process."""

    port: int
    start_seconds: float
    process: int

    def worker_megabytes(self) -> list[float]:
        """Give the resident memory of each process that serves, in MB."""
        processes = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        children = [int(entry.name) for entry in processes if _parent(entry) == self.process]
        serving = [number for number in children if _is_worker(number)] or [self.process]
        return [_resident(number) for number in serving]


@contextmanager
def running(target: str, *, url: str, workers: int) -> Iterator[Server]:
    """Run ``target`` (an ASGI factory or application) with uvicorn until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", target, "--port", str(port), "--workers", str(workers)]
    command += ["--no-access-log", "--log-level", "error"]
    if target.endswith("application") and target.startswith("app."):
        command.append("--factory")
    environment = {
        **os.environ,
        "TANDEM_DATABASE_URL": url,
        "TANDEM_LOG_LEVEL": "error",
        "TANDEM_SEND_MAIL_IN_SERVE": "false",
    }
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield Server(port, time.perf_counter() - started, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    msg = "the server did not start within 30 seconds"
    raise RuntimeError(msg)


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _is_worker(number: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes()


def _resident(number: int) -> float:
    fields = Path(f"/proc/{number}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
