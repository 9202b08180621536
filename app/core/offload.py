"""Long computations in one thread beside the event loop, so that short requests do not wait for them.

There is one thread, since several would wait for the interpreter lock, and the loop with them. What takes less time
than a switch of threads runs on the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Made = TypeVar("Made")

SMALL = 1536 * 1024
"""Bytes of work, as callers estimate it, up to which the loop does it: two hundred filled forms, ten milliseconds."""

_thread = ThreadPoolExecutor(1, thread_name_prefix="offload")


async def offload(size: int, function: Callable[P, Made], *arguments: P.args, **named: P.kwargs) -> Made:
    """The result of the function, computed in the thread if the work is more than `SMALL` bytes.

    The function must not change shared state; if the caller is cancelled meanwhile, the result is dropped.
    """
    if size <= SMALL:
        return function(*arguments, **named)
    return await asyncio.get_running_loop().run_in_executor(_thread, lambda: function(*arguments, **named))
