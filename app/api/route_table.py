"""Finds the route of a request by the words of its path.

The framework asks one route after the other whether it is meant. For the last of nearly two hundred that took longer
than all the rest of a small request.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_Key = tuple[str | int, ...]

_WORDS = 2
"""By so many first words of a path routes are kept apart: the version of the API, and what it is about."""


class RouteTable(BaseRoute):
    """Stands in front of the routes that it was made of, and serves what one of them matches wholly. The rest it leaves
    to them: a path that is not known, or a method that a path does not have.

    Raises:
        ValueError: a first word is a parameter, or a parameter may span several words.
    """

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self.routes = tuple(routes)
        near: dict[_Key, list[APIRoute]] = defaultdict(list)
        for route in self.routes:
            if ":path}" in route.path or any("{" in word for word in _first_words(route.path)):
                raise ValueError(route.path)
            for method in route.methods or ():
                near[_key(method, route.path)].append(route)
        self._near: Mapping[_Key, Sequence[APIRoute]] = near
        # Most paths have no parameter, so that the only ones that can be meant are known for each of them.
        self._exactly: Mapping[_Key, Sequence[APIRoute]] = {
            (method, route.path): [each for each in near[_key(method, route.path)] if each.path_regex.match(route.path)]
            for route in self.routes
            if "{" not in route.path
            for method in route.methods or ()
        }

    def near(self, method: str, path: str) -> Sequence[APIRoute]:
        """The few routes that can be meant, in their order."""
        return self._exactly.get((method, path)) or self._near.get(_key(method, path), ())

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Likewise, in the framework's own terms."""
        if scope["type"] == "http":
            for route in self.near(scope["method"], path_of(scope)):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, found
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve by the route that was found."""
        await scope["route"].handle(scope, receive, send)


def path_of(scope: Scope) -> str:
    """The path of a request without the prefix under which a proxy publishes the server."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def _key(method: str, path: str) -> _Key:
    return (method, path.count("/"), *_first_words(path))


def _first_words(path: str) -> list[str]:
    return path.split("/", _WORDS + 1)[1 : _WORDS + 1]
