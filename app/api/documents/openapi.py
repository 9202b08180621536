"""The OpenAPI documents: the whole API, and the part for tablets, with a description and an example for everything."""

import gzip
from collections.abc import Awaitable, Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import orjson
import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api import sync
from app.api.documents.asking import EXAMPLES
from app.api.documents.findings import ON_TABLETS, OTHERS
from app.api.documents.glossary import OUTCOMES
from app.api.documents.glossary import TERMS as FIRST_TERMS
from app.api.documents.glossary_coding import CODING_TERMS
from app.api.documents.glossary_cutoffs import CUTOFF_TERMS
from app.api.documents.glossary_desk import DESK_TERMS
from app.api.documents.glossary_doors import DOOR_TERMS
from app.api.documents.glossary_files import FILE_TERMS
from app.api.documents.glossary_honour import HONOUR_TERMS
from app.api.documents.glossary_listing import LISTING_TERMS
from app.api.documents.glossary_quality import QUALITY_TERMS
from app.api.documents.glossary_reinterviews import REINTERVIEW_TERMS
from app.api.documents.glossary_statistics import STATISTICS_TERMS
from app.api.documents.glossary_verification import VERIFICATION_TERMS
from app.api.documents.glossary_webhooks import WEBHOOK_TERMS
from app.api.documents.opening import open_words, references
from app.api.documents.rows import business_row
from app.api.documents.wire import complete
from app.api.documents.worked import REQUESTS, RESPONSES
from app.api.endpoints import answered
from app.api.errors import ProblemOut
from app.api.negotiation import content_coding
from app.core.offload import SMALL, offload
from app.core.problems import Code, Text
from app.intake.finding_texts import TEXTS

TERMS = {
    **WEBHOOK_TERMS,
    **FIRST_TERMS,
    **DOOR_TERMS,
    **LISTING_TERMS,
    **CODING_TERMS,
    **HONOUR_TERMS,
    **CUTOFF_TERMS,
    **QUALITY_TERMS,
    **REINTERVIEW_TERMS,
    **VERIFICATION_TERMS,
    **DESK_TERMS,
    **FILE_TERMS,
    **STATISTICS_TERMS,
}
TABLET_VERSION = "1.2.0"
"""Of the contract of the tablets, which changes more rarely than the server: `openapi/released/` has its versions."""

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
        {"name": "sync", "description": "The requests of tablets. *Kiriman dari tablet.*"},
        {"name": "attachments", "description": "Photos of places and products. *Foto.*"},
        {"name": "held", "description": "Items that wait for a supervisor. *Isian yang ditahan.*"},
        {"name": "doors", "description": "Doors without an interview. *Pintu tanpa wawancara.*"},
        {"name": "listing", "description": "The doors that a round begins from. *Daftar awal.*"},
        {"name": "reviews", "description": "Decisions of supervisors on records. *Verifikasi isian.*"},
        {"name": "coding", "description": "Activities that their edition of KBLI does not have. *Pengodean.*"},
        {"name": "statistics", "description": "How many businesses there are, by what they are. *Statistik.*"},
        {"name": "quality", "description": "What is unusual, and whom to look at first. *Mutu data.*"},
        {"name": "progress", "description": "How far the census is. *Kemajuan pendataan.*"},
        {"name": "reports", "description": "What people ask for in meetings and groups. *Laporan.*"},
        {"name": "honour", "description": "What enumerators are paid. *Honor petugas.*"},
        {"name": "reference", "description": "The meaning of codes. *Data acuan.*"},
        {"name": "businesses", "description": "The register. *Basis data tunggal.*"},
        {"name": "webhooks", "description": "The feed, pushed to other systems. *Kiriman otomatis.*"},
        {"name": "verification", "description": "Numbers that others confirm. *Konfirmasi nomor.*"},
        {"name": "exchange", "description": "Feed and exports for other systems. *Pertukaran data.*"},
        {"name": "accounts", "description": "Accounts and their tablets. *Akun.*"},
        {"name": "keys", "description": "Read-only keys for tools. *Kunci baca untuk alat lain.*"},
        {"name": "devices", "description": "Tablets. *Tablet.*"},
        {"name": "campaigns", "description": "Census rounds and targets. *Pendataan dan target.*"},
        {"name": "workforce", "description": "Teams and assignments. *Tim dan penugasan.*"},
        {"name": "imports", "description": "Many rows from a file. *Impor dari berkas.*"},
        {"name": "audit", "description": "Which account did or saw what. *Jejak audit.*"},
        {"name": "operations", "description": "For operators of the server."},
    ],
}
_TABLET = ("/v1/sync/", "/v1/doors", "/v1/auth/token", "/v1/auth/password", "/v1/auth/revoke")
_METHODS = ("get", "head", "post", "put", "patch", "delete")
_REF, _EXAMPLE = "#/components/schemas/", "#/components/examples/"
_DEPTH = 8
_TEXTS = {
    "date": "2022-09-12",
    "date-time": "2022-09-12T19:00:04+07:00",
    "uuid": "01833a5e-8a40-7000-8000-000000000001",
    "uri": "https://kumkm.example.go.id",
}
_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}

