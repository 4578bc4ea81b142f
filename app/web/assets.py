"""Static files under a content hash: style sheets, one script, a few pictures, kept in memory ready to send."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"
STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components/*.css",
    "css/pages/*.css",
    "css/print.css",
)
STAFF_STYLES = ("css/staff/*.css",)
"""What only pages of the programme team need, so that nobody else pays for it."""
MEMBER_STYLES = ("css/member/*.css",)
"""What only a few pages need (host list, polls, visits, year): those pages link it in their block ``head``."""
SCRIPTS = ("vendor/htmx-4.0.1.min.js", "js/*.js")
COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(rb"\n\s*")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent: its hashed name, its type, its bytes, and the same compressed."""

    path: str
    media_type: str
    body: bytes
    compressed: bytes
    etag: str


def load_assets() -> dict[str, Asset]:
    """Read all static files; keys are the plain names that templates use (``tandem.css``)."""
    assets = [
        _style("tandem.css", STYLES),
        _style("staff.css", STAFF_STYLES),
        _style("member.css", MEMBER_STYLES),
        _asset("tandem.js", _joined(SCRIPTS)),
        *(_asset(file.name, file.read_bytes()) for file in sorted((STATIC / "img").glob("*"))),
    ]
    return dict(assets)


def _style(name: str, patterns: tuple[str, ...]) -> tuple[str, Asset]:
    return _asset(name, INDENT.sub(b"\n", COMMENT.sub(b"", _joined(patterns))))


def _joined(patterns: tuple[str, ...]) -> bytes:
    files = [file for pattern in patterns for file in sorted(STATIC.glob(pattern))]
    return b"\n".join(file.read_bytes() for file in files)


def _asset(name: str, body: bytes) -> tuple[str, Asset]:
    digest = hashlib.sha256(body).hexdigest()[:12]
    stem, _, suffix = name.rpartition(".")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return name, Asset(f"{stem}.{digest}.{suffix}", media_type, body, gzip.compress(body, 9, mtime=0), f'"{digest}"')
