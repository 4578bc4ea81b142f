"""A small HTTP client that costs little: prepared bytes out, answers counted, latencies kept."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """What a load reached: requests per second, and latencies in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


def request(path: str, *, headers: Sequence[tuple[str, str]] = (), body: bytes | None = None) -> bytes:
    """Give the bytes of a request."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


CONNECTIONS = 8
Make = Callable[[int], bytes]
Learn = Callable[[int, bytes], None]


def load(port: int, make: Make, *, expect: Sequence[int], seconds: float, learn: Learn | None = None) -> Measured:
    """Send requests over eight connections for ``seconds``.

    ``make(n)`` gives the next request of connection ``n``; ``learn(n, head)`` is shown the head of each answer.
    """
    return asyncio.run(_load(port, make, expect=expect, seconds=seconds, learn=learn))


async def _load(port: int, make: Make, *, expect: Sequence[int], seconds: float, learn: Learn | None) -> Measured:
    taken: list[float] = []
    wrong = 0
    ends_at = time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal wrong
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (started := time.perf_counter()) < ends_at:
            writer.write(make(number))
            head = await _answer(reader)
            taken.append(time.perf_counter() - started)
            wrong += int(head[9:12]) not in expect
            if learn is not None:
                learn(number, head)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    elapsed = time.perf_counter() - begun
    taken.sort()
    return Measured(len(taken) / elapsed, taken[len(taken) // 2] * 1000, taken[int(len(taken) * 0.99)] * 1000, wrong)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    if length:
        await reader.readexactly(length)
    return head


async def fetch(port: int, message: bytes) -> tuple[int, bytes, bytes]:
    """Send one request; give status, head and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0)
    body = await reader.readexactly(length)
    writer.close()
    return int(head[9:12]), head, body
