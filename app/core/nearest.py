"""Unknown names, and the known name that was most likely meant. Pure."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

_ALIKE = 60  # of a hundred
_NAME = re.compile(r"(?!.*[0-9]{6})[A-Za-z_][A-Za-z0-9_.-]{0,39}", re.ASCII)


def looks_like_a_name(name: str) -> bool:
    """Whether a word may be repeated in an answer: anything may have been typed there, also a person's number."""
    return _NAME.fullmatch(name) is not None


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that is most like it; none where nothing is like it."""
    found = process.extractOne(name.lower(), known, scorer=fuzz.WRatio, score_cutoff=_ALIKE)
    return None if found is None else found[0]
