"""Where a text stands in a form, as far as that says whether it may be a name of the business. Pure.

An item that was kept raw has answers where they should not be. So a text counts for more than the form says of its
place only where the form knows the place: under a field that no questionnaire has, any text may be a name.
"""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.fields import Block

Place = Literal["name", "sentence", "other", "unknown"]
"""Where the business or a person of it is named; where something is described; where others, or where they are, are
named; and a place that no form has."""

_NAMES = frozenset({"legal_name", "trade_name"})
_PERSONS = frozenset({"owner", "chair", "respondent"})
# A neighbour in an address and a supplier are other businesses, of the same village.
_OTHERS = frozenset(
    {
        *("address", "residence", "office", "moved_to", "material_table", "partner_table", "partners"),
        *("channels", "marketplaces", "accounts", "organiser_named", "provider_named", "other_job_named"),
    }
)
_ENVELOPE = frozenset(
    {
        *("answers", "record_id", "revision", "questionnaire", "region_code", "captured_at", "started_at"),
        *("location", "latitude", "longitude", "accuracy_m", "listing_id"),
    }
)


def place_of(parent: str, key: str) -> Place:
    """The place of a text under a field, in the block that the field is in."""
    if key in _NAMES or (key == "name" and parent in _PERSONS):
        return "name"
    if key in _OTHERS or parent in _OTHERS:
        return "other"
    return "sentence" if key in FIELDS and (key != "name" or parent in FIELDS) else "unknown"


def _asked(annotation: Any) -> Iterator[tuple[str, Any]]:
    """The fields of the blocks in an annotation, at any depth, with theirs."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, Block):
            for name, info in each.model_fields.items():
                yield name, info.annotation
                yield from _asked(info.annotation)
        elif each is not annotation:
            yield from _asked(each)


def _offered(annotation: Any) -> Iterator[str]:
    for each in get_args(annotation):
        if get_origin(annotation) is Literal:
            yield str(each)
        else:
            yield from _offered(each)


_ASKED = [field for each in CATALOGUE.values() for field in _asked(each.model)]
FIELDS = frozenset(name for name, _ in _ASKED) | _ENVELOPE
"""The names of the fields of every questionnaire, and of an item."""

CHOICES = frozenset(choice for _, annotation in _ASKED for choice in _offered(annotation))
"""The codes of all choices: *male* is no name where none is asked for."""
