"""A process that has the application in memory and forks servers: what starts with it need not import it again.

Nor need it read the catalogues and compile the templates again.

It reads a line of JSON for each server: ``environment`` and ``port``; it answers with the number of the process.
"""

import gc
import json
import os
import signal
import sys

import uvicorn

import app.main
from app.commands.serving import serve
from app.documents.templates import environment
from app.language.catalogues import LOCALES

KEPT = (uvicorn, app.main)
"""Modules that are here to be in memory."""


def main() -> None:
    """Fork a server for each line; end with the input."""
    # servers are children of nobody who waits: the system takes them away
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for made in map(environment, LOCALES):
        for name in made.list_templates():
            made.get_template(name)
    gc.freeze()
    for line in sys.stdin:
        wanted = json.loads(line)
        number = os.fork()
        if not number:
            _become_server(wanted)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def _become_server(wanted: dict[str, object]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.environ.clear()
    os.environ.update(wanted["environment"])  # type: ignore[call-overload]
    try:
        serve(port=int(str(wanted["port"])), host="127.0.0.1", workers=1)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
