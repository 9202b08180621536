"""Whether bytes are a photo: they are decoded, whole, within bounds."""

import io
import warnings
from collections.abc import Mapping
from typing import NamedTuple

from PIL import Image

from app.core.problems import Code, Problem

FORMATS: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""The media types that are taken, and what the decoder calls them."""

MAX_PIXELS = 50_000_000
"""Above what the cameras of tablets make; a small file can claim to be a very large picture."""


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


def decode(content: bytes, media_type: str) -> Size:
    """Decode a photo to its last pixel.

    Raises:
        Problem: `attachment_not_an_image` where it is none, not of that type, cut off, or too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[FORMATS[media_type]]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Problem(Code.ATTACHMENT_NOT_AN_IMAGE)
                image.load()
                return Size(image.width, image.height)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombWarning, Image.DecompressionBombError) as exc:
        raise Problem(Code.ATTACHMENT_NOT_AN_IMAGE) from exc
