"""Reading a list whole, a page after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
from shapes import Json


async def pages(ask: Callable[[Json], Awaitable[httpx.Response]]) -> AsyncIterator[Json]:
    """The pages of a list. `ask` asks for one: it gets the parameters that say after which cursor."""
    after: Json = {}
    while True:
        answer = await ask(after)
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        yield page
        if page["next_cursor"] is None:
            return
        after = {"cursor": page["next_cursor"]}
