"""Searches by the words of a name: every word that is asked for begins a word of it, or is in it. Pure.

A name is compared with the signs below as blanks, so that `Al-Fatih` has two words, and with small letters for the
capitals A to Z. Other letters are compared as they are, so that an index is good whatever the locale of the database.
"""

import string

_PARTING = "\"'(),-./"
_BLANKS = " " * len(_PARTING)
_AS_BLANKS = str.maketrans(_PARTING, _BLANKS)
_MAX_WORDS = 8
_TELLING = 3  # letters: fewer, with anything in front, are in no trigram of an index
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

_SQL_PARTING = _PARTING.replace("'", "''")
WORDS_OF_NAME = f"(' '::text || translate(lower(name COLLATE \"C\"), '{_SQL_PARTING}'::text, '{_BLANKS}'::text))"
"""A column `name` as it is searched, in SQL. The indexes of migration 0024 are on exactly this."""


def words_asked(text: str) -> list[str]:
    """The words that were typed, at most eight, with small letters for A to Z."""
    return list(dict.fromkeys(text.translate(_SMALL).split()))[:_MAX_WORDS]


def beginning(word: str) -> str | None:
    """The pattern for `WORDS_OF_NAME LIKE` of names with a word that begins so; None where it has no letter."""
    bare = " ".join(word.translate(_AS_BLANKS).split())
    return f"% {_escaped(bare)}%" if bare else None


def inside(word: str) -> str | None:
    """As `beginning`, of names with the word anywhere; one of one or two letters begins a word."""
    bare = " ".join(word.translate(_AS_BLANKS).split())
    return f"%{_escaped(bare)}%" if len(bare) >= _TELLING else beginning(word)


def containing(word: str) -> str:
    """The pattern for `LIKE` of texts that have it anywhere; a word of one or two letters, in front."""
    return f"%{_escaped(word)}%" if len(word) >= _TELLING else f"{_escaped(word)}%"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
