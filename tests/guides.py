"""What the guides in docs/tools say: blocks of code, the addresses that they name, the columns that they expect."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/tools"
PAGES = sorted(FOLDER.glob("*.md"))
SERVER = "https://kumkm.example"

_BLOCK = re.compile(r"^```([^\n]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(rf"{re.escape(SERVER)}/v1/[^\s\"'`)<>|]+")
_CALL = re.compile(
    r'Web\.Contents\(\s*"([^"]+)",\s*\[RelativePath = "([^"]+)"(?:, Query = \[(.*?)\])?\]\s*\)', re.DOTALL
)
_ASKED = re.compile(r'(\w+) = (\{[^}]*\}|"[^"]*"|\w+)')
_LITERAL = re.compile(r'"([^"]*)"')
_NAMED = re.compile(r'^    (\w+) = (\{[^}]*\}|"[^"]*"),$', re.MULTILINE)
_TYPED = re.compile(r'\{"(\w+)", (?:type \w+|Int64\.Type)\}')
_R_CALL = re.compile(r'fetched\("([^"]+)"((?:, \w+ = "[^"]*")*)\)')
_R_PAIR = re.compile(r'(\w+) = "([^"]*)"')
_PYTHON_PATH = re.compile(r'(?:fetched\("|\{server\})(/v1/[^"]+)"')


@dataclass(frozen=True)
class Block:
    """A block of code of a page: in what language, and the text."""

    page: str
    language: str
    text: str


@dataclass(frozen=True)
class Asked:
    """An address of the server, from `/v1` on, and the columns that a guide expects of it."""

    page: str
    path: str
    columns: tuple[str, ...] = ()


def blocks(*languages: str) -> list[Block]:
    """All blocks of these languages, in the order of the pages."""
    return [
        Block(page.name, language, text)
        for page in PAGES
        for language, text in _BLOCK.findall(page.read_text("utf-8"))
        if language in languages
    ]


def of_page(name: str, *languages: str) -> list[str]:
    """The texts of the blocks of one page."""
    return [each.text for each in blocks(*languages) if each.page == name]


def asked() -> list[Asked]:
    """Everything that the guides ask a server for: addresses, queries in M, and the panels of the dashboard."""
    found = [
        Asked(page.name, path.removeprefix(SERVER)) for page in PAGES for path in _written(page.read_text("utf-8"))
    ]
    for block in blocks("powerquery"):
        found += of_power_query(block)
    for block in blocks("r"):
        for path, query in _R_CALL.findall(block.text):
            found.append(Asked(block.page, f"{path}?{urlencode(_R_PAIR.findall(query))}"))
    for block in blocks("python"):
        found += [Asked(block.page, path) for path in _PYTHON_PATH.findall(block.text)]
    return found + list(of_dashboard(dashboard()))


def _written(text: str) -> Iterator[str]:
    for address in _ADDRESS.findall(text):
        yield address.rstrip(".,;:")


def of_power_query(block: Block) -> list[Asked]:
    """What a query in M asks for; a name that is bound to a text or a list of texts stands for it.

    A function's argument stands for the first text of the page's list.
    """
    names = {name: _LITERAL.findall(value) for name, value in _NAMED.findall(block.text)}
    found = []
    for server, path, query in _CALL.findall(block.text):
        assert server == SERVER, "the service refreshes only what is written there as a text"
        pairs = [
            (name, text)
            for name, value in _ASKED.findall(query)
            for text in (_LITERAL.findall(value) or names.get(value) or names["Kabupaten"][:1])
        ]
        taken = re.search(r"Table\.SelectColumns\(\s*\w+, \{(.*?)\}", block.text, re.DOTALL)
        columns = (*_TYPED.findall(block.text), *(_LITERAL.findall(taken[1]) if taken else ()))
        found.append(Asked(block.page, f"/{path}?{urlencode(pairs)}", columns))
    assert len(found) == block.text.count("Web.Contents("), "a call that is written in another way"
    return found


def dashboard() -> Any:
    """The dashboard for Grafana."""
    return json.loads((FOLDER / "grafana/progress.json").read_text("utf-8"))


def of_dashboard(board: Any) -> Iterator[Asked]:
    """What its panels ask for, in August 2022, with its variables as they are at first."""
    values = {each["name"]: each["current"]["value"] for each in board["templating"]["list"]}
    values |= {"__from:date:YYYY-MM-DD": "2022-08-01", "__to:date:YYYY-MM-DD": "2022-08-31"}

    def filled(text: str) -> str:
        return re.sub(r"\$\{([^}]+)\}", lambda name: values[name[1]], text)

    for panel in board["panels"]:
        for target in panel["targets"]:
            pairs = [(each["key"], filled(each["value"])) for each in target["url_options"]["params"]]
            query = f"?{urlencode(pairs)}" if pairs else ""
            yield Asked("progress.json", filled(target["url"]) + query, tuple(c["selector"] for c in target["columns"]))
