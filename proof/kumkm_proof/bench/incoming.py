"""Batches that come in at a steady rate, from a process of its own, while something else is measured."""

import http.client
import multiprocessing
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from multiprocessing.connection import Connection
from typing import NamedTuple

from app.core.ids import new_id
from kumkm_proof.bench.ingest import bodies_of, headers_of
from kumkm_proof.bench.scene import Scene
from kumkm_proof.bench.servers import Measured

RECORDS = 8
"""Of each batch: those of a day."""

TABLETS = 8
"""That send; each over one connection."""


class Came(NamedTuple):
    """What came in: records a second, and how long a batch took at the median, in ms."""

    rate: float
    p50: float


@contextmanager
def incoming(stage: Scene, served: Measured, rate: int, longest_s: float) -> Iterator[list[Came]]:
    """So many records a second, at most for so long; what came is told after the block. Of none, nothing is told.

    Raises:
        OSError: a batch was refused, or the block took longer.
    """
    told = list[Came]()
    if not rate:
        yield told
        return
    bodies = bodies_of(stage, RECORDS, int(rate * longest_s))
    headers = [headers_of(stage, each) for each in stage.enumerator_ids]
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    sender = context.Process(target=_send_all, args=(there, served.port, headers, bodies, RECORDS * TABLETS / rate))
    sender.start()
    try:
        here.recv()  # it has begun
        yield told
        here.send(None)
        latencies, seconds = here.recv()
    finally:
        sender.kill()
        sender.join()
    if latencies is None:
        raise OSError("a batch was refused beside what was measured, or there were too few of them")
    told.append(Came(len(latencies) * RECORDS / seconds, statistics.median(latencies)))


def _send_all(
    to: "Connection[object, object]",
    port: int,
    headers: Sequence[dict[str, str]],
    bodies: list[list[bytes]],
    gap_s: float,
) -> None:
    over = threading.Event()
    latencies, failed = list[float](), list[int]()

    def tablet(number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for at, body in enumerate(bodies[number]):
            if over.wait(max(0.0, began + (at + number / TABLETS) * gap_s - time.perf_counter())):
                return
            asked = time.perf_counter()
            line.request("PUT", f"/v1/sync/batches/{new_id()}", body, headers[number])
            answer = line.getresponse()
            answer.read()
            if answer.status != HTTPStatus.CREATED:
                break
            latencies.append((time.perf_counter() - asked) * 1000)
        failed.append(number)

    began = time.perf_counter()
    tablets = [threading.Thread(target=tablet, args=(number,)) for number in range(len(bodies))]
    for each in tablets:
        each.start()
    to.send(None)
    to.recv()
    seconds = time.perf_counter() - began
    over.set()
    for each in tablets:
        each.join()
    to.send((None if failed else latencies, seconds))
