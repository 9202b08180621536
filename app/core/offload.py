"""Long computing beside the event loop, in one thread: whoever asks for something short does not wait for it.

One thread for all, since computing in many would only have them wait for each other, and the loop for each of them.
What takes less than a change of threads stays on the loop.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Made = TypeVar("Made")

SMALL = 1536 * 1024
"""Bytes of work, as callers weigh it, that stay on the loop: two hundred filled forms, ten milliseconds a piece."""

_thread = ThreadPoolExecutor(1, thread_name_prefix="offload")


async def offload(size: int, function: Callable[P, Made], *arguments: P.args, **named: P.kwargs) -> Made:
    """What the function gives, computed aside where there are more than so many bytes to it.

    It must not touch what other tasks see; if its caller is cancelled meanwhile, what it gives is thrown away.
    """
    if size <= SMALL:
        return function(*arguments, **named)
    return await asyncio.get_running_loop().run_in_executor(_thread, lambda: function(*arguments, **named))
