"""The OpenAPI document: how the API describes itself, and the models that pass as bytes."""

from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.api import sync
from app.api.errors import ProblemOut

VERSION = "1.0.0"

DESCRIPTION: dict[str, Any] = {
    "summary": "Basis Data Tunggal KUMKM: one register of cooperatives and micro, small and medium enterprises.",
    "description": (
        "Tablets send batches of records; each is judged by NIK, NIB and cooperative number the moment it is stored;"
        " progress is exact per region, enumerator and day.\n\n"
        "*Tablet mengirim kiriman berisi isian; setiap isian diperiksa gandanya menurut NIK, NIB, dan nomor induk"
        " koperasi saat disimpan; kemajuan dihitung tepat per wilayah, enumerator, dan hari.*"
    ),
    "openapi_tags": [
        {"name": "auth", "description": "Signing in. *Masuk.*"},
        {"name": "sync", "description": "What a tablet speaks. *Kiriman dari tablet.*"},
        {"name": "attachments", "description": "Photos of places and products. *Foto.*"},
        {"name": "held", "description": "What waits for a supervisor. *Isian yang ditahan.*"},
        {"name": "reviews", "description": "What supervisors decide on records. *Verifikasi isian.*"},
        {"name": "progress", "description": "How far the census is. *Kemajuan pendataan.*"},
        {"name": "businesses", "description": "The register. *Basis data tunggal.*"},
        {"name": "accounts", "description": "Who may sign in. *Akun.*"},
        {"name": "devices", "description": "Tablets. *Tablet.*"},
        {"name": "campaigns", "description": "Census rounds and targets. *Pendataan dan target.*"},
        {"name": "workforce", "description": "Teams and assignments. *Tim dan penugasan.*"},
        {"name": "imports", "description": "Many rows from a file. *Impor dari berkas.*"},
        {"name": "audit", "description": "Who did and saw what. *Jejak audit.*"},
        {"name": "operations", "description": "For those who run the server."},
    ],
}


def install(app: FastAPI) -> None:
    """Make the app's document complete: models that pass as bytes, and problems."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to change the document


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary=app.summary,
        description=app.description,
        tags=app.openapi_tags,
        routes=app.routes,
    )
    models = [(model, "validation") for model in (*sync.SCHEMAS, ProblemOut)]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a list of one literal is enough
    components = made.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas["$defs"].items():
        components.setdefault("Problem" if name == "ProblemOut" else name, schema)
    # The framework documents its own 422; here every error is a problem.
    for path in made["paths"].values():
        for operation in path.values():
            answer = operation["responses"].get("422")
            if answer and "application/json" in answer.get("content", {}):
                answer["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    return made


def as_yaml(app: FastAPI) -> str:
    """The document as it is committed in `openapi/`."""
    return yaml.safe_dump(app.openapi(), sort_keys=False, allow_unicode=True, width=110)
