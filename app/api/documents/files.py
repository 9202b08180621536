"""Every file of `openapi/` that is made from the code."""

from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI

from app.api.documents.openapi import as_yaml, for_tablets, whole
from app.api.documents.vectors import vectors
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.schema import json_schema


def files(app: FastAPI) -> dict[Path, str]:
    """Their text, by their place in the folder."""
    made = {Path("kumkm.yaml"): as_yaml(whole(app)), Path("tablet.yaml"): as_yaml(for_tablets(app))}
    made |= {Path("schemas") / f"{name}.json": _json(json_schema(each)) for name, each in CATALOGUE.items()}
    return made | {Path("vectors") / name: _json(content) for name, content in vectors().items()}


def _json(content: Any) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