Document = dict[str, Any]


def operation_id(route: APIRoute) -> str:
    """The name of the function that serves a route: what generated clients call it."""
    return route.name


def install(app: FastAPI) -> None:
    """Make the app's document complete: models that pass as bytes, problems, labels and examples."""

    def document() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to change the document
    app.router.routes.insert(0, Route("/openapi.json", _served(app), include_in_schema=False))  # before FastAPI's


def _served(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """The document, written and packed once, by the thread: anybody may request it, and writing takes half a second."""

    @cache
    def made() -> tuple[bytes, bytes]:
        plain = orjson.dumps(app.openapi())
        return plain, gzip.compress(plain, mtime=0)

    async def served(request: Request) -> Response:
        plain, packed = await offload(0 if made.cache_info().currsize else SMALL + 1, made)
        headers = {"Vary": "Accept-Encoding"}
        if content_coding(request, "gzip") == "gzip":
            return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type="application/json")
        return Response(plain, headers=headers, media_type="application/json")

    return served


def whole(app: FastAPI) -> Document:
    """The whole API."""
    return app.openapi()


def for_tablets(app: FastAPI) -> Document:
    """The part for tablets: signing in and sync, and only the schemas that these need."""
    made = app.openapi()
    paths = {path: item for path, item in made["paths"].items() if path.startswith(_TABLET) or path == "/v1/me"}
    tags = {tag for _, operation in _operations(paths) for tag in operation["tags"]}
    components, wanted = made["components"]["schemas"], set[str]()
    waiting = list(references(paths))
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += references(components[name])
    schemas = {name: components[name] for name in components if name in wanted}
    schemas["FieldProblem"] = deepcopy(schemas["FieldProblem"])
    schemas["FieldProblem"]["properties"]["code"]["x-codes"] = _meanings(ON_TABLETS)
    return {
        **made,
        "info": {**made["info"], "title": "KUMKM: the tablet's contract", "version": TABLET_VERSION},
        "tags": [tag for tag in made["tags"] if tag["name"] in tags],
        "paths": paths,
        "components": {
            **made["components"],
            "schemas": schemas,
        },
    }


def as_yaml(document: Document) -> str:
    """A document as it is committed in `openapi/`."""

    class Plain(yaml.SafeDumper):
        """Writes everything out where it is needed: anchors are hard to read and to compare."""

        def ignore_aliases(self, _: Any) -> bool:
            return True

    return yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=110)


def _document(app: FastAPI) -> Document:
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary=app.summary,
        description=app.description,
        tags=app.openapi_tags,
        routes=app.routes,
        servers=[{"url": "/", "description": "The server that the document comes from."}],
    )
    models = [(model, "validation") for model in (*sync.SCHEMAS, ProblemOut)]
    _, schemas = models_json_schema(models, ref_template=_REF + "{model}")  # type: ignore[arg-type]  # a list of one literal is enough
    components = made.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas["$defs"].items():
        components.setdefault("Problem" if name == "ProblemOut" else name, schema)
    # The framework documents its own 422; here every error is a problem.
    for _, operation in _operations(made["paths"]):
        answers = operation["responses"]
        answers["422"] = {**answers.get("422", {}), **answered(422)[422]}  # every operation refuses unknown parameters
        operation["responses"] = dict(sorted(answers.items()))
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    components["BusinessRow"] = business_row()
    components["BusinessChange"]["properties"]["business"] = {"$ref": _REF + "BusinessRow"}
    complete(made)
    _say_bounds(made)
    open_words(made)
    _label(made)
    _explain_codes(components)
    _exemplify(made)
    return made


def _say_bounds(node: Any) -> None:
    """Bounds in the words of JSON Schema: of a type with a validator of its own pydantic writes `ge` and `le`."""
    if isinstance(node, dict):
        for word, right in _BOUNDS.items():
            if isinstance(node.get(word), int | float):
                node[right] = node.pop(word)
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _say_bounds(each)


def _label(made: Document) -> None:
    """Give every field and parameter its Indonesian label, and its meaning where it does not say it itself."""
    for name, schema in made["components"]["schemas"].items():
        for field, field_schema in schema.get("properties", {}).items():
            if "x-label-id" in field_schema:
                continue
            term = TERMS.get(f"{name}.{field}") or TERMS[field]
            field_schema["x-label-id"] = term.label_id
            field_schema.setdefault("description", term.meaning)
    for _, operation in _operations(made["paths"]):
        for parameter in operation.get("parameters", ()):
            term = TERMS[parameter["name"]]
            parameter["x-label-id"] = term.label_id
            parameter.setdefault("description", term.meaning)


