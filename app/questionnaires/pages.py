"""Pages of a form, and which questions are left out because of another answer. Pure.

A page names its questions in the order in which they are asked. A question with a condition is asked where the answer
to another question is one of some values or, where several may be chosen, has one of them. What was answered although
the other answer says otherwise is kept, with a warning; where the other question was not answered, nothing is doubtful.
Schemas show both (`schema.py`), so that a tablet follows the same definition.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from app.questionnaires.findings import Finding


class Page(NamedTuple):
    """A block of the form, by its Roman number: its title, and its questions from the answers on."""

    name: str
    label_id: str
    label_en: str
    questions: tuple[str, ...]


class When(NamedTuple):
    """The condition of a question: another one, as `owner.other_job`, and the answers with which it is asked."""

    question: str
    of: tuple[bool | str, ...]

    @property
    def pointer(self) -> str:
        """The RFC 6901 pointer of the other question, from the answers on."""
        return "/" + self.question.replace(".", "/")


def answer_at(answers: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What was answered there; None where nothing was."""
    value: Any = answers
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None  # quicker than any mapping
    return value


class Skip(NamedTuple):
    """A condition, ready to be asked: where its question stands, and where the other one."""

    question: tuple[str, ...]
    other: tuple[str, ...]
    of: tuple[bool | str, ...]

    def is_asked(self, answers: Mapping[str, Any]) -> bool | None:
        """Whether the question is asked; None where the other one was not answered, and it is not asked yet."""
        said = answer_at(answers, self.other)
        if said is None:
            return None
        return any(each in self.of for each in said) if isinstance(said, list) else said in self.of


def ready(skips: Mapping[str, When]) -> tuple[Skip, ...]:
    """The conditions of a form, by their questions."""
    return tuple(
        Skip(tuple(question.split(".")), tuple(when.question.split(".")), when.of) for question, when in skips.items()
    )


def left_out(skips: Iterable[Skip], answers: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning for each answer to a question that is not asked because of another answer."""
    for skip in skips:
        if answer_at(answers, skip.question) is not None and skip.is_asked(answers) is False:
            yield Finding("/answers/" + "/".join(skip.question), "question_not_asked")
