"""A pairing to take away and check: problem, solution, and how to check them, in one ZIP."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.documents.templates import environment


@dataclass(frozen=True, slots=True)
class PairingFiles:
    """What is handed out of a scenario; ``kept_at`` is aware."""

    name: str
    programme: str
    kept_at: datetime
    problem: Mapping[str, Any]
    solution: Mapping[str, Any]


def json_file(data: Mapping[str, Any]) -> bytes:
    """Write a part of a scenario as a file: UTF-8, without spaces, in the order in which it was kept."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def pairing_zip(files: PairingFiles, locale: str) -> bytes:
    """Give ``problem.json``, ``solution.json`` and a README in one ZIP; the same bytes for the same scenario."""
    content = {
        "README.txt": readme(files, locale).encode(),
        "problem.json": json_file(files.problem),
        "solution.json": json_file(files.solution),
    }
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(_entry(name, files.kept_at), data)
    return made.getvalue()


def readme(files: PairingFiles, locale: str) -> str:
    """Say what the files are and how to check them."""
    template = environment(locale).get_template("staff/pairings/readme.txt")
    return template.render(files=files, has_proof="proof" in files.solution)


def _entry(name: str, kept_at: datetime) -> ZipInfo:
    """Give the head of a file: dated when the scenario was kept, to be read by everybody."""
    moment = kept_at.astimezone(UTC)
    entry = ZipInfo(name, (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
