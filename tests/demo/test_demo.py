"""The demo is what Kabupaten OKU reported, and anybody can start it.

`make test` starts it, too: for the tests in a browser, which hold its figures against the report.
"""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import psutil
import pytest
from rich.console import Console
from shapes import Json

from app.progress.models import RESULTS
from app.regions.loading import packaged_regions
from kumkm_proof.demo.census import (
    CONFLICTS,
    DISTRICT_TARGETS,
    DUPLICATES,
    IDLE,
    INVALID,
    LAST_DAY,
    OKU,
    OTHERS,
    SEED,
    TEAM_DISTRICTS,
)
from kumkm_proof.demo.confirmed import QUESTIONS, answer_about
from kumkm_proof.demo.fieldwork import Batch, field_work, workers_of
from kumkm_proof.demo.people import Townsfolk
from kumkm_proof.demo.run import _print_apps

TAKES_LONG = True

START = [sys.executable, "-m", "app.cli", "demo"]
together = pytest.mark.xdist_group("field work")  # on one worker, which makes it once


@pytest.fixture(scope="module")
def villages() -> dict[str, list[str]]:
    codes = [region.code for region in packaged_regions() if len(region.code) == 13]
    return {regency.code: [code for code in codes if code.startswith(regency.code + ".")] for regency in (OKU, *OTHERS)}


@pytest.fixture(scope="module")
def batches(villages: dict[str, list[str]]) -> list[Batch]:
    return batches_of_oku(villages)


def batches_of_oku(villages: dict[str, list[str]]) -> list[Batch]:
    return field_work(OKU, villages[OKU.code], villages["16.08"], Townsfolk(Random(SEED)), Random(SEED))


@together
def test_every_village_has_one_enumerator_of_its_own(villages: dict[str, list[str]]) -> None:
    workers = workers_of(OKU, villages[OKU.code])
    assert len(workers) == 84
    assert sorted(village for worker in workers for village in worker.own) == villages[OKU.code]
    assert len(villages[OKU.code]) == 157
    assert sorted(d for districts in TEAM_DISTRICTS.values() for d in districts) == sorted(
        {village[:8] for village in villages[OKU.code]}
    )


@pytest.mark.proof
@together
def test_the_same_seed_makes_the_same_field_work(villages: dict[str, list[str]], batches: list[Batch]) -> None:
    assert batches_of_oku(villages) == batches


@together
def test_the_field_work_is_that_of_the_report(batches: list[Batch]) -> None:
    items = [item for batch in {batch.id: batch for batch in batches}.values() for item in batch.body["items"]]
    assert {batch.received_at.date() for batch in batches} <= {LAST_DAY - timedelta(days=n) for n in range(47)}
    assert len({batch.enumerator for batch in batches}) == 84 - len(IDLE)
    items = [item for item in items if item["questionnaire"] != "visit@1"]
    assert len({item["record_id"] for item in items}) == OKU.entered + DUPLICATES + CONFLICTS + INVALID + 9
    sizes: Counter[str] = Counter()
    for item in {item["record_id"]: item for item in items}.values():
        sales = item["answers"].get("annual_sales_idr", 1)
        sizes["micro" if sales <= 2e9 else "small" if sales <= 15e9 else "medium"] += 1
    assert sizes["micro"] / sizes.total() == pytest.approx(0.911, abs=0.01)
    assert sizes["small"] / sizes.total() == pytest.approx(0.08, abs=0.01)


@together
def test_doors_without_an_interview_are_some_and_each_has_its_visits_in_order(batches: list[Batch]) -> None:
    doors: defaultdict[str, list[Json]] = defaultdict(list)
    for batch in {batch.id: batch for batch in batches}.values():
        for item in batch.body["items"]:
            doors[item["record_id"]].append(item)
    visited = {id_: those for id_, those in doors.items() if those[0]["questionnaire"] == "visit@1"}
    alone = [those for those in visited.values() if all(each["questionnaire"] == "visit@1" for each in those)]
    assert 0.05 < len(alone) / OKU.entered < 0.10, "a believable share"
    assert len(visited) > len(alone), "at some doors there was an interview in the end"
    results = {each["answers"]["result"] for those in alone for each in those}
    assert results == {"absent", *RESULTS} - {"open_visits"}
    for those in visited.values():
        assert [each["revision"] for each in those] == list(range(1, len(those) + 1))
        times = [each["answers"]["visited_at"] for each in those if each["questionnaire"] == "visit@1"]
        assert len(set(times)) == len(times)


