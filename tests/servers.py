"""A real server process on a port of its own, to be stopped as roughly as a power cut would."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60


class Server(AbstractContextManager["Server"]):
    """``tandem serve`` on a database; the process is gone when the block ends."""

    def __init__(self, database_url: str) -> None:
        self.port = _free_port()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")},
            "TANDEM_DATABASE_URL": database_url,
            "TANDEM_BASE_URL": f"http://127.0.0.1:{self.port}",
            "TANDEM_LOG_LEVEL": "error",
        }

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the server ended while it started"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """End the process at once (SIGKILL): it gets no chance to finish anything."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _answers(self) -> bool:
        with Browser(self.port, "") as browser, suppress(OSError):
            return browser.get("/readyz") == 200
        return False


class Browser(AbstractContextManager["Browser"]):
    """A signed-in client with one connection; what is not confirmed raises ``OSError`` or ``HTTPException``."""

    def __init__(self, port: int, secret: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {"Cookie": f"tandem={secret}"}

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, path: str) -> int:
        """Fetch a page; give its status."""
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        response.read()
        return response.status

    def post(self, path: str, data: Mapping[str, str]) -> tuple[int, str]:
        """Send a form; give the status and where it leads."""
        headers = {
            **self._headers,
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        self._connection.request("POST", path, body=urlencode(data), headers=headers)
        response = self._connection.getresponse()
        response.read()
        return response.status, response.headers.get("Location", "")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
