"""Reading untrusted files in child processes that are limited in memory and time.

A decoder that aborts, hangs or takes all memory ends its own process and one request. A child is started with the first
file, has none of the server's secrets in its environment, answers in JSON, and takes the next file when it is done.
What it runs: `child_side.py`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any

import orjson

from app.core import child_side
from app.core.child_side import HEAD
from app.core.fair_queue import FLOW, FairQueue
from app.core.problems import Code, Problem, Text

_LONGEST_S = 30  # on a busy machine
_MOST_WAITING, _LONGEST_WAIT_S = 16, 30
_LIMIT = 64 * 1024 * 1024  # bytes of an answer


class _Ended(Enum):
    """How a child ended that gave no answer."""

    SLOW = "slow"
    BROKEN = "broken"


class ChildProcesses:
    """Some child processes, and a few files that wait for them: those of one account behind each other.

    `kept`: whether a child takes the next file, or ends with its own, and gives back the memory that it took.
    """

    def __init__(self, children: int, *, kept: bool = True) -> None:
        self._kept = kept
        self._turns = FairQueue(children, _MOST_WAITING, _LONGEST_WAIT_S)
        self._idle: list[asyncio.subprocess.Process] = []

    async def call(
        self, function: Callable[..., Any], content: bytes, *args: Any, refused: Code, slow: Text | None = None
    ) -> Any:
        """What a function of a module says of the content, as JSON has it; `args` are JSON, too.

        `slow` is the detail of `refused` where the file took more computing than it may.

        Raises:
            Problem: the function's own; `refused` where the child ended or took too long; `overloaded` where too many
                files wait, or this one has waited for long.
        """
        async with self._turns.turn(FLOW.get()):
            answer = await self._ask({"module": function.__module__, "name": function.__name__, "args": args}, content)
        if isinstance(answer, _Ended):
            raise Problem(refused, detail=slow if answer is _Ended.SLOW else None)
        if "problem" in answer:
            raise Problem(Code[answer["problem"]])
        return answer["said"]

    async def _ask(self, question: dict[str, Any], content: bytes) -> "dict[str, Any] | _Ended":
        """The answer of a child; how it ended where it gave none."""
        child = self._idle.pop() if self._idle else await _start()
        answer = None
        try:
            async with asyncio.timeout(_LONGEST_S):
                answer = await _exchange(child, orjson.dumps(question), content)
        except TimeoutError:
            return _Ended.SLOW
        except asyncio.IncompleteReadError:  # it ended by itself
            return await _how(child)
        except (OSError, ValueError):
            return _Ended.BROKEN
        finally:
            if answer is not None and self._kept:
                self._idle.append(child)
            else:
                await end_child(child)
        return answer

    async def close(self) -> None:
        """End the children."""
        while self._idle:
            await end_child(self._idle.pop())


async def _start() -> asyncio.subprocess.Process:
    # The child gets no variable of the server's environment: keys and passwords are there.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        child_side.__name__,
        # One thread: each more would take of the address space that a child may have.
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _exchange(child: asyncio.subprocess.Process, question: bytes, content: bytes) -> dict[str, Any]:
    stdin, stdout = child.stdin, child.stdout
    assert stdin is not None and stdout is not None  # noqa: S101, PT018  (pipes were asked for)
    stdin.write(HEAD.pack(len(question), len(content)) + question)
    stdin.write(content)
    await stdin.drain()
    size, _ = HEAD.unpack(await stdout.readexactly(HEAD.size))
    if size > _LIMIT:
        raise OSError
    said = await stdout.readexactly(size)
    # What a child says is JSON and nothing else: one that was taken over must not take the server over.
    answer: dict[str, Any] = orjson.loads(said)
    return answer


async def _how(child: asyncio.subprocess.Process) -> _Ended:
    """How a child ended that closed its answers; one that stays there is broken."""
    with suppress(TimeoutError):
        if await asyncio.wait_for(child.wait(), timeout=1) == -signal.SIGXCPU:
            return _Ended.SLOW
    return _Ended.BROKEN


async def end_child(child: asyncio.subprocess.Process) -> None:
    """Kill a child that still runs, and wait for its end: nothing of it is left to the system or to the event loop."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
    if child.stdin is not None:
        child.stdin.close()
    await child.wait()


if __name__ == "__main__":  # begun by a server of 0.3.0, whose code was replaced while it runs
    child_side.serve(sys.stdin.buffer, sys.stdout.buffer)
