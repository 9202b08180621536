"""Files are read apart from the server, in processes that may die, hang and fill up without anybody noticing."""

import asyncio
import binascii
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.core import child_processes, child_side
from app.core.child_processes import ChildProcesses
from app.core.fair_queue import FLOW
from app.core.problems import Code, Problem, Text


def deed(module: str, name: str) -> Any:
    """A function as a child is asked for it: by its module and name."""
    made = lambda: None  # noqa: E731  (it gets another name)
    made.__module__, made.__name__ = module, name
    return made


@pytest.fixture
async def children() -> AsyncIterator[ChildProcesses]:
    made = ChildProcesses(children=1)
    yield made
    await made.close()


async def ask(children: ChildProcesses, function: Callable[..., Any], content: bytes = b"", *args: Any) -> Any:
    return await children.call(function, content, *args, refused=Code.UNREADABLE_FILE)


async def refused(children: ChildProcesses, function: Callable[..., Any], content: bytes = b"", *args: Any) -> Code:
    with pytest.raises(Problem) as caught:
        await ask(children, function, content, *args)
    return caught.value.code


async def test_a_child_answers_file_after_file(children: ChildProcesses) -> None:
    assert await ask(children, deed("binascii", "crc32"), b"x" * 5_000_000) == binascii.crc32(b"x" * 5_000_000)
    (child,) = children._idle
    assert await ask(children, deed("builtins", "len"), b"abc") == 3
    assert children._idle == [child], "it is the same process"


async def test_a_child_that_aborts_refuses_one_file_and_the_next_one_is_read(children: ChildProcesses) -> None:
    assert await refused(children, deed("builtins", "eval"), b"__import__('os').abort()") is Code.UNREADABLE_FILE
    assert await ask(children, deed("builtins", "len"), b"abc") == 3


async def test_a_child_gets_no_more_memory_and_time_than_is_stated(
    children: ChildProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    hungry = f"len(bytearray({child_side.MEMORY}))".encode()
    assert await refused(children, deed("builtins", "eval"), hungry) is Code.UNREADABLE_FILE
    limits = b"__import__('resource').getrlimit(__import__('resource').RLIMIT_CPU)[0]"
    assert await ask(children, deed("builtins", "eval"), limits) <= child_side.CPU_S + 2
    monkeypatch.setattr(child_processes, "_LONGEST_S", 0.2)
    began = time.monotonic()
    assert await refused(children, deed("builtins", "eval"), b"__import__('time').sleep(60)") is Code.UNREADABLE_FILE
    assert time.monotonic() - began < 5
    assert children._idle == []


async def test_a_file_that_took_too_much_computing_is_told_from_one_that_is_broken(children: ChildProcesses) -> None:
    slow = Text("lama", "slow")
    for number, told in (signal.SIGXCPU, slow), (signal.SIGSEGV, Code.UNREADABLE_FILE.value.detail):
        ended = f"__import__('os').kill(__import__('os').getpid(), {number:d})".encode()
        with pytest.raises(Problem) as caught:
            await children.call(deed("builtins", "eval"), ended, refused=Code.UNREADABLE_FILE, slow=slow)
        assert (caught.value.code, caught.value.detail) == (Code.UNREADABLE_FILE, told)


async def test_a_child_has_none_of_the_servers_secrets(
    children: ChildProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUMKM_DIGEST_KEY", "a secret")
    names = await ask(children, deed("builtins", "eval"), b"sorted(__import__('os').environ)")
    assert set(names) <= {"LANG", "LC_CTYPE", "OPENBLAS_NUM_THREADS", "PATH"}


async def test_a_crowd_of_files_is_sent_away(children: ChildProcesses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children._turns, "_most_waiting", 1)
    slow = deed("builtins", "eval")
    first, second = (asyncio.create_task(ask(children, slow, b"__import__('time').sleep(0.3)")) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await refused(children, slow, b"1") is Code.OVERLOADED
    await asyncio.gather(first, second)


async def test_files_of_one_account_wait_behind_each_other_not_in_front_of_others(children: ChildProcesses) -> None:
    done: list[bytes] = []

    async def bring(flow: bytes) -> None:
        FLOW.set(flow)  # of this task alone
        await ask(children, deed("builtins", "eval"), b"__import__('time').sleep(0.1)")
        done.append(flow)

    crowd = [asyncio.create_task(bring(b"many")) for _ in range(5)]
    await asyncio.sleep(0.05)
    await asyncio.gather(bring(b"one"), *crowd)
    assert done.index(b"one") <= 1


async def test_a_request_that_is_broken_off_takes_its_child_along(children: ChildProcesses) -> None:
    task = asyncio.create_task(ask(children, deed("builtins", "eval"), b"__import__('time').sleep(60)"))
    await asyncio.sleep(0.2)
    assert children._turns._free == 0
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ask(children, deed("builtins", "len"), b"abc") == 3


@pytest.mark.proof
async def test_importing_the_app_starts_no_child() -> None:
    code = "import app.main, psutil; print(len(psutil.Process().children()))"
    made = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert (await made.communicate())[0] == b"0\n"


async def test_a_child_ends_with_its_server() -> None:
    children = ChildProcesses(children=1)
    assert await ask(children, deed("builtins", "len"), b"abc") == 3
    (child,) = children._idle
    child.stdin.close()  # as when the server was killed
    assert await child.wait() == 0
    await children.close()
