"""A temporary file between the writer of an export and its reader, so that neither waits for the other.

The database is read at its own pace, and its transaction ends; a consumer that reads slowly, or not at all, occupies a
file without a name, but no memory and no transaction. Reading begins with the first byte that is there.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

_CHUNK = 256 * 1024


class Spool:
    """Bytes that are written once and read once, meanwhile or later."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="kumkm-export-")  # noqa: SIM115  (closed by `__exit__`)
        self._news = asyncio.Event()
        self._fault: BaseException | None = None
        self._whole = False
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    async def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        view, at = memoryview(data), self.size
        while view:
            written = os.pwrite(self._file.fileno(), view, at)
            view, at = view[written:], at + written
        self.size = at
        self._news.set()

    def finish(self, fault: BaseException | None = None) -> None:
        """Nothing more comes; with a fault, what is there is not all."""
        self._fault, self._whole = fault, fault is None
        self._news.set()

    async def begun(self) -> None:
        """Wait for the first byte.

        Raises:
            BaseException: the fault, where there is one before anything else.
        """
        while not (self.size or self._whole or self._fault):
            await self._news.wait()
            self._news.clear()
        if self._fault is not None and not self.size:
            raise self._fault

    async def read(self) -> AsyncIterator[bytes]:
        """Everything from the first byte on.

        Raises:
            BaseException: the fault, once all that was written is read, so that the file is not taken for complete.
        """
        at = 0
        while True:
            if at < self.size:
                chunk = os.pread(self._file.fileno(), _CHUNK, at)
                at += len(chunk)
                yield chunk
                await asyncio.sleep(0)  # to a consumer that is gone, sending takes no time at all
            elif self._fault is not None:
                raise self._fault
            elif self._whole:
                return
            else:
                self._news.clear()
                if at >= self.size and not (self._whole or self._fault):
                    await self._news.wait()