def test_each_district_has_a_target_and_together_they_are_that_of_oku() -> None:
    assert sum(DISTRICT_TARGETS.values()) == OKU.target
    assert sorted(DISTRICT_TARGETS) == sorted(each for some in TEAM_DISTRICTS.values() for each in some)


def test_what_an_agency_says_of_a_number_is_the_same_in_every_demo() -> None:
    numbers = [f"16011452038{serial:05}" for serial in range(4_000)]
    said = Counter(answer_about(number, 1) for number in numbers)
    assert said["SESUAI"] / 4_000 == pytest.approx(0.94, abs=0.02)
    assert said["TIDAK SESUAI"] > said["TIDAK DITEMUKAN"] > 0
    assert said == Counter(answer_about(number, 1) for number in numbers)
    some = [answer_about(number, 0.4) for number in numbers]
    assert some.count("") / 4_000 == pytest.approx(0.6, abs=0.03)
    assert all(part in ("", answer_about(number, 1)) for number, part in zip(numbers, some, strict=True))


@pytest.mark.parametrize(
    ("apps", "addresses"),
    [
        (["console", "field"], ["http://127.0.0.1:8000", "http://127.0.0.1:8000/lapangan/"]),
        (["console"], ["http://127.0.0.1:8000"]),
        ([], []),
    ],
)
def test_the_greeting_names_the_apps_that_are_built(tmp_path: Path, apps: list[str], addresses: list[str]) -> None:
    for app in apps:
        (tmp_path / app).mkdir()
        (tmp_path / app / "index.html").write_text("")
    said = Console(file=io.StringIO(), width=60)
    _print_apps(said, "http://127.0.0.1:8000", tmp_path)
    assert isinstance(said.file, io.StringIO)
    lines = said.file.getvalue().splitlines()
    assert re.findall(r"http://\S+", "\n".join(lines)) == addresses
    assert len(lines) == len(apps) + bool(apps), "each on a line of its own, and a free one below"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@together
