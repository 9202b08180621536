"""What a client accepts, read from its `Accept`, `Accept-Encoding` and `Accept-Language` by weights (RFC 9110, 12.5).

The only reader of these headers, and of `If-None-Match`. A weight of 0 refuses, the most specific range counts, and of
equals the one that is named first. An entry with an invalid weight is ignored. A header without valid entries counts as
absent.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from starlette.middleware.gzip import GZipMiddleware, GZipResponder, IdentityResponder
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app.core.problems import Code, Problem

IDENTITY = "identity"
LANGUAGES = ("id", "en")
"""The languages of texts for people; the first is the default."""

_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"0?\.[0-9]+|0\.?|1(?:\.0*)?", re.ASCII)  # Java says `q=.2`, which the RFC does not know
_ALIASES = {"in": "id"}  # Java, and Android with it, knew Indonesian by its code of before 1989
_ANY = ("*", "*/*")
_USUAL = 200
"""So long a header may be to be remembered, in signs."""

_UNSAID = 0.0001  # less than any weight that can be said


class Range(NamedTuple):
    """One member of a header: a range in lower case, how many parameters narrow it, its weight, its place."""

    name: str
    narrowed_by: int
    weight: float
    place: int


def ranges(request: Request, header: str) -> list[Range]:
    """The members of a header that can be read, in their order; a header sent twice is one list."""
    text = ",".join(request.headers.getlist(header))
    return list(_known_ranges(text) if len(text) <= _USUAL else _ranges(text))


def _ranges(text: str) -> list[Range]:
    found = []
    for place, member in enumerate(_MEMBER.findall(text)):
        name, *parameters = [part.strip().lower() for part in _PARAMETER.findall(member)] or [""]
        pairs = [part.partition("=") for part in parameters]
        weights = [value.strip() for key, _, value in pairs if key.strip() == "q"]
        if name and all(_WEIGHT.fullmatch(weight) for weight in weights):
            found.append(Range(name, len(pairs) - len(weights), float(weights[0]) if weights else 1.0, place))
    return found


_known_ranges = lru_cache(maxsize=512)(_ranges)  # a tablet sends the same headers with every request


def media_type(request: Request, *offered: str) -> str:
    """The media type of an answer that has several: the first that is offered if the client names none.

    Raises:
        Problem: `not_acceptable` where the client takes none of them.
    """
    accepted = ranges(request, "accept")
    best = _best(accepted, offered, _of_media_type)
    if accepted and best is None:
        raise Problem(Code.NOT_ACCEPTABLE)
    return best or offered[0]


def names(request: Request, header: str, word: str) -> bool:
    """Whether a header names exactly this, and does not refuse it."""
    return any(each.name == word and each.weight > 0 for each in ranges(request, header))


def has_tag(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this `ETag` of an answer; a weak one is as good."""
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return "*" in known or tag.removeprefix("W/") in known


def content_coding(request: Request, *offered: str) -> str:
    """The coding of an answer, of those that can be made; `identity` for none, which is never refused.

    A coding that the client does not name is made only where it takes any, and refuses plain answers.
    """
    accepted = [each._replace(name=each.name.removeprefix("x-")) for each in ranges(request, "accept-encoding")]
    named = {each.name: each.weight for each in reversed(accepted)}
    plain = named.get(IDENTITY, named.get("*", _UNSAID))
    best = max(offered, key=lambda each: named.get(each, 0.0))  # of equals the first
    if named.get(best, 0.0) > 0 and named[best] >= plain:
        return best
    unnamed = [each for each in offered if each not in named] if plain == 0 and named.get("*") else []
    return unnamed[0] if unnamed else IDENTITY


def takes_plain(request: Request) -> bool:
    """Whether an answer without a coding is taken."""
    named = {each.name: each.weight for each in reversed(ranges(request, "accept-encoding"))}
    return named.get(IDENTITY, named.get("*", 1.0)) > 0


def language(request: Request) -> str:
    """The language of texts for people: Indonesian, unless another one that there is weighs more.

    It refuses nobody: a language that is not named comes before one that is refused.
    """
    accepted = [each._replace(name=_primary(each.name)) for each in ranges(request, "accept-language")]
    refused = {each.name for each in accepted if each.weight == 0}
    left = [each for each in LANGUAGES if each not in refused]
    return _best(accepted, LANGUAGES, _of_language) or (left or LANGUAGES)[0]


class CompressionMiddleware(GZipMiddleware):
    """Compresses answers with gzip if the client accepts it, by its weights."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if content_coding(request, "gzip") == IDENTITY:
            responder = IdentityResponder(self.app, self.minimum_size, exclude_content_types=self.exclude_content_types)
        else:
            responder = GZipResponder(
                self.app,
                self.minimum_size if takes_plain(request) else 1,
                compresslevel=self.compresslevel,
                thread_minimum_size=self.thread_minimum_size,
                exclude_content_types=self.exclude_content_types,
            )
        await responder(scope, receive, send)


_Specificity = Callable[[Range, str], int | None]


def _best(accepted: Sequence[Range], offered: Sequence[str], specificity: _Specificity) -> str | None:
    """What weighs most of what is offered; None where nothing that is offered is taken."""
    weighed = []
    for at, each in enumerate(offered):
        fitting = [
            (fit, range_.weight, -range_.place) for range_ in accepted if (fit := specificity(range_, each)) is not None
        ]
        if fitting:
            _, weight, place = max(fitting)
            if weight > 0:
                weighed.append((weight, place, -at, each))
    return max(weighed)[-1] if weighed else None


def _of_media_type(range_: Range, offered: str) -> int | None:
    if range_.name == offered:
        return 2 + range_.narrowed_by
    if range_.name in _ANY:
        return 0
    return 1 if range_.name == offered.split("/", maxsplit=1)[0] + "/*" else None


def _of_language(range_: Range, offered: str) -> int | None:
    return 1 if range_.name == offered else 0 if range_.name in _ANY else None


def _primary(tag: str) -> str:
    first = re.split("[-_]", tag, maxsplit=1)[0]
    return _ALIASES.get(first, first)
