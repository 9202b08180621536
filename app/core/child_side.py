"""What a child process does that reads untrusted files (`child_processes.py`): it loads little by itself, and then what
reads the file."""

import importlib
import os
import resource
import struct
import sys
from typing import Any, BinaryIO

import orjson

from app.core.problems import Problem

HEAD = struct.Struct(">II")
"""Bytes of the question in JSON, bytes of the file; of an answer, its bytes, and 0."""

MEMORY = 768 * 1024 * 1024
"""Bytes of address space of a child: a picture of 50 megapixels in many scans needs about 500 MiB of it."""

CPU_S = 10
"""Seconds of computing for one file."""


def _bound_oneself() -> None:
    os.nice(10)  # requests to the server come before the reading of files
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _grant_computing() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _said(question: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        function = getattr(importlib.import_module(question["module"]), question["name"])
        return {"said": function(content, *question["args"])}
    except Problem as exc:
        return {"problem": exc.code.name}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one question after another until there is none; any other fault ends the process."""
    _bound_oneself()
    while head := requests.read(HEAD.size):
        question_size, content_size = HEAD.unpack(head)
        question, content = orjson.loads(requests.read(question_size)), requests.read(content_size)
        _grant_computing()
        answer = orjson.dumps(_said(question, content), default=tuple)  # named ones are no JSON by themselves
        answers.write(HEAD.pack(len(answer), 0) + answer)
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
