"""Small pictures: upright, light, without what the camera wrote; broken and hostile pictures are refused."""

import random
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from app.documents.thumbnails import LONGEST_SIDE, MAX_BYTES, thumbnail
from app.domain.receipts import PictureBroken, PictureTooLarge
from tests.sample_files import GPS, bomb_png, jpeg, photo, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_small_picture_is_light_and_of_the_same_shape() -> None:
    small = thumbnail(photo())
    assert len(small) <= MAX_BYTES
    assert (opened(small).format, opened(small).size) == ("WEBP", (LONGEST_SIDE, 160))


def test_it_stands_as_the_camera_was_held() -> None:
    shown = opened(thumbnail(photo(turned=True))).convert("RGB")
    assert shown.size == (160, LONGEST_SIDE)
    red, green, _blue = (int(value) for value in shown.getpixel((150, 10)))  # type: ignore[union-attr]
    assert red > 200 > 80 > green


def test_nothing_that_the_camera_wrote_is_in_it() -> None:
    sent = photo(turned=True)
    assert opened(sent).getexif().get_ifd(GPS)
    small = thumbnail(sent)
    assert not opened(small).getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & opened(small).info.keys()
    assert b"Demo telephone" in sent
    assert b"Demo telephone" not in small


def test_what_a_picture_says_beside_its_points_is_left_out() -> None:
    made = BytesIO()
    facts = Image.Exif()
    facts[0x0110] = "Secret place"
    Image.new("RGBA", (20, 20), "blue").save(made, "PNG", exif=facts, icc_profile=b"Secret place")
    assert b"Secret place" not in thumbnail(made.getvalue())


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("WEBP", mode) for mode in ("RGB", "RGBA")],
)
def test_pictures_of_every_make_are_shown(kind: str, mode: str) -> None:
    assert opened(thumbnail(picture(kind, mode=mode))).size == (240, 160)


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(thumbnail(picture("PNG", width=5, height=7))).size == (5, 7)


def test_a_strip_keeps_a_side() -> None:
    assert opened(thumbnail(picture("PNG", width=9000, height=2))).size == (240, 1)


def test_noise_is_light_too() -> None:
    made, chance = BytesIO(), random.Random(1)  # noqa: S311 - a test
    Image.frombytes("RGB", (240, 240), chance.randbytes(240 * 240 * 3)).save(made, "PNG")
    assert len(thumbnail(made.getvalue())) <= MAX_BYTES


@pytest.mark.parametrize(
    "content",
    [bomb_png(), bomb_png(width=60_000, height=60_000), bomb_png(width=8_001, height=8_000)],
    ids=["large", "larger than Pillow takes", "a little too large"],
)
def test_a_picture_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(content: bytes) -> None:
    with pytest.raises(PictureTooLarge) as refusal:
        thumbnail(content)
    assert refusal.value.params == {"limit": 64}


@pytest.mark.parametrize(
    "content",
    [
        photo()[:3000],
        jpeg(),
        picture("PNG", width=900)[:-60],
        b"",
        b"%PDF-1.7",
        b"GIF89a",
        picture("GIF"),
        bomb_png(width=900, height=9000),
    ],
)
def test_a_picture_that_cannot_be_opened_is_refused(content: bytes) -> None:
    with pytest.raises(PictureBroken):
        thumbnail(content)


@pytest.mark.parametrize("seed", range(40))
def test_bytes_that_are_wrong_are_shown_or_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test
    sources = photo(width=90, height=60), picture("PNG"), picture("WEBP"), picture("JPEG", mode="CMYK")
    for source in sources:
        content = bytearray(source)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(min(len(content), 600))] = chance.randrange(256)
        with suppress(PictureBroken, PictureTooLarge):
            assert len(thumbnail(bytes(content))) <= MAX_BYTES
