"""Senders and a receiver as real processes, made to be killed. Not a test.

One process has loaded everything, and forks: `sender` and `receiver` on its standard input make one more, whose pid
it says. A receiver is durable: what it read is in its file, synced, before it answers. It also kills itself now and
then: between reading and writing, and between writing and answering.
"""

import asyncio
import os
import random
import signal
import socket
import sys
from typing import BinaryIO

from app.core.database import Database
from app.core.settings import Settings, settings_from_environment
from app.core.telemetry import WebhooksStanding
from app.webhooks.sending import Sending

LEASE_S = 0.3


class NoFigures:
    def tried_webhook(self, outcome: str, seconds: float) -> None:
        """Nobody asks."""

    def follow_webhooks(self, webhooks: WebhooksStanding) -> None:
        """Nobody asks."""


async def send(settings: Settings) -> None:
    sending = Sending(settings, Database(settings), NoFigures(), LEASE_S)
    while True:
        try:
            await sending.round()
        except Exception as exc:  # noqa: BLE001  (a server goes on, too)
            sys.stderr.write(f"{type(exc).__name__}\n")
        await asyncio.sleep(0.005)


def receive(port: int, file: int, luck: random.Random) -> None:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        while True:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as reader:
                while body := read(reader):
                    maybe_die(luck)
                    os.write(file, body + b"\n")
                    os.fsync(file)
                    maybe_die(luck)
                    connection.sendall(b"HTTP/1.1 204 X\r\n\r\n")


def read(reader: BinaryIO) -> bytes:
    """`webhook-id`, a blank and the body; nothing where the connection ended."""
    size, id_ = 0, b""
    while line := reader.readline():
        name, _, value = line.strip().partition(b": ")
        if name.lower() == b"content-length":
            size = int(value)
        elif name.lower() == b"webhook-id":
            id_ = value
        elif not name:
            body = reader.read(size)
            return id_ + b" " + body if len(body) == size else b""
    return b""


def maybe_die(luck: random.Random) -> None:
    if luck.random() < 0.02:
        os.kill(os.getpid(), signal.SIGKILL)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(port: int, path: str) -> None:
    settings = settings_from_environment()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    say("ready")
    for number, line in enumerate(sys.stdin):
        child = os.fork()
        if child:
            say(str(child))
            continue
        if line.strip() == "sender":
            asyncio.run(send(settings))
        else:
            receive(port, os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), random.Random(number))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
