"""Statements about things (RDF 1.1), written as JSON-LD, Turtle or RDF/XML. Pure.

Every thing has an address: there are no nameless nodes, so that each form has the same statements, and a program that
reads two pages sees which things are the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import orjson

JSON_LD, TURTLE, RDF_XML = "application/ld+json", "text/turtle", "application/rdf+xml"

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
A = "rdf:type"

_NO_ADDRESS = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 has no way to write them
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Address(NamedTuple):
    """A thing by its address, or by a name such as `dcat:Dataset`."""

    iri: str

    @property
    def whole(self) -> str:
        """Without a prefix, and without signs that no address may have."""
        prefix, colon, name = self.iri.partition(":")
        whole = PREFIXES[prefix] + name if colon and prefix in PREFIXES else self.iri
        return _NO_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", whole)


class Value(NamedTuple):
    """A text in a language, or a value of a type such as `xsd:date`."""

    text: str
    language: str | None = None
    type: str | None = None


class Statement(NamedTuple):
    """What is said of a thing. `predicate`: a name with a prefix."""

    subject: Address
    predicate: str
    object: Address | Value


def written(statements: Iterable[Statement], media_type: str) -> bytes:
    """The statements in one of the three forms; each only once, and what is said of a thing together."""
    things: dict[str, list[tuple[str, Address | Value]]] = {}
    for subject, predicate, said in dict.fromkeys(statements):
        things.setdefault(subject.whole, []).append((predicate, said))
    if media_type == JSON_LD:
        return _json_ld(things)
    lines = _turtle(things) if media_type == TURTLE else _rdf_xml(things)
    return "\n".join([*lines, ""]).encode()


_Things = Mapping[str, list[tuple[str, Address | Value]]]


def _json_ld(things: _Things) -> bytes:
    graph = []
    for iri, said in things.items():
        thing: dict[str, Any] = {"@id": iri}
        for predicate, each in said:
            if predicate == A and isinstance(each, Address):
                thing.setdefault("@type", []).append(each.whole)
            else:
                thing.setdefault(predicate, []).append(_json_value(each))
        graph.append(thing)
    used = _prefixes(things)
    return orjson.dumps({"@context": used, "@graph": graph}, option=orjson.OPT_INDENT_2)


def _json_value(said: Address | Value) -> dict[str, str]:
    if isinstance(said, Address):
        return {"@id": said.whole}
    if said.language is not None:
        return {"@value": said.text, "@language": said.language}
    if said.type is not None:
        return {"@value": said.text, "@type": Address(said.type).whole}
    return {"@value": said.text}


def _turtle(things: _Things) -> Iterator[str]:
    for prefix, namespace in _prefixes(things).items():
        yield f"@prefix {prefix}: <{namespace}> ."
    for iri, said in things.items():
        yield ""
        yield f"<{iri}>"
        ends = [*[";"] * (len(said) - 1), "."]
        for (predicate, each), end in zip(said, ends, strict=True):
            yield f"    {'a' if predicate == A else predicate} {_turtle_value(each)} {end}"


def _turtle_value(said: Address | Value) -> str:
    if isinstance(said, Address):
        return f"<{said.whole}>"
    text = "".join(_ESCAPES.get(sign, sign if sign >= " " else f"\\u{ord(sign):04X}") for sign in said.text)
    if said.language is not None:
        return f'"{text}"@{said.language}'
    return f'"{text}"' if said.type is None else f'"{text}"^^<{Address(said.type).whole}>'


def _rdf_xml(things: _Things) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    spaces = {**_prefixes(things), "rdf": PREFIXES["rdf"]}
    yield f"<rdf:RDF {' '.join(f'xmlns:{prefix}={quoteattr(space)}' for prefix, space in spaces.items())}>"
    for iri, said in things.items():
        yield f"  <rdf:Description rdf:about={quoteattr(iri)}>"
        for predicate, each in said:
            yield f"    <{predicate}{_xml_value(predicate, each)}"
        yield "  </rdf:Description>"
    yield "</rdf:RDF>"


def _xml_value(predicate: str, said: Address | Value) -> str:
    if isinstance(said, Address):
        return f" rdf:resource={quoteattr(said.whole)}/>"
    kind = ""
    if said.language is not None:
        kind = f' xml:lang="{said.language}"'
    elif said.type is not None:
        kind = f" rdf:datatype={quoteattr(Address(said.type).whole)}"
    # A bare carriage return would be read as a line feed.
    text = escape(_NO_XML.sub("\ufffd", said.text), {"\r": "&#13;"})
    return f"{kind}>{text}</{predicate}>"


def _prefixes(things: _Things) -> dict[str, str]:
    """Those of the predicates; addresses are written whole."""
    used = {predicate.partition(":")[0] for said in things.values() for predicate, _ in said}
    return {prefix: space for prefix, space in PREFIXES.items() if prefix in used}
