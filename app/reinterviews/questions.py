"""What questions are called, by their pointers, in both languages. Pure."""

from functools import cache
from typing import Any, get_args

from app.core.problems import Text
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.fields import Block
from app.reinterviews.comparing import LOCATION

_LOCATION = Text("Titik lokasi", "Point")


@cache
def label_of(pointer: str) -> Text:
    """The label of a question of any questionnaire, with those of its blocks; the pointer where none has it."""
    if pointer == LOCATION:
        return _LOCATION
    for questionnaire in CATALOGUE.values():
        labels, model = [], questionnaire.model
        for name in pointer.split("/")[1:]:
            info = model.model_fields.get(name)
            extra: Any = info.json_schema_extra if info else None
            if info is None or not isinstance(extra, dict):
                break
            labels.append(Text(str(extra["x-label-id"]), str(extra["x-label-en"])))
            model = next((each for each in get_args(info.annotation) if _is_block(each)), Block)
        else:
            return Text(": ".join(each.id for each in labels), ": ".join(each.en for each in labels))
    return Text(pointer, pointer)


def _is_block(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Block)
