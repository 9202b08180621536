"""A photo is kept without what it tells beside its picture, and the picture stays pixel for pixel, and upright."""

import io
import random
import struct
from typing import Any

import pytest
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from app.attachments.metadata import assembled, examine
from app.core.problems import Problem

SECRET = b"RAHASIA-PEMILIK"
KINDS = ("JPEG", "PNG", "WEBP")


def picture(mode: str = "RGB") -> Image.Image:
    return Image.frombytes(mode, (40, 24), random.Random(1).randbytes(40 * 24 * len(mode)))


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = SECRET.decode()
    told[0x9286] = SECRET
    gps = told.get_ifd(0x8825)
    gps[2], gps[4], gps[1], gps[3] = (4.0, 7.0, 35.76), (104.0, 10.0, 12.7), "S", "E"
    gps[27] = SECRET
    return told


def bare(content: bytes, kind: str) -> bytes:
    width, height, pieces = examine(content, f"image/{kind.lower()}")
    made = assembled(content, pieces)
    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (width, height)
    return made


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def seen(content: bytes) -> tuple[tuple[int, int], bytes]:
    """The pixels as a person sees them."""
    with Image.open(io.BytesIO(content)) as image:
        turned = ImageOps.exif_transpose(image)
        return turned.size, turned.convert("RGBA").tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_everything_but_the_picture_goes_and_it_stays_upright(kind: str, orientation: int) -> None:
    how: dict[str, Any] = {"exif": exif(orientation)}
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Comment", SECRET.decode())
        info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        how |= {"pnginfo": info}
    else:
        how |= {"xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "JPEG":
        how |= {"comment": SECRET, "progressive": orientation % 2 == 0}
    content = saved(picture(), kind, **how)
    assert SECRET in content
    made = bare(content + SECRET, kind)  # motion photos hang a film behind
    assert SECRET not in made
    assert seen(made) == seen(content)
    with Image.open(io.BytesIO(made)) as image:
        told = image.getexif()
        assert dict(told) == ({} if orientation == 1 else {0x0112: orientation})
        assert not told.get_ifd(0x8825)
        assert not image.getxmp()
    assert bare(made, kind) == made, "there is nothing more to take"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "CMYK"])
def test_a_photo_without_metadata_stays_byte_for_byte_and_a_profile_goes(kind: str, mode: str) -> None:
    image = picture(mode)
    if (kind, mode) in {("JPEG", "RGBA"), ("PNG", "CMYK"), ("WEBP", "CMYK")}:
        pytest.skip("there is no such file")
    content = saved(image, kind)
    assert bare(content, kind) == content
    coloured = saved(image, kind, icc_profile=b"\x00" * 128 + SECRET * 50)
    made = bare(coloured, kind)
    assert seen(made) == seen(coloured)
    assert bare(made, kind) == made
    assert SECRET not in made
    with Image.open(io.BytesIO(made)) as opened:
        assert "icc_profile" not in opened.info


def segment(marker: int, body: Any) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize(
    "hidden",
    [
        segment(0xE1, b"Exif\x00\x00" + SECRET),
        segment(0xE1, b"Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff" + SECRET),
        segment(0xE0, b"JFXX\x00\x10" + SECRET),
        segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x05\x01" + SECRET),
        segment(0xE2, b"MPF\x00" + SECRET),
        segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + SECRET),
        segment(0xED, b"Photoshop 3.0\x00" + SECRET),
        segment(0xEF, SECRET),
        segment(0xFE, SECRET),
        segment(0xF5, SECRET),
        b"\xff\xff\xff" + segment(0xFE, SECRET)[1:],
        SECRET,  # between two segments, where decoders pass it over
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # of the decoder, about what is broken on purpose
def test_nothing_hides_in_a_segment_of_a_jpeg(hidden: bytes) -> None:
    content = saved(picture(), "JPEG", progressive=True)
    places = [2, content.index(b"\xff\xdb"), content.index(b"\xff\xc4"), content.index(b"\xff\xda")]
    places += [content.index(b"\xff\xda", places[3] + 2)]  # between two scans
    for place in places:
        hiding = content[:place] + hidden + content[place:]
        try:
            made = bare(hiding, "JPEG")
        except Problem:  # the decoder does not take it there
            continue
        assert SECRET not in made or place == places[4], place
        assert seen(made) == seen(content)


def test_a_child_that_was_taken_over_adds_nothing() -> None:
    with pytest.raises(Problem):
        assembled(b"abc", ["00" * 1000])
