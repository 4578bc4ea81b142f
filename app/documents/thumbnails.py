"""Small pictures of receipts: upright, light, and without anything that the camera wrote beside the points."""

import struct
import warnings
import zlib
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Final

from app.domain.receipts import MAX_MEGAPIXELS, PictureBroken, PictureTooLarge, check_points

if TYPE_CHECKING:
    from PIL.Image import Image

MEDIA_TYPE: Final = "image/webp"
LONGEST_SIDE: Final = 240
MAX_BYTES: Final = 12_000
_QUALITIES: Final = (60, 45, 30, 15)
_SMALLER: Final = 120
# All that Pillow says of a picture that is broken or lies about itself.
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    MemoryError,
    EOFError,
    NotImplementedError,
    ZeroDivisionError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_one_at_a_time = Lock()


def thumbnail(content: bytes) -> bytes:
    """Give a small picture (WebP) of a JPEG, PNG or WebP: at most 240 points a side and 12 KB.

    It stands upright as the camera was held, and holds no metadata: neither the place nor the telephone. Of a picture
    that moves it is the first one. One at a time is made in a process: a large one takes 250 MB for a moment.

    :raises PictureTooLarge: it says that it has more points than ``domain.receipts.MAX_MEGAPIXELS``.
    :raises PictureBroken: it cannot be opened to its end.
    """
    from PIL import Image

    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about metadata that nobody reads; the bound on points is our own
        try:
            with Image.open(BytesIO(content), formats=_FORMATS) as opened:
                check_points(*opened.size)
                return _light(_upright(opened))
        except Image.DecompressionBombError as fault:
            raise PictureTooLarge(limit=MAX_MEGAPIXELS) from fault
        except _BROKEN as fault:
            raise PictureBroken from fault


def _upright(opened: "Image") -> "Image":
    """Give the small picture, turned as its EXIF says; what says nonsense does not turn it."""
    from PIL import Image, ImageOps

    opened.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    opened.load()
    small = opened.reduce(factor) if (factor := max(opened.size) // (2 * LONGEST_SIDE)) > 1 else opened.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    try:
        return ImageOps.exif_transpose(small)
    except _BROKEN:
        return small


def _light(small: "Image") -> bytes:
    """Write a picture in no more than ``MAX_BYTES``: first with less detail, then smaller."""
    plain = _on_white(small)
    for quality in _QUALITIES:
        written = _written(plain, quality)
        if len(written) <= MAX_BYTES:
            return written
    plain.thumbnail((_SMALLER, _SMALLER))
    return _written(plain, _QUALITIES[-1])


def _on_white(small: "Image") -> "Image":
    """Give the points alone, on white where a picture is transparent: nothing that stood beside them is taken along."""
    from PIL import Image

    coloured = small.convert("RGBA")
    ground = Image.new("RGB", coloured.size, "white")
    ground.paste(coloured, mask=coloured.getchannel("A"))
    return ground


def _written(plain: "Image", quality: int) -> bytes:
    made = BytesIO()
    plain.save(made, "WEBP", quality=quality, method=4)
    return made.getvalue()
