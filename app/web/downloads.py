"""Files that people take away: with their name in any script, kept by nobody on the way."""

from urllib.parse import quote

from fastapi import Response


def download(name: str, media_type: str, content: bytes) -> Response:
    """Answer with a file that is kept under its name.

    Not opened inside the browser: on a phone, a shared machine or with a screen reader people use the program that they
    know, and what others wrote never runs with the rights of Tandem.
    """
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
