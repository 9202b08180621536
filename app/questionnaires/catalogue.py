"""Which questionnaires there are, by name and version. Older versions stay accepted all campaign long."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal, get_args, get_origin

from pydantic import TypeAdapter

from app.identifiers.numbers import FOREIGN
from app.questionnaires.fields import Block, shape_of
from app.questionnaires.koperasi_1 import Koperasi1
from app.questionnaires.koperasi_2 import PAGES as PAGES_OF_KOPERASI
from app.questionnaires.koperasi_2 import SKIPS as SKIPS_OF_KOPERASI
from app.questionnaires.koperasi_2 import Koperasi2
from app.questionnaires.pages import Page, Skip, When, ready
from app.questionnaires.umkm_1 import Umkm1
from app.questionnaires.umkm_2 import PAGES as PAGES_OF_UMKM
from app.questionnaires.umkm_2 import SHARES as SHARES_OF_UMKM
from app.questionnaires.umkm_2 import SKIPS as SKIPS_OF_UMKM
from app.questionnaires.umkm_2 import Umkm2
from app.questionnaires.visit_1 import Visit1

Kind = Literal["umkm", "koperasi", "visit"]
"""What is asked: about an enterprise, a cooperative, or nothing, since nobody was interviewed."""


@dataclass(frozen=True)
class Questionnaire:
    """One version of one questionnaire. `skips`: conditions of questions; `shares`: blocks whose percentages add up to
    100; `series`: tables of sums by year, that of the yearly sales first."""

    kind: Kind
    version: int
    model: type[Block]
    pages: tuple[Page, ...] = ()
    skips: Mapping[str, When] = field(default_factory=dict, hash=False)
    shares: tuple[str, ...] = ()
    series: tuple[str, ...] = ()

    @cached_property
    def shape(self) -> TypeAdapter[Any]:
        """What checks answers, as parsed from JSON."""
        return shape_of(self.model)

    @cached_property
    def conditions(self) -> tuple[Skip, ...]:
        """`skips`, ready to be asked."""
        return ready(self.skips)

    @property
    def name(self) -> str:
        """As records name it."""
        return f"{self.kind}@{self.version}"


@dataclass(frozen=True, slots=True)
class Newer:
    """A version that the tablet has and the server does not have yet."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that ever was a questionnaire."""


CATALOGUE: Mapping[str, Questionnaire] = {
    questionnaire.name: questionnaire
    for questionnaire in (
        Questionnaire("umkm", 1, Umkm1),
        Questionnaire("koperasi", 1, Koperasi1),
        Questionnaire(
            "umkm",
            2,
            Umkm2,
            PAGES_OF_UMKM,
            SKIPS_OF_UMKM,
            SHARES_OF_UMKM,
            ("sales", "sales_domestic", "sales_abroad", "assets", "debts"),
        ),
        Questionnaire(
            "koperasi",
            2,
            Koperasi2,
            PAGES_OF_KOPERASI,
            SKIPS_OF_KOPERASI,
            series=("business_volume", "surplus", "equity", "assets", "debts"),
        ),
        Questionnaire("visit", 1, Visit1),
    )
}


def choices(path: str) -> tuple[str, ...]:
    """The answers that a question offers, of the questionnaire that asks it: `owner.education`; none for free text."""
    for questionnaire in CATALOGUE.values():
        found: Any = questionnaire.model
        for name in path.split("."):
            fields = getattr(_inner(found, Block), "model_fields", {})
            found = fields[name].annotation if name in fields else None
        offered = _inner(found, str)
        if offered is not None:
            return tuple(map(str, get_args(offered)))
    return ()


@cache
def questions_of(name: str) -> frozenset[str] | None:
    """The questions by which it is measured how much was answered, as pointers from the answers on, a table as one:
    those of the first version, which every later one has, so that versions are comparable. None where it is not known.
    """
    known = CATALOGUE.get(name)
    return None if known is None else frozenset(_pointers(CATALOGUE[f"{known.kind}@1"].model, ""))


@cache
def unasked_numbers(name: str) -> frozenset[str]:
    """Kinds of numbers of an owner without a NIK that a version cannot say, though another version of it can."""
    known = CATALOGUE.get(name)
    if known is None:
        return frozenset()
    versions = {each.name: set(_pointers(each.model, "")) for each in CATALOGUE.values() if each.kind == known.kind}
    asked = set().union(*versions.values()) - versions[name]
    return frozenset(kind for kind in FOREIGN if f"/owner/{kind}" in asked)


def _pointers(model: type[Block], where: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        block = _inner(info.annotation, Block)
        if block is None:
            yield f"{where}/{name}"
        else:
            yield from _pointers(block, f"{where}/{name}")


def _inner(annotation: Any, kind: type) -> Any:
    """Of an annotation that may be optional: the block in it, or with `str` the literal."""
    for each in (annotation, *get_args(annotation)):
        literal = get_origin(each) is Literal
        if literal if kind is str else isinstance(each, type) and issubclass(each, kind):
            return each
    return None


_NAME = re.compile(r"([a-z]+)@([1-9][0-9]{0,4})", re.ASCII)


def find(name: str) -> Questionnaire | Newer | Unknown:
    """The questionnaire of that name, or the reason why it is not known."""
    known = CATALOGUE.get(name)
    if known is not None:
        return known
    match = _NAME.fullmatch(name)
    versions = [each.version for each in CATALOGUE.values() if match and each.kind == match[1]]
    return Newer() if match and versions and int(match[2]) > max(versions) else Unknown()


def is_visit(name: str) -> bool:
    """Whether items of this questionnaire are visits without an interview, of whatever version."""
    return name.startswith("visit@")
