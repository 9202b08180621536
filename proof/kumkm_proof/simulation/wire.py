"""The network of a village for a client that is no library: bytes between two sockets, which end at any of them."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from kumkm_proof.simulation.network import Village

_PIECE = 65_536
_MOST_BITS = 14
"""A connection is cut within 2^14 bytes: early ones as often as late ones, by their order of size."""

_THERE, _BACK = "cut on the way there", "cut on the way back"


class Wire:
    """A port that leads to the server. Requests are counted with those of `village`, and broken at its rate."""

    def __init__(self, village: Village, server: str) -> None:
        self.village = village
        place = urlsplit(server)
        self._server = (place.hostname or "", place.port or 80)
        self._listening: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Listen. Returns the address."""
        self._listening = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Cut everything."""
        if self._listening is not None:
            self._listening.close()
        for each in self._connections:
            each.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (a callback of a server is one)
        self._connections.add(task)
        writers = [writer]
        try:
            server, to_server = await asyncio.open_connection(*self._server)
            writers.append(to_server)
            call = _Call(self.village)
            ways = [
                asyncio.create_task(call.carry(_THERE, reader, to_server)),
                asyncio.create_task(call.carry(_BACK, server, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            pass  # the server is away, and so the connection is
        finally:
            self._connections.discard(task)
            for each in writers:
                each.transport.abort()


class _Call:
    """One connection: a request begins where bytes go there after bytes came back."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self._last = _BACK
        self._cut: str | None = None
        self._left = 0

    async def carry(self, way: str, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """Carry bytes until an end, or until the cut."""
        with suppress(OSError):
            while piece := await source.read(_PIECE):
                self._turned(way, piece)
                if self._cut == way:
                    if len(piece) > self._left:
                        self.village.faults[way] += 1
                        to.write(piece[: self._left])
                        await to.drain()
                        return
                    self._left -= len(piece)
                to.write(piece)
                await to.drain()

    def _turned(self, way: str, piece: bytes) -> None:
        if way == self._last:
            return
        self._last = way
        village = self.village
        if way == _BACK:
            if not piece.startswith(b"HTTP/1.1 5"):
                village.answered()
            return
        village.requests += 1
        self._cut = village.rng.choice((_THERE, _BACK)) if village.rng.random() < village.rate else None
        self._left = int(2 ** village.rng.uniform(0, _MOST_BITS)) - 1
