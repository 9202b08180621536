"""Positions and segments of PostgreSQL's log. Pure."""

from pathlib import Path

from app.backup.log import command_that_fetches, named, segment_of, segments_in
from app.backup.programs import sentence_for

MIB_16 = 16 << 20


def test_a_position_is_in_the_segment_that_postgres_names() -> None:
    assert segment_of("0/2000028", MIB_16) == 2
    assert named(segment_of("1A/FF000028", MIB_16), MIB_16) == "0000001A000000FF"
    assert named(segment_of("1A/FF000028", 64 << 20), 64 << 20) == "0000001A0000003F"


def test_only_segments_are_counted_also_one_that_is_not_full() -> None:
    names = ("000000010000000000000002", "00000002000000010000000A.partial", "00000002.history", "x")
    assert segments_in(names, MIB_16) == {2: {1}, 256 + 10: {2}}


def test_a_folder_with_odd_signs_is_quoted_for_the_shell_of_postgres() -> None:
    assert command_that_fetches(Path("/a b/50%")).startswith("cp '/a b/50%%'/%f ")


def test_what_a_program_prints_becomes_a_sentence() -> None:
    assert "disk is full" in sentence_for(
        "pg_basebackup", "pg_basebackup: error: could not write: No space left on device"
    )
    assert sentence_for("pg_ctl", "x\npg_ctl: error: it is odd\nhint") == "pg_ctl: it is odd"
    assert sentence_for("pg_ctl", "", 3) == "pg_ctl: it ended with 3"
