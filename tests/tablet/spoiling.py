"""Ways to spoil the reference client that several broken clients share. What is changed here is never put back."""

from collections.abc import Callable, Container, Mapping
from typing import Any

import httpx

from kumkm_tablet import tablet
from kumkm_tablet.network import Network
from kumkm_tablet.outbox import State


def beforehand(owner: type, name: str, act: Callable[[Any], object]) -> None:
    """Have something done before each call of a method."""
    real = getattr(owner, name)

    async def method(self: Any, *given: Any) -> Any:
        act(self)
        return await real(self, *given)

    setattr(owner, name, method)


def afterwards(owner: type, name: str, act: Callable[[Any, Any], object]) -> None:
    """Have something done with what a method gave, before its caller gets it."""
    real = getattr(owner, name)

    async def method(self: Any, *given: Any) -> Any:
        answer = await real(self, *given)
        act(self, answer)
        return answer

    setattr(owner, name, method)


def on_answers(part: str, statuses: Container[int], act: Callable[[Network, httpx.Response], object]) -> None:
    """Have something done whenever an answer of such a status comes to a request with this part in its path."""
    real = Network._once

    async def once(self: Network, method: str, path: str, **how: Any) -> httpx.Response | None:
        answer = await real(self, method, path, **how)
        if part in path and answer is not None and answer.status_code in statuses:
            act(self, answer)
        return answer

    Network._once = once


def taking(lines: Callable[[Mapping[str, Any]], bool], state: State) -> None:
    """Take some lines of a receipt for another state than they mean."""
    real = tablet._state_of
    tablet._state_of = lambda line: state if lines(line) else real(line)