@pytest.mark.proof
def test_from_nothing_to_the_morning_of_the_report(tmp_path: Path, batches: list[Batch]) -> None:
    """The main job: one command, then the figures over HTTP, and again in seconds."""
    environment = {**os.environ, "KUMKM_DATA_DIR": str(tmp_path / "data"), "PORT": str(port := free_port())}
    first = subprocess.run([*START, "--no-serve"], env=environment, capture_output=True, text=True, check=True)
    figures = re.search(r"([\d,]+) of 42,000 in \(([\d.]+) %\)", first.stdout)
    assert figures, first.stdout
    assert figures.groups() == ("13,495", "32.13")
    assert not re.search(r"Traceback|\bERROR\b|Warning", first.stderr), first.stderr
    server = subprocess.Popen(START, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        base_url = f"http://127.0.0.1:{port}"
        wait_for(base_url, server)
        took = psutil.Process(server.pid).cpu_times()
        assert took.user + took.system < 20, "a second start takes seconds"
        execute_everything(base_url)
        row = ask_as_a_newcomer(base_url)
        assert (row["listed"], row["new_found"]) == (0, OKU.entered)
        assert next_round(base_url) == (OKU.entered, 0, 0.0), "the next round begins from all that was entered"
        confirmed_numbers(base_url)
        assert row["doors"] == counted(batches)
        assert row["submissions"] == OKU.entered + DUPLICATES + CONFLICTS + INVALID
        assert all(row[result] > 0 for result in RESULTS)
        assert row["enumerators_active"] == len({batch.enumerator for batch in batches})
        commands_of_the_readme(environment)
    finally:
        server.send_signal(signal.SIGINT)
        told, _ = server.communicate(timeout=40)
    assert server.returncode == 0, told
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists(), "its database is stopped, too"
    assert "Traceback" not in told
    assert "Batches from the field" in first.stdout
    assert "Batches from the field" not in told, "a second start sends nothing"


def confirmed_numbers(base_url: str) -> None:
    """Agencies answered about a few thousand, and one request still waits for its second file."""
    with httpx.Client(base_url=base_url, timeout=30) as client:
        form = {"grant_type": "password", "username": "officer.oku", "password": "demo"}
        token = client.post("/v1/auth/token", data=form).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        by_kind = {each["kind"]: each for each in client.get("/v1/verification/summary").json()["items"]}
        requests = client.get("/v1/verification/requests").json()["items"]
        targets = client.get(f"/v1/progress/regions?parent={OKU.code}").json()["items"]
    assert by_kind["nik"]["match"] > 2_000
    assert all(by_kind[kind][state] > 0 for kind in ("nik", "nib") for state in ("mismatch", "not_found"))
    assert [each["state"] for each in requests] == ["open", *["answered"] * (len(QUESTIONS) - 1)]
    assert all(each["outdated"] == each["waiting"] == 0 for each in requests)
    assert by_kind["nik"]["asked"] == requests[0]["asked"] - requests[0]["answered"] > 0
    assert sum(each["target"] for each in targets) == OKU.target


def commands_of_the_readme(environment: dict[str, str]) -> None:
    """Beside the demo they need no setting, and they say that it is the demo."""
    set_ = {name for name in environment if name.startswith(("KUMKM_", "DATABASE_"))} - {"KUMKM_DATA_DIR"}
    environment = {name: value for name, value in environment.items() if name not in set_}
    for line in ("progress check", "audit verify --json", "account list --role officer", "link 16.01"):
        done = subprocess.run(
            [*START[:-1], *line.split()], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("Using the demo in ")


def next_round(base_url: str) -> tuple[int, int, float]:
    """What is listed of OKU in the round of 2023, and how much of it is done."""
    with httpx.Client(base_url=base_url, timeout=30) as client:
        form = {"grant_type": "password", "username": "officer.oku", "password": "demo"}
        token = client.post("/v1/auth/token", data=form).raise_for_status().json()["access_token"]
        headers, asked = {"Authorization": f"Bearer {token}"}, {"campaign": "pl-kumkm-2023"}
        row = client.get("/v1/progress/regions/16.01", params=asked, headers=headers).raise_for_status().json()["item"]
    return row["listed"], row["listed_done"], row["percent_of_listing"]


def counted(batches: list[Batch]) -> int:
    """How many records the tablets sent that count somewhere; one outside of their regency, or on a later
    questionnaire, is held."""
    items = {item["record_id"]: item for batch in batches for item in batch.body["items"]}.values()
    return sum(item["region_code"].startswith(OKU.code) and item["questionnaire"] != "umkm@3" for item in items)


def wait_for(base_url: str, server: subprocess.Popen[str]) -> None:
    for _ in range(600):
        assert server.poll() is None, server.stdout.read()
        try:
            if httpx.get(f"{base_url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the demo did not come up")


NOT_IN_THE_DEMO = {
    "get_returned",
    "get_attachment",
    "get_export_job",
    "get_export_file",
    "finish_organisation_sign_in",
    "get_region_csv",
    *(f"get_cutoff{what}{end}" for what in ("", "_regions", "_enumerators", "_months") for end in ("", "_csv")),
    *("get_cutoff_comparison", "get_cutoff_comparison_csv"),
    "get_file",
    *("get_run", "get_run_pdf", "get_run_xlsx", "get_statement", "get_statement_pdf"),
    "get_export_package",
    *("get_statistics_businesses", "get_statistics_businesses_csv", "get_statistics_package"),
    "get_statistics_edition",
}
"""Nothing is returned on that morning, no photo was taken, no export was asked for, and nobody signs in elsewhere.
A file of numbers needs a reason. Cut-offs, payments and editions have ids that no example knows; a region's code is no
example of a code."""


def execute_everything(base_url: str) -> None:
    """ "Execute" on /docs answers at the first try: every GET with the examples of its parameters."""
    with httpx.Client(base_url=base_url, timeout=30) as client:
        headers = {}
        for name, form in (("admin", {}), ("officer.oku", {}), ("enumerator.1", {"device_id": "tablet-of-a-newcomer"})):
            form |= {"grant_type": "password", "username": name, "password": "demo"}
            token = client.post("/v1/auth/token", data=form).raise_for_status().json()["access_token"]
            headers[name] = {"Authorization": f"Bearer {token}"}
        failed = []
        for path, operations in client.get("/openapi.json").json()["paths"].items():
            operation = operations.get("get")
            if operation is None or operation["operationId"] in NOT_IN_THE_DEMO:
                continue
            told: dict[str, Json] = {"path": {}, "query": {}, "header": {}}
            for each in operation.get("parameters", ()):
                if "example" in each:
                    told[each["in"]][each["name"]] = each["example"]
            who = (
                "enumerator.1"
                if path.startswith(("/v1/sync/", "/v1/honour/own"))
                else "admin"
                if path == "/v1/audit"
                else "officer.oku"
            )
            kinds = list(operation["responses"]["200"].get("content", {}))
            told["header"] |= {"Accept": kinds[0]} if kinds else {}
            sent = {name: str(value) for name, value in told["header"].items()}
            query = {
                name: str(value).lower() if isinstance(value, bool) else value for name, value in told["query"].items()
            }
            answer = client.get(path.format(**told["path"]), params=query, headers={**headers[who], **sent})
            if answer.status_code >= 400:
                failed.append((path, query, answer.status_code, answer.text[:200]))
        assert not failed, "\n".join(map(str, failed))


def ask_as_a_newcomer(base_url: str) -> Json:
    """Figures that agree with one another and with the report; gives the regency's."""
    entered = OKU.entered
    with httpx.Client(base_url=base_url) as client:

        def signed_in(name: str) -> dict[str, str]:
            form = {"grant_type": "password", "username": name, "password": "demo"}
            if name.startswith("enumerator"):
                form["device_id"] = "tablet-of-a-newcomer"
            token = client.post("/v1/auth/token", data=form).raise_for_status().json()["access_token"]
            return {"Authorization": f"Bearer {token}"}

        headers = signed_in("officer.oku")
        row = client.get("/v1/progress/regions/16.01", headers=headers).json()["item"]
        assert (row["target"], row["entered"], row["enumerators"], row["coordinators"]) == (42_000, entered, 84, 6)
        assert (row["pace"]["days_left"], row["rank_of"]) == (48, 8)
        assert (row["percent"], row["rank"], row["enumerators_active"]) == (32.13, 1, 81)
        assert (row["duplicates"], row["conflicts"], row["invalid"]) == (DUPLICATES, CONFLICTS, INVALID)
        assert row["pace"]["needed_per_day"] == 593.9
        assert row["pace"]["needed_per_enumerator_per_day"] == 7.07
        enumerators = client.get("/v1/progress/enumerators?region=16.01", headers=headers).json()["items"]
        assert len(enumerators) == 84
        assert sum(each["entered"] for each in enumerators) == entered
        on = client.get("/v1/progress/dates?region=16.01&from=2022-09-12&to=2022-09-12", headers=headers).json()
        assert on["items"][0]["entered_total"] == entered
        sent = {
            "campaign": "pl-kumkm-2022",
            "sent_at": "2022-09-13T08:00:03+07:00",
            "items": [
                {
                    "record_id": "01833a5e-8a40-7000-8000-000000000001",
                    "revision": 1,
                    "questionnaire": "umkm@1",
                    "region_code": "16.01.14.1003",
                    "captured_at": "2022-09-12T09:14:40+07:00",
                    "answers": {"legal_name": "Warung Bu Sari", "kbli": "47112"},
                }
            ],
        }
        for name, status in (("enumerator.84", 201), ("enumerator.84", 200), ("coordinator.6", 403), ("admin", 403)):
            path = "/v1/sync/batches/01833a5e-8a40-7000-8000-00000000000a"
            assert client.put(path, json=sent, headers=signed_in(name)).status_code == status
        assert client.get("/v1/progress/regions/16.01", headers=headers).json()["item"]["entered"] == entered + 1
        return row


@pytest.mark.proof
def test_a_taken_port_is_told_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "KUMKM_DATA_DIR": str(tmp_path / "data"), "PORT": str(port)}
        done = subprocess.run(START, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"PORT={port + 1} make run" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.proof
def test_ended_by_the_system_it_leaves_nothing_behind(tmp_path: Path) -> None:
    """SIGTERM in the middle of the first start; the next start would go on from there."""
    environment = {**os.environ, "KUMKM_DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}
    demo = subprocess.Popen(START, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = tmp_path / "data" / "postgres" / "postmaster.pid"
    keys = tmp_path / "data" / "demo-keys.json"
    for _ in range(300):
        if keys.exists():
            break
        time.sleep(0.1)
    assert running.exists()
    demo.send_signal(signal.SIGTERM)
    told, _ = demo.communicate(timeout=40)
    assert demo.returncode == 128 + signal.SIGTERM, told
    assert not running.exists()
