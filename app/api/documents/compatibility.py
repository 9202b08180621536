"""Whether a client that was built from an older document still works with a newer one. Strict: a difference that
is not known to be harmless counts as a break.

A client sends what the older document lets it send, and must be understood; it reads what the newer server answers, and
must find what the older document promised. Words of lists that clients must ignore (`_OPEN_LISTS`, and all that have
`x-extensible-enum`) may become more.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

_METHODS = ("get", "head", "post", "put", "patch", "delete")
_REF = "#/components/schemas/"
_OPEN_LISTS = {"Outcome"}
_NARROWER = {
    "minimum": 1,
    "exclusiveMinimum": 1,
    "minLength": 1,
    "minItems": 1,
    "maximum": -1,
    "maxLength": -1,
    "maxItems": -1,
    "exclusiveMaximum": -1,
}
_DEPTH = 12


def breaks(older: Document, newer: Document) -> list[str]:
    """What would break a client of the older document; empty if such a client continues to work."""
    return list(_Comparison(older, newer).all())


class _Comparison:
    def __init__(self, older: Document, newer: Document) -> None:
        self.older, self.newer = older, newer

    def all(self) -> Iterator[str]:
        for path, operations in self.older["paths"].items():
            for method, operation in operations.items():
                if method not in _METHODS:
                    continue
                now = self.newer["paths"].get(path, {}).get(method)
                where = f"{method.upper()} {path}"
                if now is None:
                    yield f"{where} is gone"
                else:
                    yield from self._operation(where, operation, now)

    def _operation(self, where: str, before: Document, now: Document) -> Iterator[str]:
        yield from self._parameters(where, before, now)
        earlier, wanted = before.get("requestBody", {}), now.get("requestBody", {})
        if wanted.get("required") and not earlier.get("required"):
            yield f"{where} now wants a body"
        for media_type, media in earlier.get("content", {}).items():
            accepted = wanted.get("content", {}).get(media_type)
            if accepted is None:
                yield f"{where} no longer takes {media_type}"
            else:
                yield from self._sent(f"{where} body", media.get("schema", {}), accepted.get("schema", {}), 0)
        for status, answer in before["responses"].items():
            answered = now["responses"].get(status)
            if answered is None and status.startswith(("2", "3")):
                yield f"{where} no longer answers {status}"
            for media_type, media in answer.get("content", {}).items() if answered else ():
                given = answered.get("content", {}).get(media_type)
                if given is None:
                    yield f"{where} {status} is no longer {media_type}"
                else:
                    yield from self._read(f"{where} {status}", media.get("schema", {}), given.get("schema", {}), 0)

    def _parameters(self, where: str, before: Document, now: Document) -> Iterator[str]:
        known = {(each["name"], each["in"]): each for each in before.get("parameters", ())}
        for each in now.get("parameters", ()):
            earlier = known.pop((each["name"], each["in"]), None)
            if earlier is None:
                if each.get("required"):
                    yield f"{where} now wants the parameter {each['name']}"
                continue
            if each.get("required") and not earlier.get("required"):
                yield f"{where} now wants the parameter {each['name']}"
            yield from self._sent(f"{where} {each['name']}", earlier["schema"], each["schema"], 0)
        for name, _ in known:
            yield f"{where} no longer knows the parameter {name}"

    def _sent(self, where: str, before: Document, now: Document, depth: int) -> Iterator[str]:
        """What a client may send by the older schema must fit the newer one."""
        before, now = self._resolved(self.older, before), self._resolved(self.newer, now)
        if depth > _DEPTH or not now:
            return
        if not _types(self.older, before) <= _types(self.newer, now):
            yield f"{where} no longer takes every type it took"
        if "enum" in now and not set(before.get("enum", ["anything"])) <= set(now["enum"]):
            yield f"{where} no longer takes every word it took"
        if now.get("pattern", before.get("pattern")) != before.get("pattern"):
            yield f"{where} has another pattern"
        for bound, sign in _NARROWER.items():
            if bound in now and sign * now[bound] > sign * before.get(bound, -sign * float("inf")):
                yield f"{where} has a narrower {bound}"
        for name in set(now.get("required", ())) - set(before.get("required", ())):
            yield f"{where} now wants {name}"
        for name, schema in before.get("properties", {}).items():
            if name in now.get("properties", {}):
                yield from self._sent(f"{where}/{name}", schema, now["properties"][name], depth + 1)
        yield from self._inner(self._sent, where, before, now, depth)

    def _read(self, where: str, before: Document, now: Document, depth: int) -> Iterator[str]:
        """What the newer server answers must fit the older schema."""
        is_open = before.get("$ref", "").removeprefix(_REF) in _OPEN_LISTS
        before, now = self._resolved(self.older, before), self._resolved(self.newer, now)
        if depth > _DEPTH or not before:
            return
        if not _types(self.newer, now) <= _types(self.older, before):
            yield f"{where} may now be of a type that it was not"
        words = now.get("enum") or now.get("x-extensible-enum") or ["anything"]
        if "enum" in before and not is_open and not set(words) <= set(before["enum"]):
            yield f"{where} may now be a word that it was not"
        for name in set(before.get("required", ())) - set(now.get("required", ())):
            yield f"{where}/{name} is no longer always there"
        for name, schema in before.get("properties", {}).items():
            if name not in now.get("properties", {}):
                yield f"{where}/{name} is gone"
            else:
                yield from self._read(f"{where}/{name}", schema, now["properties"][name], depth + 1)
        yield from self._inner(self._read, where, before, now, depth)

    def _inner(self, compare: Any, where: str, before: Document, now: Document, depth: int) -> Iterator[str]:
        if isinstance(before.get("items"), dict) and isinstance(now.get("items"), dict):
            yield from compare(f"{where}[]", before["items"], now["items"], depth + 1)
        earlier = {_kind(each): each for each in _options(before)}
        known = {_kind(each): each for each in _options(now)}
        for kind in earlier.keys() & known.keys():
            yield from compare(f"{where} {kind}", earlier[kind], known[kind], depth + 1)

    def _resolved(self, document: Document, schema: Document) -> Document:
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].removeprefix(_REF)]
        return schema


def _options(schema: Document) -> list[Document]:
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _kind(schema: Document) -> str:
    """What identifies one option of several: its name, or its type."""
    return str(schema.get("$ref", schema.get("type", schema.get("format", "")))).removeprefix(_REF)


def _types(document: Document, schema: Document) -> set[str]:
    """The types of JSON that fit; every integer is a number, too."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].removeprefix(_REF)]
    if _options(schema):
        return set().union(*(_types(document, each) for each in _options(schema)))
    stated = schema.get("type")
    if stated is None:
        words = {
            type(word).__name__ for word in (*schema.get("enum", ()), *([schema["const"]] if "const" in schema else []))
        }
        return {"string"} if words == {"str"} else set(_EVERY)
    found = {stated} if isinstance(stated, str) else set(stated)
    return found | {"integer"} if "number" in found else found


_EVERY = ("string", "integer", "number", "boolean", "object", "array", "null")
