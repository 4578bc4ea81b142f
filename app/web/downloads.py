"""Files that people take away: with their name in any script, kept by nobody on the way."""

from urllib.parse import quote

from fastapi import Response


def download(name: str, media_type: str, content: bytes) -> Response:
    """Answer with a file that is kept under its name.

    Not opened inside the browser: on a phone, a shared machine or with a screen reader people use the program that they
    know, and what others wrote never runs with the rights of Tandem. Signs that are not seen, such as those that turn
    the direction of writing, are left out of its name: they would hide what kind of file it is.
    """
    seen = "".join(sign for sign in name if sign.isprintable())
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(seen, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
