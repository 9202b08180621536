"""Lists of words that may grow are open in the documents: what a newer server answers, a generated client reads.

A client ignores words that it does not know, so a list of words in an answer is a text with `x-extensible-enum`,
which every generator takes for a text. In what a client sends, lists stay closed. A union of several kinds gets one
more, for kinds that come later.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]

_REF = "#/components/schemas/"
OTHER_CHANGE = "OtherChange"
"""The schema of a change of a kind that came later."""


def open_words(made: Document) -> None:
    """Open every list of words that only answers have."""
    components: Document = made["components"]["schemas"]
    components[OTHER_CHANGE] = {
        "type": "object",
        "title": OTHER_CHANGE,
        "description": "A change of a kind that was added later: ignore it.",
        "properties": {"kind": {"type": "string", "title": "Kind"}},
        "required": ["kind"],
    }
    sent = set(_reached(_requests(made), components))
    for name in components.keys() - sent:
        components[name] = _opened(components[name], components, sent)
    for answer in _answers(made):
        for media in answer.get("content", {}).values():
            if "schema" in media:
                media["schema"] = _opened(media["schema"], components, sent)


def _opened(schema: Any, components: Document, sent: set[str]) -> Any:
    """A schema with its lists opened; those that requests have, too, are written out where answers use them."""
    if isinstance(schema, list):
        return [_opened(each, components, sent) for each in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).removeprefix(_REF)
    if name in sent and "enum" in components[name]:
        return {**_as_text(components[name]), **{key: schema[key] for key in schema if key != "$ref"}}
    if "discriminator" in schema:
        kinds = [_opened(each, components, sent) for each in schema["oneOf"]]
        rest = {key: value for key, value in schema.items() if key not in ("oneOf", "discriminator")}
        return {**rest, "anyOf": [*kinds, {"$ref": _REF + OTHER_CHANGE}]}
    if "enum" in schema:
        return _as_text(schema)
    return {key: _opened(value, components, sent) for key, value in schema.items()}


def _as_text(schema: Mapping[str, Any]) -> Document:
    rest = {key: value for key, value in schema.items() if key not in ("enum", "title")}
    return {**rest, "type": "string", "x-extensible-enum": list(schema["enum"])}


def _requests(made: Document) -> Iterator[Any]:
    for operations in made["paths"].values():
        for operation in operations.values():
            yield operation.get("parameters", ())
            yield operation.get("requestBody", {})


def _answers(made: Document) -> Iterator[Document]:
    for operations in made["paths"].values():
        for operation in operations.values():
            yield from operation["responses"].values()


def _reached(schema: Any, components: Document) -> Iterator[str]:
    """The names of the schemas that something needs, and of those that these need."""
    waiting, known = [*references(list(schema))], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += references(components[name])
            yield name


def references(schema: Any) -> Iterator[str]:
    """The names of the schemas that something refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str) and schema["$ref"].startswith(_REF):
            yield schema["$ref"].removeprefix(_REF)
        for each in schema.values():
            yield from references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from references(each)
