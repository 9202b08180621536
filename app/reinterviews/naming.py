"""Whether a text names a business or its owner. Pure.

The less a text stands where a name is asked for, the more of the name it has to be:

- *as it is heard*: of two names. Spellings are alike that tablets take for one (`openapi/README.md`), and so are many
  short names: *male* is heard as *Mulia*. Where nothing tells much, as in `88`, the names are compared in full.
- *in full*: all its words, spelt alike (`register/names.py`), but for what people and businesses are called by.
- *in a sentence*: all its words, also those, in one piece. A name of few words is in many sentences that are not about
  the business, since businesses are called by what they sell: *Pecel Lele*. So a business's name has three words at
  least, two of them distinctive; an owner's name has two distinctive ones.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from app.identifiers.phonetic_name import LEFT_OUT, phonetic_name
from app.register.names import CALLED, TRADES, searchable

# What shows nothing: Default_Ignorable_Code_Point of the Unicode Character Database (UAX 44), control characters but
# for blanks, and halves of surrogate pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ud800-\udfff]+"
)
_CALLED_BY = CALLED | TRADES | {word for each in LEFT_OUT for word in searchable(each).split()}
_APART = " 0q0 "  # a word of no name
_SHORT = 2  # letters of a word that says little
_DISTINCTIVE = 2
_IN_SENTENCES = 3  # words


def visible(text: str) -> str:
    """The text without signs that nobody sees."""
    return text if text.isprintable() and text.isascii() else _INVISIBLE.sub("", text)


class Keys(NamedTuple):
    """By what a name is the same as another one: as it is heard, and in full. Both are empty of what is no name."""

    heard: str
    full: str


def keys_of(name: str) -> Keys:
    """The keys of a name. Where nothing in it tells much, it is heard in full."""
    words = _words(name)
    full = _in_full(words)
    return Keys(phonetic_name(visible(name)) if _distinctive(words) else full and f"={full}", full)


def in_full(name: str) -> str:
    """The key of a name in full alone."""
    return _in_full(_words(name))


def is_distinctive(full: str) -> bool:
    """Whether few names are the same in full."""
    return len(_distinctive(full.split())) >= _DISTINCTIVE


def in_sentences(name: str | None, *, of_person: bool) -> frozenset[str]:
    """The name as it is looked for in sentences; none where that would find others, too."""
    words = _words(name or "")
    long_enough = of_person or len(words) >= _IN_SENTENCES
    return frozenset({" ".join(words)}) if long_enough and is_distinctive(" ".join(words)) else frozenset()


class Sentences:
    """Names that are looked for in sentences, by their first two words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = defaultdict[tuple[str, str], list[str]](list)
        for name in names:
            first, second, *_ = name.split()
            self._names[first, second].append(name)

    def found_in(self, texts: Iterable[str]) -> frozenset[str]:
        """Those that stand in one of the texts."""
        said = searchable(visible(_APART.join(texts))) if self._names else ""
        begun = self._names.keys() & set(pairwise(said.split()))
        return frozenset(name for pair in begun for name in self._names[pair] if f" {name} " in said)


def _words(name: str) -> list[str]:
    """Without what stands behind a comma, such as degrees."""
    name = visible(name)
    return searchable(name.partition(",")[0]).split() or searchable(name).split()


def _in_full(words: list[str]) -> str:
    return " ".join([word for word in words if word not in _CALLED_BY] or words)


def _distinctive(words: Iterable[str]) -> set[str]:
    return {word for word in words if word not in _CALLED_BY and len(word) > _SHORT and not word.isdigit()}
