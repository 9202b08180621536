"""What pgBackRest says of its sets, and how it is asked. Pure, with what version 2.45 printed."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from templates import NOON

from app.backup.folder import Backup, BackupError, Fingerprints, Manifest, PhotosKept, SetKept, begin, name_of
from app.backup.log import first_gap, refuse_gap, segments_in, starts_behind
from app.backup.pgbackrest import (
    PgBackRest,
    find_pgbackrest,
    lost_set,
    segments_archived,
    sentence_for,
    stanza_from,
)
from app.backup.programs import Programs
from app.backup.programs import sentence_for as sentence_of_postgres
from app.backup.unpacking import refuse_unfit

FULL, INCR = "20261128-034412F", "20261128-034412F_20261128-034414I"
MIB_16 = 16 << 20


def about(label: str, number: int, **more: Any) -> dict[str, Any]:
    """A set as `info` shows it; `number`: of its segment."""
    segment = f"0000000100000000{number:08X}"
    return {
        "annotation": {"kumkm": f"20261128T03441{number}Z"},
        "archive": {"start": segment, "stop": segment},
        "database": {"id": 1, "repo-key": 1},
        "error": False,
        "info": {"delta": 22992374, "repository": {"delta": 3043375, "size": 3043375}, "size": 22992374},
        "label": label,
        "lsn": {"start": f"0/{number}000028", "stop": f"0/{number}000100"},
        "type": "full" if label == FULL else "incr",
        **more,
    }


def shown(*sets: dict[str, Any], **more: Any) -> str:
    """What `info --output=json` prints."""
    stanza: dict[str, Any] = {
        "archive": [{"database": {"id": 1, "repo-key": 1}, "id": "15-1", "max": "…", "min": "…"}],
        "backup": list(sets),
        "db": [{"id": 1, "repo-key": 1, "system-id": 7713063117855918175, "version": "15"}],
        "name": "kumkm",
        "repo": [{"cipher": "none", "key": 1, "status": {"code": 0, "message": "ok"}}],
    }
    return json.dumps([{**stanza, **more}])


UNREADABLE = [{"key": 1, "status": {"code": 99, "message": "[PathOpenError] unable to list: [13] Permission denied"}}]


def backup(label: str = FULL, cluster: str = "7713063117855918175", ends_at: str = "0/2000100") -> Backup:
    """A backup whose database is that set."""
    manifest = Manifest(
        kumkm="0.1.0",
        schema_head="a",
        postgres=150000,
        system_identifier=cluster,
        database="kumkm",
        superuser="postgres",
        segment_bytes=MIB_16,
        began_at=NOON,
        finished_at=NOON,
        timeline=1,
        starts_at="0/2000028",
        ends_at=ends_at,
        base_bytes=1,
        base_sha256=None,
        pgbackrest=SetKept(stanza="kumkm", label=label, kind="full"),
        keys=Fingerprints(sealing={}, digest="", numbers=[""], trail=""),
        sealed_keys=False,
        photos=PhotosKept(kind="folder", place="/photos", count=0, bytes=0),
        photos_sha256=None,
        finished=True,
    )
    return Backup(place=Path("/backups/20261128T034412Z"), manifest=manifest)


def test_the_set_of_a_backup_is_found_with_its_place_in_the_log() -> None:
    stanza = stanza_from(shown(about(FULL, 2), about(INCR, 3)), "kumkm")
    found = stanza.set_of(backup(INCR))
    assert (found.label, found.kind, found.repository, found.archive) == (INCR, "incr", 1, "15-1")
    assert (found.timeline, found.starts_at, found.ends_at) == (1, "0/3000028", "0/3000100")
    assert stanza.made_as("20261128T034413Z") == found
    stanza.refuse_other_cluster("7713063117855918175")


def test_a_set_that_is_not_there_is_removed_unless_a_repository_did_not_answer() -> None:
    there = stanza_from(shown(about(INCR, 3)), "kumkm")
    with pytest.raises(BackupError, match=f"has removed the set {FULL}.*There are left: 20261128T034413Z"):
        there.set_of(backup())
    silent = stanza_from(shown(about(INCR, 3), repo=UNREADABLE), "kumkm")
    with pytest.raises(BackupError, match=r"cannot read its repository: .PathOpenError"):
        silent.set_of(backup())
    with pytest.raises(BackupError, match="cannot read its repository"):
        silent.made_as("20261128T999999Z")
    lost = [lost_set(each, {"kumkm": stanza}) for each in (backup(), backup(INCR)) for stanza in (there, silent)]
    assert lost == [True, None, False, False]
    assert lost_set(backup(), {}) is None
    with pytest.raises(BackupError, match="does not show it"):
        there.made_as("20261128T999999Z")


def test_a_stanza_of_another_cluster_or_of_none_is_refused() -> None:
    stanza = stanza_from(shown(about(FULL, 2)), "kumkm")
    with pytest.raises(BackupError, match=r"of another database cluster .7713063117855918175; DATABASE_URL is of 12"):
        stanza.refuse_other_cluster("12")
    with pytest.raises(BackupError, match=r"set .* is of another database cluster"):
        stanza.set_of(backup(cluster="12"))
    with pytest.raises(BackupError, match="does not know the stanza kumkm: run `pgbackrest --stanza=kumkm stanza-c"):
        stanza_from(shown(db=[], archive=[]), "kumkm").refuse_other_cluster("12")
    with pytest.raises(BackupError, match="cannot read its repository"):
        stanza_from(shown(db=[], archive=[], repo=UNREADABLE), "kumkm").refuse_other_cluster("12")


def test_after_an_upgrade_of_postgres_the_newest_cluster_of_a_stanza_counts() -> None:
    both = [{"id": 1, "repo-key": 1, "system-id": 5}, {"id": 2, "repo-key": 1, "system-id": 6}]
    stanza = stanza_from(shown(db=both), "kumkm")
    stanza.refuse_other_cluster("6")
    with pytest.raises(BackupError, match="another database cluster"):
        stanza.refuse_other_cluster("5")


@pytest.mark.parametrize("odd", ["", "[]", "{}", '[{"name": "kumkm"}]', shown(about(FULL, 2, lsn=None))])
def test_what_cannot_be_read_is_told_in_a_sentence(odd: str) -> None:
    with pytest.raises(BackupError, match=r"cannot read: install 2.41"):
        stanza_from(odd, "kumkm")


def test_a_gap_in_the_archive_is_found_by_the_names_of_its_files() -> None:
    listed = "\n".join(
        f"0000000100000000/0000000100000000{number:08X}-{'a' * 40}{end}"
        for number, end in ((2, ".gz"), (3, ""), (5, ".zst"))
    )
    names = segments_archived(f"{listed}\n0000000100000000/000000010000000000000002.00000028.backup\n00000002.history")
    assert segments_in(names, MIB_16) == {2: {1}, 3: {1}, 5: {1}}
    with pytest.raises(BackupError, match="pgBackRest's archive has a gap: the segment …0000000000000004 is missing"):
        refuse_gap(backup(), names, "pgBackRest's archive")
    refuse_gap(backup(ends_at="0/4000100"), names, "pgBackRest's archive")


def test_a_segment_that_is_not_full_is_a_gap_where_the_log_goes_on_behind_it() -> None:
    names = [f"0000000100000000{number:08X}" for number in (2, 3)]
    assert first_gap(backup(), [*names, "000000010000000000000004.partial"]) is None
    assert first_gap(backup(), [*names, "000000010000000000000004.partial", "000000010000000000000005"]) == 4
    promoted = ["000000010000000000000004.partial", "000000020000000000000004", "000000020000000000000005"]
    assert first_gap(backup(), [*names, *promoted]) is None


def test_the_log_goes_on_at_the_newest_backup_or_now_and_never_before_what_is_there(tmp_path: Path) -> None:
    now = "000000020000000000000009"
    assert starts_behind(tmp_path, None, now) == [now]
    (tmp_path / "000000010000000000000003.partial").write_bytes(b"log")
    (tmp_path / "000000010000000000000008.partial").touch()  # of an attempt that was killed
    assert starts_behind(tmp_path, backup(ends_at="0/5000100"), now) == ["000000010000000000000005", now]
    assert starts_behind(tmp_path, backup(ends_at="0/3000100"), now) == [now]
    assert starts_behind(tmp_path, backup(ends_at="0/A000100"), now) == [now]
    (tmp_path / now).write_bytes(b"log")
    assert starts_behind(tmp_path, backup(ends_at="0/5000100"), now) == []


@pytest.mark.parametrize(("ended", "expected"), [(0, 0), (1, 1), (42, 126), (103, 126)])
def test_a_fault_of_the_archive_stops_the_recovery_and_a_segment_that_is_not_there_ends_it(
    tmp_path: Path, ended: int, expected: int
) -> None:
    folder = tmp_path / "50% of it"
    folder.mkdir()
    program = folder / "pgbackrest"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/asked"\nexit {ended}\n')
    program.chmod(0o755)
    command = PgBackRest("kumkm", Programs(folder)).command_that_fetches(folder / "data")
    typed = command.replace("%f", "00000002.history").replace("%p", "pg_wal/RECOVERYHISTORY").replace("%%", "%")
    assert subprocess.run(["sh", "-c", typed], check=False).returncode == expected
    asked = (folder / "asked").read_text().splitlines()
    assert asked[0] == "--stanza=kumkm"
    assert asked[-3:] == [f"--pg1-path={folder}/data", "00000002.history", "pg_wal/RECOVERYHISTORY"]


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("ERROR: [055]: unable to load info file …\n HINT: has a stanza-create been performed?", "stanza-create`"),
        ("ERROR: [037]: backup command requires option: pg1-path\n HINT: does this stanza exist?", "below [kumkm]"),
        ("ERROR: [050]: unable to acquire lock on file '/tmp/x.lock': …", "another process of pgBackRest"),
        ("ERROR: [087]: archive_mode must be enabled", "archive_mode = on"),
        ("ERROR: [068]: archive_command 'false' must contain pgbackrest", "--stanza=kumkm archive-push %p"),
        ("ERROR: [082]: WAL segment 0001 was not archived before the 2000ms timeout", "does not come to pgBackRest"),
        ("ERROR: [056]: unable to find primary cluster - cannot proceed", "finds no PostgreSQL that writes"),
        (
            "ERROR: [051]: PostgreSQL version 15, system-id 77 do not match stanza version 15",
            "another database cluster",
        ),
        ("ERROR: [038]: unable to restore while PostgreSQL is running", "stop it first"),
        ("ERROR: [029]: raised from local-1 protocol: zlib threw error\n [FormatError] on retry", "set is damaged"),
        ("ERROR: [029]: raised from local-1 protocol: zlib threw error: [-3] data error", "set is damaged"),
        ("ERROR: [055]: unable to open missing file '/r/backup/kumkm/F/pg_data/1.gz' for read", "set is damaged"),
        ("ERROR: [041]: unable to open '/r/x': [13] Permission denied", "may not use a file"),
        ("ERROR: [039]: unable to write: [28] No space left on device", "the disk is full"),
        (
            "ERROR: [055]: unable to open missing file '/etc/x.conf' for read\nmore",
            "missing file '/etc/x.conf' for read",
        ),
        ("", "it ended with 3"),
    ],
)
def test_what_pgbackrest_prints_becomes_a_sentence(printed: str, sentence: str) -> None:
    assert sentence in sentence_for(printed, "kumkm", 3)


def test_what_postgres_says_of_an_archive_becomes_a_sentence() -> None:
    told = sentence_of_postgres("postgres", 'FATAL:  could not restore file "00000001000000000000000A" from archive: …')
    assert "the part 00000001000000000000000A of the log, but it cannot be read" in told
    told = sentence_of_postgres("postgres", "FATAL:  requested timeline 2 is not a child of this server's history")
    assert "was restored since" in told


def test_without_the_program_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="install `pgbackrest`"):
        find_pgbackrest("kumkm")


def test_a_set_with_wrong_pages_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "info").write_text(shown(about(FULL, 2, error=True)))
    program = tmp_path / "pgbackrest"
    program.write_text(f'#!/bin/sh\ncase "$*" in *info*) cat {tmp_path}/info;; esac\n')
    program.chmod(0o755)
    with (tmp_path / "info").open() as lock, pytest.raises(BackupError, match="wrong check sums"):
        PgBackRest("kumkm", Programs(tmp_path)).make("20261128T034412Z", None, lock.fileno())


def test_only_pgbackrest_restores_into_an_older_copy(tmp_path: Path) -> None:
    made = backup()
    plain = Backup(place=made.place, manifest=made.manifest.model_copy(update={"pgbackrest": None}))
    (tmp_path / "PG_VERSION").touch()
    with pytest.raises(BackupError, match="leave --delta out"):
        refuse_unfit(tmp_path, plain, delta=True)
    with pytest.raises(BackupError, match="is not empty"):
        refuse_unfit(tmp_path, made, delta=False)
    refuse_unfit(tmp_path, made, delta=True)


def test_two_backups_of_one_second_have_two_names(tmp_path: Path) -> None:
    now = datetime(2022, 9, 12, 9, 30, 15, 500_000, tzinfo=UTC)
    (tmp_path / "20220912T093015Z").mkdir()
    place = begin(tmp_path, now)
    assert (place.name, name_of(place)) == ("20220912T093016Z.partial", "20220912T093016Z")
