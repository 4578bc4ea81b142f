"""Forms with files: ``UploadDep`` reads them to temporary files on disk, and ``files_of`` gives them one by one.

The route also says how much it takes (``body_limits.takes_up_to``) and counts the try before this dependency runs.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData, UploadFile

MAX_FILES: Final = 20
MAX_FIELDS: Final = 20
OVERHEAD_BYTES: Final = 100_000
"""Room for the fields beside the files, and for what stands between them."""


async def _upload(request: Request) -> AsyncIterator[FormData]:
    try:
        data = await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS)
    except (HTTPException, UnicodeError) as fault:
        raise HTTPException(400) from fault
    try:
        yield data
    finally:
        await data.close()


UploadDep = Annotated[FormData, Depends(_upload)]


def files_of(data: FormData, name: str) -> Iterator[UploadFile]:
    """Give the files of a field; a field in which none was chosen comes as one without a name and content."""
    for value in data.getlist(name):
        if isinstance(value, UploadFile) and (value.filename or value.size):
            yield value


def read_whole(file: UploadFile) -> bytes:
    """Give the content of a file; look at its ``size`` first."""
    file.file.seek(0)
    return file.file.read(file.size or 0)
