"""Which tests run, and in which order. What they share is in `shared_fixtures`."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
import warm
from forms import LONG, runs


@pytest.hookimpl(trylast=True)  # after coverage began
def pytest_sessionstart(session: pytest.Session) -> None:
    """Load the fixtures, and with them the app: not in the process that hands the tests out, for which the others wait.

    What is loaded until the first test lives on to the end: the garbage collector never traverses it.
    """
    plugins = session.config.pluginmanager
    if not plugins.hasplugin("dsession"):
        gc.disable()
        plugins.import_plugin("shared_fixtures")
    if hasattr(session.config, "workerinput"):
        warm.use(session.config.workerinput["warm"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Let a worker that is about to start know of the process that all of them have their servers from."""
    node.workerinput["warm"] = warm.begin()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as a server has them, nearly: looking for garbage took a tenth of the time
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """What a proof leaves open is said of it, and not of a test long afterwards; the others are too many for that."""
    yield
    if item.get_closest_marker("proof"):
        gc.collect()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the other form of the suite runs. A module that says `TAKES_LONG` comes first, so that no worker
    is left alone with it at the end. One that says `TOGETHER` is for one worker, which makes what its tests share."""
    kept = [item for item in items if runs(item, long=LONG)]
    wanted = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    for item in kept:
        if "postgres-15" in item.name:  # one worker starts that server, not each
            item.add_marker(pytest.mark.xdist_group("postgres-15"))
        elif _says(item, "TOGETHER"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    if "PYTEST_XDIST_WORKER" in os.environ:
        for item in kept:
            _keep_together(item)
    items[:] = sorted(kept, key=lambda item: not _says(item, "TAKES_LONG"))


def _keep_together(item: pytest.Item) -> None:
    """Write the group into the test's id, where xdist's `loadgroup` looks for it: under pytest 9.2, xdist 3.8 writes it
    to no avail (pytest-xdist#1386), and each worker made all that one was to make."""
    groups = sorted({mark.args[0] for mark in item.iter_markers("xdist_group")})
    if groups:
        item._id = item.id.parse(f"{item.nodeid}@{'_'.join(groups)}")


def _says(item: pytest.Item, what: str) -> bool:
    return bool(getattr(getattr(item, "module", None), what, False))
