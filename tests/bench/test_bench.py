"""The benchmarks run, in the smallest way, and check what they claim."""

import re

import pytest
from typer.testing import CliRunner

from app.cli import app as cli
from kumkm_proof.bench import growth, learning, linkage

TAKES_LONG = True
pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("bench")]  # they share a server


def test_ingest_is_held_against_both_loops(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "ingest", "--records", "800", "--connections", "2", "--workers", "1"])
    assert result.exit_code == 0, result.output
    for line in ("records/s", "INSERT … unnest", "COPY", "p99 of a batch", "memory, MiB"):
        assert line in result.output
    assert len(re.findall(r"ratio to it" + r".*\d\.\d\d" * 4, result.output)) == 2
    costs = re.findall(r"processor ms.*", result.output)
    assert len(costs) == 2
    assert all(0 < float(figure) < 1000 for cost in costs for figure in re.findall(r"\d+\.\d+", cost)), costs


def test_progress_is_asked_at_every_level(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "progress", "--cells", "300", "--requests", "10"])
    assert result.exit_code == 0, result.output
    assert "worst p99" in result.output
    assert result.output.count("regions?parent=") == 5


def test_progress_is_asked_while_batches_come_in(prepared: None) -> None:
    asked = ["bench", "progress", "--cells", "300", "--requests", "10", "--beside", "80"]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 0, result.output
    [came] = re.findall(r"records/s that came in\s*│\s*(\d+)", result.output)
    assert 40 < int(came) < 100


def test_a_tablets_reads_are_measured(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "tablets", "--businesses", "1500", "--requests", "100"])
    assert result.exit_code == 0, result.output
    assert re.search(r"numbers missed\s*│ 0 ", result.output)
    assert "changes, nothing new, p99" in result.output


def test_the_register_is_read_and_exported(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "read", "--businesses", "2000", "--requests", "10"])
    assert result.exit_code == 0, result.output
    for line in ("businesses?kind=koperasi", "a whole name", "changes/s", "parquet", "Memory: at most"):
        assert line in result.output


def test_the_same_questions_are_asked_with_a_reader_and_it_is_told_who_answered(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "read", "--businesses", "2000", "--requests", "10", "--reader"])
    assert result.exit_code == 0, result.output
    told = " ".join(re.sub(r"[│└┘─]", " ", result.output).split())
    assert told.count("businesses?kind=koperasi") == 2
    assert told.count("the reader apart") == 4
    assert told.count("Memory: at most") == 2
    answered = re.findall(r"Answered by: (?:primary (\d+), )?reader (\d+)", told)
    assert len(answered) == 3, told
    assert all(int(by_reader) > int(by_primary or 0) for by_primary, by_reader in answered)
    assert "Answered by: the primary, as it is not read apart" in told


def test_what_grows_is_measured_at_two_sizes(prepared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_RECORDS", 400)
    sizes = ["--size", "2000", "--size", "2200"]
    arguments = ["bench", "growth", *sizes, "--requests", "10", "--rounds", "2", "--wait"]
    result = CliRunner().invoke(cli, arguments, input="\n")
    assert result.exit_code == 0, result.output
    for line in ("list, the nation", "records for review", "one business", "feed, nothing new", "batch of 50"):
        assert re.search(rf"{line}[^│]*│ +\d+\.\d[^│]*│ +\d+\.\d", result.output), line
    assert "2,200: filled in" in result.output


def test_the_evening_of_a_tablet_is_measured_request_by_request(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "sync", "--syncs", "100", "--first", "50"])
    assert result.exit_code == 0, result.output
    pair = r"[\d.]+, [\d.]+"
    assert re.search(rf"processor time of a sync, ms: server, PostgreSQL *│ {pair}", result.output)
    for request in ("refresh", "handshake", "batch of 8", "reconcile", "changes"):
        ((statements, journeys),) = re.findall(rf"{request} *│ {pair} *│ {pair} *│ (\d+), (\d+)", result.output)
        assert 0 < int(statements) <= int(journeys) < 40


def test_judging_a_regency_is_measured(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "quality", "--records", "1000"])
    assert result.exit_code == 0, result.output
    assert "1,000 records judged" in result.output
    assert re.search(r"seconds *│ \d+\.\d", result.output)


def test_linkage_is_tried_on_worlds_it_did_not_see(prepared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt, unseen = "returns", list(linkage.UNSEEN)
    few = {name: linkage.WORLDS[name] for name in ("towns", "markets", learnt)}
    monkeypatch.setattr(learning, "WORLDS", few)  # with all nine it takes minutes
    only = [word for name in (learnt, *unseen) for word in ("--world", name)]
    result = CliRunner().invoke(cli, ["bench", "link", "--rows", "2000", "--large", "2000", *only])
    assert result.exit_code == 0, result.output
    figure = r"│ (\d\.\d+)\s*"
    found = re.findall(rf"│ (\w[\w ,]*?)\s*│ 0\.70\s*│[^│]*{3 * figure}", result.output)
    assert [name for name, *_ in found] == [learnt, *unseen]
    for _, precision, strict, recall in found:
        assert float(precision) >= float(strict) > 0.7
        assert float(recall) > 0.4, "of little that it learnt from"
    (error,) = re.findall(rf"expected error, all, each world alike\s*│[^│]*│\s*{figure}", result.output)
    assert float(error) < 0.1
    assert len(re.findall("as it was|retrained", result.output)) == 2 * len(found)


def test_a_world_that_there_is_not_is_refused_and_those_that_are_are_named() -> None:
    result = CliRunner().invoke(cli, ["bench", "link", "--world", "atlantis"])
    assert result.exit_code == 2
    assert "atlantis" in result.output
    assert "witness" in result.output


def test_an_edition_of_the_statistics_is_made_and_its_tables_are_read(prepared: None) -> None:
    result = CliRunner().invoke(cli, ["bench", "statistics", "--businesses", "2000", "--requests", "10"])
    assert result.exit_code == 0, result.output
    assert re.search(r"of which computed *│ [\d.]+", result.output)
    assert re.search(r"2,000 businesses, [\d,]+ kinds", result.output)
    assert len(re.findall(r"by=region,\S+&region=ID&level=province", result.output)) == 1
    assert re.search(r"worst p99 of a table: [\d.]+ ms; the aim is 300", result.output)
