"""How questions are written: types with their bounds, labels in both languages, and whether the answer is sealed.

Answers are sealed unless the question says `open=True`: what is not known to be harmless is treated as personal data
(UU 27/2022). Schemas for tablets are made from these models, so everything a tablet needs to ask stands here.
"""

import re
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, with_config
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

MAX_MONEY = 2**63 - 1


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _only_iso_day(value: Any) -> Any:
    # pydantic would also take numbers, counted from 1970, and moments at midnight.
    if value is not None and not (isinstance(value, str) and _ISO_DAY.fullmatch(value)):
        raise PydanticCustomError("date_type", "not a day as YYYY-MM-DD")
    return value


Name = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(max_length=300)]
Note = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=60)]
Number = Annotated[str, Field(max_length=60)]
"""An identifying number as it was typed; its own rules come after."""

Money = Annotated[int, Field(strict=True, ge=0, le=MAX_MONEY)]
"""Whole rupiah."""

Balance = Annotated[int, Field(strict=True, ge=-MAX_MONEY, le=MAX_MONEY)]
"""Whole rupiah, a loss below zero."""

People = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Quantity = Annotated[float, Field(strict=True, ge=0, le=1_000_000_000_000)]
"""How much of something, in the unit beside it: whole or with decimals."""

Hours = Annotated[int, Field(strict=True, ge=0, le=168)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Year = Annotated[int, Field(strict=True, ge=1800, le=2200)]
Month = Annotated[int, Field(strict=True, ge=1, le=12)]
Months = Annotated[int, Field(strict=True, ge=0, le=12)]
Days = Annotated[int, Field(strict=True, ge=0, le=31)]
HoursADay = Annotated[int, Field(strict=True, ge=0, le=24)]
Yes = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_only_iso_day)]
Sex = Literal["male", "female"]
Names = Annotated[list[Line], Field(max_length=30)]


class Block(BaseModel):
    """A block of questions. Answers that it does not know are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)


def shape_of(model: type[Block]) -> TypeAdapter[Any]:
    """The questionnaire as a typed dict: the same rules, but nothing is built and nothing filled in for what was
    not answered, which takes half the time.
    """
    return TypeAdapter(_typed_dict(model))


def _typed_dict(model: type[Block]) -> Any:
    fields = {}
    for name, info in model.model_fields.items():
        plain = _in_shape(info.annotation)
        bounded = Annotated[plain, *info.metadata] if info.metadata else plain
        fields[name] = Required[bounded] if info.is_required() else NotRequired[bounded]
    return with_config(ConfigDict(extra="allow"))(TypedDict(model.__name__, fields))  # type: ignore[operator]  # made at run time


def _in_shape(annotation: Any) -> Any:
    """The annotation with every block in it as a typed dict."""
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return _typed_dict(annotation)
    inner = get_args(annotation)
    shaped = tuple(_in_shape(each) for each in inner)
    if all(after is before for after, before in zip(shaped, inner, strict=True)):
        return annotation
    origin = get_origin(annotation)
    return Union[shaped] if origin in (Union, UnionType) else origin[shaped]  # noqa: UP007  (made at run time)


def ask(
    label_id: str,
    label_en: str,
    *,
    open: bool = False,  # noqa: A002  (the word of the forms)
    names: bool = False,
    default: Any = None,
    hint: tuple[str, str] | None = None,
    of_reference_year: bool = False,
) -> Any:
    """A question, with its labels; `open` answers are stored readable, all others sealed; one that `names` a person or
    a thing has a letter or a digit. `hint`: what helps to answer, in both languages; `of_reference_year`: it is a sum
    of the year that another answer, or else the campaign, says."""
    extra: dict[str, Any] = {"x-label-id": label_id, "x-label-en": label_en, "x-sealed": not open}
    extra |= {"x-name": True} if names else {}
    extra |= {"x-help-id": hint[0], "x-help-en": hint[1]} if hint else {}
    extra |= {"x-reference-year": True} if of_reference_year else {}
    return Field(default=default, title=label_en, json_schema_extra=extra)
