"""A server does all its work in the background by itself, and shows it."""

import asyncio
from collections.abc import Iterable

import pytest

from app import main
from app.core.clock import SetClock
from app.core.settings import Settings
from app.core.telemetry import Metrics

EMBEDDED_IS_ENOUGH = True


class Seen(Metrics):
    """Figures that tell when every worker has come to the end of a round."""

    def __init__(self, workers: Iterable[str]) -> None:
        super().__init__()
        self.missing, self.all_came = set(workers), asyncio.Event()

    def round_ended(self, worker: str, *, failed: bool) -> None:
        super().round_ended(worker, failed=failed)
        self.missing.discard(worker)
        if not self.missing:
            self.all_came.set()


async def test_a_server_folds_chains_exports_and_sweeps_and_its_figures_say_so(
    settings: Settings, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "SWEEP_S", 0.01)
    metrics = Seen({"fold", "chain", "export", "remove_old_exports", "forget_secrets"})
    often = {f"{name}_interval_s": 0.01 for name in ("fold", "link", "export")}
    app = main.create_app(settings.model_copy(update=often), clock=clock, metrics=metrics)
    async with app.router.lifespan_context(app), asyncio.timeout(20):
        await metrics.all_came.wait()
    figures = metrics.text().decode().splitlines()
    assert sum(line.startswith("kumkm_background_rounds_total{") for line in figures) == 5
    failures = [line for line in figures if line.startswith("kumkm_background_failures_total{")]
    assert [line.split()[-1] for line in failures] == ["0.0"] * 5
