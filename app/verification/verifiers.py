"""What a verifier is, and what of its answer is believed. Pure.

A verifier is asked about a batch of numbers and answers each by its reference. Its word changes the register, so an
answer is taken whole or not at all: as many lines as were asked, each reference once, each answer one of three words.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from app.verification.lines import Line
from app.verification.states import ANSWERS, Answer

MOST = 500
"""The most numbers of one batch."""


class Question(NamedTuple):
    """What a verifier is asked about one number."""

    reference: str
    kind: str
    number: str
    name: str
    birth_date: str

    def __repr__(self) -> str:
        """The reference only: the rest is personal."""
        return f"Question({self.reference})"


class VerifierFault(Exception):
    """A verifier did not answer, or not so that it can be used. Carries a stable code, and never what it said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Verifier(Protocol):
    """Somebody who knows whether numbers and names belong together."""

    name: str
    """As requests call it: the source of its answers."""

    async def verify(self, questions: Sequence[Question]) -> Any:
        """What it says: a list of objects with `reference` and `answer`, as JSON has them.

        Raises:
            VerifierFault: it cannot be asked.
        """

    async def close(self) -> None:
        """Give back what it holds."""


FAULTS: Mapping[str, str] = {
    "away": "it cannot be reached",
    "slow": "it did not answer in time",
    "refused": "it refused the credential or the request",
    "overloaded": "it asked to be left alone for a while",
    "too_large": "its answer is larger than any answer can be",
    "not_json": "its answer is not the JSON that was agreed",
    "wrong_count": "it gave more or fewer answers than it was asked for",
    "unknown_reference": "it answered a reference that it was not asked about",
    "repeated_reference": "it answered a reference twice",
    "unknown_answer": "it gave an answer that is none of the three",
    "broken": "it failed",
}
"""Why an answer was not used, by the code in `fault`, in metrics and in the log."""


def questions_of(lines: Sequence[Line]) -> list[Question]:
    """What is asked of these lines."""
    return [Question(each.reference, each.kind, each.number, each.name, each.birth_date) for each in lines]


def believed(questions: Sequence[Question], said: Any) -> dict[str, Answer]:
    """The answers by reference.

    Raises:
        VerifierFault: one of them cannot be used, so none is.
    """
    if not isinstance(said, list) or any(not isinstance(each, Mapping) for each in said):
        raise VerifierFault("not_json")
    if len(said) != len(questions):
        raise VerifierFault("wrong_count")
    asked, found = {each.reference for each in questions}, dict[str, Answer]()
    for each in said:
        reference, answer = each.get("reference"), each.get("answer")
        if not isinstance(reference, str) or reference not in asked:
            raise VerifierFault("unknown_reference")
        if reference in found:
            raise VerifierFault("repeated_reference")
        if not isinstance(answer, str) or answer not in ANSWERS:
            raise VerifierFault("unknown_answer")
        found[reference] = answer
    return found


class Breaker:
    """How long a verifier is left alone: after each fault in a row twice as long, up to a quarter of an hour."""

    def __init__(self, first_s: float = 5.0, longest_s: float = 900.0) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._faults, self._until = 0, 0.0

    @property
    def open(self) -> bool:
        """Whether it failed last."""
        return self._faults > 0

    def may_ask(self, now_s: float) -> bool:
        """Whether its time of rest is over."""
        return now_s >= self._until

    def failed(self, now_s: float, rest_s: float | None = None) -> None:
        """It failed; `rest_s`: as long as it asked for itself."""
        pause = min(self._first_s * 2.0 ** min(self._faults, 16), self._longest_s)
        self._faults += 1
        self._until = now_s + min(max(pause, rest_s or 0.0), self._longest_s)

    def succeeded(self, now_s: float, pause_s: float) -> None:
        """It answered; the next question comes after the pause that its rate asks for."""
        self._faults, self._until = 0, now_s + pause_s
