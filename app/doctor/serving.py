"""The server on this machine: whether it runs, and when its work in the background succeeded last."""

import time
from collections.abc import Iterator

import httpx
from prometheus_client.parser import text_string_to_metric_families

from app.core.settings import Settings
from app.doctor.finding import Finding, good, note, warning

_SUCCEEDED, _INTERVAL = "kumkm_background_last_success_seconds", "kumkm_background_interval_seconds"
_LATE_S, _ROUNDS = 600, 3  # so many seconds beyond so many rounds, as in `deploy/prometheus/kumkm.rules.yml`
_TIMEOUT_S = 5


async def judge_serving(settings: Settings) -> list[Finding]:
    """By the metrics of the server that listens where the settings say."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  (compared, not listened on)
    place = f"[{host}]" if ":" in host else host
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
            answer = await client.get(f"http://{place}:{settings.port}/metrics")
            answer.raise_for_status()
            return [*judge_metrics(answer.text, time.time())]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return [
            note(
                "serving",
                f"Tidak ada server KUMKM di {place}:{settings.port} pada mesin ini.",
                f"There is no KUMKM server at {place}:{settings.port} on this machine.",
            )
        ]


def judge_metrics(text: str, now: float) -> Iterator[Finding]:
    """What the metrics say of work in the background. `now`: seconds since 1970. Raises ValueError: they are none."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    every = {sample.labels["worker"]: sample.value for sample in samples if sample.name == _INTERVAL}
    since = {sample.labels["worker"]: now - sample.value for sample in samples if sample.name == _SUCCEEDED}
    late = {worker: seconds for worker, seconds in since.items() if seconds > _LATE_S + _ROUNDS * every.get(worker, 0)}
    for worker, seconds in sorted(late.items()):
        yield warning(
            "background_stopped",
            f"Pekerjaan latar {worker} berhasil {seconds / 60:,.0f} menit lalu: lihat background_failed di log.",
            f"Work in the background ({worker}) succeeded {seconds / 60:,.0f} minutes ago: see background_failed in the"
            " log.",
        )
    if not late:
        yield good("serving", "Server di mesin ini bekerja.", "The server on this machine is at work.")
