"""Alert rules and the dashboard ask for what the server has, fire when they should, and name what to do."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from deploy_tools import ROOT, tool

from app.core.telemetry import Metrics

PROMETHEUS = ROOT / "deploy/prometheus"
DASHBOARD: Mapping[str, Any] = json.loads((ROOT / "deploy/grafana/kumkm.json").read_text("utf-8"))
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "kumkm.rules.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
FROM_PROMETHEUS = {"up", "ALERTS"}
LABELS_FROM_PROMETHEUS = {"job", "instance", "alertstate", "alertname", "le"}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


def served() -> dict[str, set[str]]:
    """Every series of /metrics, with its labels."""
    return {name: set(each._labelnames) for name, each in Metrics().registry._names_to_collectors.items()}  # type: ignore[attr-defined]  # of prometheus_client's own


SERIES = served()


@pytest.mark.parametrize("expression", [*expressions()])
def test_every_metric_that_is_asked_for_is_served_with_its_labels(expression: str) -> None:
    names = set(re.findall(r"\bkumkm_[a-z_]+", expression)) - {"kumkm"}
    assert names <= SERIES.keys()
    asked = re.findall(r"(kumkm_[a-z_]+)\{([^}]*)\}", expression)
    for name, matchers in asked:
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', '""', matchers)))
        assert labels <= SERIES[name] | LABELS_FROM_PROMETHEUS, (name, labels)
    by = {label for each in re.findall(r"by \(([^)]*)\)", expression) for label in re.split(r",\s*", each)}
    assert by <= set().union(*(SERIES[name] for name in names), LABELS_FROM_PROMETHEUS)


@pytest.mark.proof
def test_every_route_that_is_asked_for_exists() -> None:
    paths = {*yaml.load((ROOT / "openapi/kumkm.yaml").read_bytes(), yaml.CSafeLoader)["paths"], "/readyz", "/metrics"}
    for expression in expressions():
        for operator, value in re.findall(r'route(=~|!~|!=|=)"([^"]*)"', expression):
            wanted = re.compile(value if "~" in operator else re.escape(value))
            assert any(wanted.fullmatch(path) for path in paths), value


def test_every_metric_of_the_server_is_on_the_dashboard_or_in_an_alert() -> None:
    asked = " ".join(expressions())
    families = {name.removesuffix("_created").removesuffix("_bucket") for name in SERIES if name.endswith("_bucket")}
    families |= {name for name in SERIES if name.endswith("_total")} - {"kumkm_fold_failures_total"}  # an older name
    families |= {"kumkm_pool_busy", "kumkm_pool_waiting", "kumkm_pool_size", "kumkm_background_last_success_seconds"}
    assert {name for name in families if name not in asked} == set()


def test_every_alert_says_what_it_is_in_both_languages_and_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert " / " in rule["annotations"]["summary"]
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        heads = re.findall(r"^#+ (.*)$", (ROOT / file).read_text("utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, rule["alert"]


@pytest.mark.proof
@pytest.mark.parametrize(
    "arguments", ["check rules kumkm.rules.yml", "check config prometheus.yml", "test rules kumkm.rules.test.yml"]
)
def test_promtool_takes_the_files_and_the_alerts_fire_when_they_should(arguments: str) -> None:
    run = [tool("promtool"), *arguments.split()]
    done = subprocess.run(run, cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_in_the_test_of_a_quiet_day() -> None:
    quiet = yaml.safe_load((PROMETHEUS / "kumkm.rules.test.yml").read_text("utf-8"))["tests"]
    tried = {each["alertname"] for each in quiet[0]["alert_rule_test"]}
    assert tried == {rule["alert"] for rule in RULES}
    assert quiet[1]["promql_expr_test"][0]["exp_samples"][0]["value"] == len(RULES)


def test_the_dashboard_has_no_place_twice_and_a_source_that_is_chosen() -> None:
    taken = [(x, y) for panel in DASHBOARD["panels"] for x, y in _cells(panel["gridPos"])]
    assert len(taken) == len(set(taken))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {"${source}"}


def _cells(place: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    for x in range(place["x"], place["x"] + place["w"]):
        yield from ((x, y) for y in range(place["y"], place["y"] + place["h"]))