def _explain_codes(components: Document) -> None:
    """The closed lists of words, each with what it means in both languages."""
    components["Outcome"]["description"] = "The result for an item in the receipt."
    components["Outcome"]["x-meanings"] = {word: {"id": id_, "en": en} for word, (id_, en) in OUTCOMES.items()}
    components["Problem"]["properties"]["code"]["x-codes"] = {
        code.code: {
            "status": code.value.status,
            "retryable": code.value.retryable,
            "id": code.value.detail.id,
            "en": code.value.detail.en,
        }
        for code in Code
    }
    components["Doubt"]["properties"]["code"]["x-codes"] = _meanings(TEXTS)
    components["FieldProblem"]["properties"]["code"]["x-codes"] = _meanings({**ON_TABLETS, **OTHERS})


def _meanings(texts: Mapping[str, Text]) -> Document:
    return {code: text._asdict() for code, text in texts.items()}


def _exemplify(made: Document) -> None:
    """Give every body, answer, problem and parameter an example."""
    components = made["components"]["schemas"]
    made["components"]["examples"] = {code.code: _problem(code) for code in Code}
    for _, operation in _operations(made["paths"]):
        name = operation["operationId"]
        for media in operation.get("requestBody", {}).get("content", {}).values():
            _give(media, REQUESTS.get(name), components)
        for status, answer in operation["responses"].items():
            for media_type, media in answer.get("content", {}).items():
                if media_type == "application/problem+json":
                    media["examples"] = _problems(int(status))
                elif media_type == "application/json":
                    _give(media, RESPONSES.get(name), components)
        for parameter in operation.get("parameters", ()):
            example = EXAMPLES.get(f"{name}?{parameter['name']}", EXAMPLES.get(parameter["name"], ...))
            if example is ...:
                example = TERMS[parameter["name"]].example
            if example is not None or parameter.get("required"):
                parameter["example"] = _fitting(example, parameter["schema"], components)


def _give(media: Document, written: Mapping[str, Any] | None, components: Document) -> None:
    if written:
        media["examples"] = {name: {"value": value} for name, value in written.items()}
    elif "schema" in media and media["schema"].get("format") != "binary":
        media["example"] = example_of(media["schema"], components)


def _problems(status: int) -> Document:
    """The examples of every code of the status."""
    return {code.code: {"$ref": _EXAMPLE + code.code} for code in Code if code.value.status == status}


def _problem(code: Code) -> Document:
    """A problem with its texts in Indonesian."""
    return {
        "value": {
            "type": f"urn:kumkm:problem:{code.code}",
            "title": code.value.title.id,
            "status": code.value.status,
            "code": code.code,
            "detail": code.value.detail.id,
            "trace_id": TERMS["trace_id"].example,
            "retryable": code.value.retryable,
            "errors": [],
        }
    }


def example_of(schema: Document, components: Document, owner: str = "", field: str = "", depth: int = 0) -> Any:
    """An example of a schema, composed of those of its fields."""
    term = TERMS.get(f"{owner}.{field}") or TERMS.get(field)
    if depth > _DEPTH or (term is not None and term.example is not None):
        return _fitting(term.example if term else None, schema, components)
    name, resolved = schema.get("$ref", "").removeprefix(_REF) or owner, _resolved(schema, components)
    either: list[Document] = schema.get("anyOf") or schema.get("oneOf") or []
    options = [each for each in either if each.get("type") != "null"]
    if len(options) < len(either) and term is not None and "$ref" not in options[0]:
        return None
    if options:
        return example_of(options[0], components, owner, field, depth + 1)
    if resolved.get("type") == "array":
        return [example_of(resolved.get("items", {}), components, owner, field, depth + 1)]
    if "properties" in resolved:
        return {
            each: example_of(inner, components, name, each, depth + 1)
            for each, inner in resolved["properties"].items()
            if each in resolved.get("required", ()) or depth == 0
        }
    return _fitting(None, schema, components)


def _fitting(example: Any, schema: Document, components: Document) -> Any:
    """The example, or where it is no word of the schema's, one that is."""
    resolved = _resolved(schema, components)
    for each in schema.get("anyOf", ()):
        if each.get("type") != "null":
            resolved = _resolved(each, components)
            break
    words: list[Any] = (
        resolved.get("enum")
        or resolved.get("x-extensible-enum")
        or ([resolved["const"]] if "const" in resolved else [])
    )
    if words:
        return example if example in words else words[0]
    if resolved.get("type") == "array" and not isinstance(example, list):
        return [] if example is None else [example]
    if example is None:
        by_type = {"integer": 1, "number": 1.0, "boolean": True, "object": {}}
        text = _TEXTS.get(resolved.get("format", ""), "contoh")
        return text if resolved.get("type") == "string" else by_type.get(resolved.get("type", ""))
    return str(example) if resolved.get("type") == "string" else example


def _resolved(schema: Document, components: Document) -> Document:
    name = schema.get("$ref", "").removeprefix(_REF)
    found: Document = components[name] if name else schema
    return found


def _operations(paths: Document) -> Iterator[tuple[str, Document]]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            if method in _METHODS:
                yield f"{method.upper()} {path}", operation
