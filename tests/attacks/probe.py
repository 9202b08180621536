"""A process of its own that asks a server again and again whether it is well, and tells when and how long that took.

python probe.py HOST PORT     until its input ends; prints JSON: [[moment, seconds], …]
"""

import json
import select
import socket
import sys
import time


def ask(host: str, port: int) -> float:
    began = time.monotonic()
    with socket.create_connection((host, port), timeout=20) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := sock.recv(65_536):
            got += piece
    return time.monotonic() - began if b"200 OK" in got else 20.0


def share() -> float:
    began, computed = time.monotonic(), time.thread_time()
    while time.thread_time() - computed < 0.002:
        pass
    return (time.monotonic() - began) / 0.002


def main(host: str, port: int) -> None:
    told = []
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        moment = time.monotonic()
        try:
            told.append((moment, ask(host, port), share()))
        except OSError:
            told.append((moment, 20.0, 1.0))
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
