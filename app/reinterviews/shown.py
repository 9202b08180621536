"""What the second enumerator is shown of the first interview, and which answers nobody has to ask for after that.
Pure.

Who copies what is shown has heard nothing. So of a name, a text and a list only what is not shown is compared, and a
choice, a day or a number not at all where it stands there:

- a year and a sum of money also where copying what stands there would agree with them;
- any other number only where it is the same, and none that is 0: nearly every address has a small number in it, which
  would else take most counts of people out of the comparison.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, NamedTuple, Self

from app.identifiers.phonetic_name import phonetic_words
from app.questionnaires.masking import without_long_numbers
from app.register.names import CALLED, searchable

SHOWN = frozenset({"/legal_name", "/owner/name", "/chair/name", "/address", "/main_activity", "/kbli"})
"""What the second enumerator is shown, to find the business, and the code of the activity that is shown: it says
nothing about the first one's work."""

Kind = Literal["exact", "number", "name", "text", "several"]
Parts = frozenset[str]

_SAY_NOTHING = CALLED | {"jl", "jln", "jalan", "no", "nomor", "rt", "rw"}
_TIMES = {"ribu": 10**3, "rb": 10**3, "juta": 10**6, "jt": 10**6, "miliar": 10**9, "milyar": 10**9, "m": 10**9}
_GROUPED = re.compile(r"(?<=[0-9])[., ](?=[0-9]{3}(?![0-9]))")
_NUMBER = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?(?:\s*(ribu|rb|juta|jt|miliar|milyar|m)\b)?")


def texts_shown(answers: Mapping[str, Any]) -> dict[str, str | None]:
    """The texts that the task has of the first interview's answers, under the names that they have there. Long numbers
    are masked, in whatever text they stand."""
    person = answers.get("owner") or answers.get("chair") or {}
    return {
        "business_name": _masked(answers.get("legal_name")),
        "owner_name": _masked(person.get("name")) if isinstance(person, Mapping) else None,
        "address": _masked(answers.get("address")),
        "activity": _masked(answers.get("main_activity")),
    }


class Shown(NamedTuple):
    """What stands in what is shown: words, the same as they sound, numbers as they are written, and what they say."""

    words: Parts = frozenset()
    heard: Parts = frozenset()
    digits: Parts = frozenset()
    amounts: frozenset[float] = frozenset()

    @classmethod
    def of(cls, answers: Mapping[str, Any]) -> Self:
        """Of the first interview's answers."""
        texts = [text for text in texts_shown(answers).values() if text is not None]
        words = frozenset(each for text in texts for each in words_of(text))
        return cls(
            words,
            frozenset(each for text in texts for word in text.split() for each in heard_of(word)),
            frozenset(digits for word in words if (digits := digits_of(word))),
            frozenset(each for text in texts for each in _amounts(text)),
        )

    def says(self, kind: Kind, answer: Any, is_near: Callable[[float], bool]) -> bool:
        """Whether that choice, day or number stands there; `is_near`: whether a number would agree with it if it were
        copied."""
        if isinstance(answer, str):
            if kind == "number" and digits_of(answer) in self.digits:
                return True
            return kind in ("number", "exact") and self._says_all(answer)
        return is_amount(answer) and answer != 0 and any(is_near(each) for each in self.amounts)

    def has_copy(self, kind: Kind, answer: Any) -> bool:
        """Whether that answer, which is not left empty, says nothing but what stands there."""
        left = self.left_of(kind, answer)
        return not left if left is not None else self.says(kind, answer, lambda each: each == answer)

    def left_of(self, kind: Kind, answer: Any) -> Parts | None:
        """What is left of a name, a text or a list without what is shown; None of another answer."""
        if kind == "several" and isinstance(answer, list):
            return frozenset(each for each in entries_of(answer) if not self._says_all(each))
        if kind == "name" and isinstance(answer, str):
            return heard_of(answer) - self.heard
        if kind == "text" and isinstance(answer, str):
            return words_of(answer) - self.words - _SAY_NOTHING
        return None

    def _says_all(self, text: str) -> bool:
        words = words_of(text)
        return words <= self.words | _SAY_NOTHING and bool(words & self.words)


def _masked(answer: Any) -> str | None:
    return without_long_numbers(answer) if isinstance(answer, str) else None


def is_amount(value: Any) -> bool:
    """Whether it is a number that can be more or less."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def words_of(text: str) -> Parts:
    """The words of a text, as names are searched; `03` and `3` are one."""
    return frozenset(word.lstrip("0") or word for word in searchable(text).split())


def heard_of(name: str) -> Parts:
    """The words of a name as they sound, but for those that many names have."""
    return phonetic_words(name.replace(",", " "))


def digits_of(text: str) -> str:
    """`0812…` and `+62 812…` are one number, `03` and `3` one RT."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return digits.removeprefix("62" if text.lstrip().startswith("+") else "").lstrip("0")


def phone_of(text: str) -> str:
    """The same of a telephone, which is written without the plus, too: `62812…` and `0062 812…`. After one zero it is
    a code of Indonesia's own, as of 0627."""
    digits = "".join(sign for sign in text if sign.isdigit())
    is_abroad = text.lstrip().startswith("+") or digits.startswith(("62", "00"))
    return (digits.lstrip("0").removeprefix("62") if is_abroad else digits).lstrip("0")


def entries_of(answer: Collection[Any]) -> Parts:
    """What a list names, each as it sounds; of a table, its first column that is a text."""
    texts = [next(map(str, _texts_of(each)), "") for each in answer]
    return frozenset(filter(None, (searchable(each).strip() for each in texts)))


def _texts_of(entry: Any) -> Iterable[str]:
    if isinstance(entry, Mapping):
        return (value for value in entry.values() if isinstance(value, str))
    return (entry,) if isinstance(entry, str) else ()


def _amounts(text: str) -> Iterable[float]:
    """The numbers of a text: `44`, `40.000.000` and its parts, `40 juta`, `1,5 jt`."""
    for written in {text.casefold(), _GROUPED.sub("", text.casefold())}:
        for whole, part, times in _NUMBER.findall(written):
            yield from (float(whole), float(f"{whole}.{part or 0}") * _TIMES.get(times, 1))
