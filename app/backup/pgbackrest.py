"""pgBackRest, where an operator lets it make the database's part of a backup: a set of its own repository.

Its configuration says where the database and the repository are (`/etc/pgbackrest.conf`, `PGBACKREST_…`); from here it
gets the stanza only. It removes older sets by its own rules, so a backup may lose its set.
"""

import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.backup.folder import Backup, BackupError
from app.backup.programs import Programs, run_to_end

PROGRAM = "pgbackrest"
_NAME_OF_BACKUP = "kumkm"  # the annotation of a set
_UNREADABLE = 99  # of `info`: a repository that did not answer
_NOT_FOUND = 1  # of `archive-get`; anything above is a fault
_STOPS_POSTGRES = 126  # from here on PostgreSQL does not take a failed restore_command for the end of the log
_ARCHIVED = re.compile(r"(?:.*/)?([0-9A-F]{24}(?:\.partial)?)-[0-9a-f]{40}(?:\.\w+)?")
_FAILURES = {
    r"No space left on device|Disk quota exceeded": "the disk is full: make room, and run it again",
    r"Permission denied": (
        "pgBackRest may not use a file of its repository or of the database. Run this as the user whose they are, e.g."
        " `sudo -u postgres --preserve-env kumkm …`"
    ),
    r"does this stanza exist\?": (
        "pgBackRest's configuration has no database for the stanza {stanza}: write `pg1-path` below [{stanza}] into it"
    ),
    r"has a stanza-create been performed": (
        "pgBackRest's repository does not know the stanza {stanza}: run `pgbackrest --stanza={stanza} stanza-create`"
    ),
    r"unable to acquire lock": "another process of pgBackRest works with the stanza {stanza}; wait until it has ended",
    r"archive_mode must be enabled|archive_command .* must contain": (
        "PostgreSQL does not give its log to pgBackRest: set `archive_mode = on` and `archive_command ="
        " 'pgbackrest --stanza={stanza} archive-push %p'`, and restart it"
    ),
    r"was not archived before the": (
        "PostgreSQL's log does not come to pgBackRest's archive: look at `archive_command` and `pg_stat_archiver`"
    ),
    r"unable to find primary cluster": (
        "pgBackRest finds no PostgreSQL that writes at the `pg1-path` of the stanza {stanza}: start it, or correct that"
        " path"
    ),
    r"do(?:es)? not match .*stanza|is this the correct stanza\?|HINT: did an error occur during stanza-upgrade": (
        "the stanza {stanza} is of another database cluster: name its own one"
    ),
    r"while PostgreSQL is running": "PostgreSQL works on this folder: stop it first",
    r"FormatError|ChecksumError|CryptoError|(?:zlib threw|lz4|zst|bz2) error|missing file '.*/backup/": (
        "a file of the set is damaged in pgBackRest's repository: choose another backup with --backup"
    ),
}


@dataclass(frozen=True, slots=True)
class Set:
    """A backup set in pgBackRest's repository."""

    label: str
    kind: str
    cluster: str | None
    repository: int
    archive: str | None
    backup: str | None
    starts_at: str
    ends_at: str
    timeline: int
    bytes: int
    damaged: bool

    @property
    def kept(self) -> dict[str, Any]:
        """What the manifest of a backup says of it."""
        return {
            "base_bytes": self.bytes,
            "base_sha256": None,
            "timeline": self.timeline,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
        }


@dataclass(frozen=True, slots=True)
class Stanza:
    """What `pgbackrest info` says of a stanza, over all repositories that it could read."""

    name: str
    sets: tuple[Set, ...] = ()
    clusters: tuple[str, ...] = ()
    archives: tuple[tuple[int, str], ...] = ()
    unread: tuple[str, ...] = ()  # why a repository could not be read

    def refuse_other_cluster(self, cluster: str) -> None:
        """Refuse a stanza that is not of this database cluster now.

        Raises:
            BackupError: it is of another one, or nobody knows.
        """
        if not self.clusters:
            self._refuse_unread()
            raise BackupError(_sentence(_FAILURES["has a stanza-create been performed"], self.name))
        if cluster not in self.clusters:
            raise BackupError(
                f"the stanza {self.name} is of another database cluster ({', '.join(self.clusters)}; DATABASE_URL is of"
                f" {cluster}): name its own one"
            )

    def set_of(self, backup: Backup) -> Set:
        """The set of a backup.

        Raises:
            BackupError: pgBackRest has removed it, or its repository cannot be read.
        """
        kept = backup.manifest.pgbackrest
        if kept is None:
            raise BackupError(f"the backup {backup.name} has its database itself")
        for each in self.sets:
            if each.label == kept.label:
                if each.cluster != backup.manifest.system_identifier:
                    raise BackupError(f"the set {each.label} of the stanza {self.name} is of another database cluster")
                return each
        self._refuse_unread()
        left = ", ".join(each.backup or each.label for each in self.sets) or "none"
        raise BackupError(
            f"the backup {backup.name} has lost its database: pgBackRest has removed the set {kept.label} of the stanza"
            f" {self.name}, as its retention says. There are left: {left}. Choose one with --backup, and remove the"
            f" folder {backup.place}"
        )

    def made_as(self, backup: str) -> Set:
        """The set that was made under this name.

        Raises:
            BackupError: there is none.
        """
        found = [each for each in self.sets if each.backup == backup]
        if not found:
            self._refuse_unread()
            raise BackupError(f"pgBackRest has made a set, and does not show it in the stanza {self.name}")
        return found[-1]

    def _refuse_unread(self) -> None:
        if self.unread:
            raise BackupError(f"pgBackRest cannot read its repository: {'; '.join(self.unread)}")


def stanza_from(shown: str, name: str) -> Stanza:
    """Read what `pgbackrest info --output=json` printed.

    Raises:
        BackupError: it is no such document.
    """
    try:
        [about] = [each for each in json.loads(shown) if each["name"] == name]
        states = [each["status"] for each in about["repo"]]
        clusters = {(each["repo-key"], each["id"]): str(each["system-id"]) for each in about["db"]}
        archives = {(each["database"]["repo-key"], each["database"]["id"]): each["id"] for each in about["archive"]}
        newest = dict(sorted(clusters))
        return Stanza(
            name=name,
            sets=tuple(_set_from(each, clusters, archives) for each in about["backup"]),
            clusters=tuple(sorted({clusters[each] for each in newest.items()})),
            archives=tuple((repository, archive) for (repository, _), archive in archives.items()),
            unread=tuple(str(each["message"]) for each in states if each["code"] == _UNREADABLE),
        )
    except (ValueError, KeyError, TypeError) as exc:
        raise BackupError(
            "pgBackRest says of its sets what this release cannot read: install 2.41 or a newer one"
        ) from exc


def _set_from(about: Mapping[str, Any], clusters: Mapping[Any, str], archives: Mapping[Any, str]) -> Set:
    where = (about["database"]["repo-key"], about["database"]["id"])
    return Set(
        label=about["label"],
        kind=about["type"],
        cluster=clusters.get(where),
        repository=where[0],
        archive=archives.get(where),
        backup=(about.get("annotation") or {}).get(_NAME_OF_BACKUP),
        starts_at=about["lsn"]["start"],
        ends_at=about["lsn"]["stop"],
        timeline=int(about["archive"]["stop"][:8], 16),
        bytes=about["info"]["repository"]["delta"],
        damaged=bool(about["error"]),
    )


def segments_archived(shown: str) -> list[str]:
    """The names of the segments that `pgbackrest repo-ls` listed, without their check sums."""
    return [match[1] for line in shown.splitlines() if (match := _ARCHIVED.fullmatch(line))]


@dataclass(frozen=True, slots=True)
class PgBackRest:
    """The program for one stanza, and the user it runs as; None: this one."""

    stanza: str
    programs: Programs

    def look(self) -> Stanza:
        """What it has of the stanza.

        Raises:
            BackupError: why it cannot say.
        """
        return stanza_from(self._run("info", "--output=json"), self.stanza)

    def make(self, backup: str, kind: str | None, lock: int) -> Set:
        """Make a set for the backup of that name; `kind` is full, diff or incr, None as pgBackRest does by itself.

        Raises:
            BackupError: why it could not, or that the database is damaged.
        """
        how = ("--start-fast", f"--annotation={_NAME_OF_BACKUP}={backup}", *([f"--type={kind}"] if kind else []))
        self._run("backup", *how, pass_fds=(lock,))
        made = self.look().made_as(backup)
        if made.damaged:
            raise BackupError(
                f"pgBackRest has found pages with wrong check sums in the database (its set {made.label} names them):"
                " restore an earlier backup beside, and compare"
            )
        return made

    def restore(self, made: Set, data: Path, *, delta: bool) -> None:
        """Put the files of a set into a folder; `delta`: it has an older state of them. pgBackRest compares each with
        its check sum. Recovery is left to who starts a server on it.

        Raises:
            BackupError: why it could not.
        """
        what = (f"--repo={made.repository}", f"--set={made.label}", f"--pg1-path={data}", "--type=none")
        self._run("restore", *what, *(["--delta"] if delta else []))

    def archived(self, stanza: Stanza) -> list[str]:
        """The segments of the log in its archives.

        Raises:
            BackupError: why it cannot say.
        """
        found: list[str] = []
        for repository, archive in stanza.archives:
            path = f"archive/{self.stanza}/{archive}"
            found += segments_archived(self._run("repo-ls", path, "--recurse", f"--repo={repository}"))
        return found

    def command_that_fetches(self, data: Path) -> str:
        """`restore_command`: a segment from the archive. A fault of pgBackRest stops the recovery; PostgreSQL would
        take it for the end of the log."""
        command = shlex.join([*self._command("archive-get"), f"--pg1-path={data}"]).replace("%", "%%")
        return f'{command} %f "%p"; code=$?; [ $code -le {_NOT_FOUND} ] && exit $code; exit {_STOPS_POSTGRES}'

    def _run(self, command: str, *options: str, pass_fds: Sequence[int] = ()) -> str:
        ended = run_to_end(self._command(command, *options), self.programs.how(), pass_fds)
        if ended.returncode:
            raise BackupError(sentence_for(ended.stderr, self.stanza, ended.returncode))
        return ended.stdout

    def _command(self, command: str, *options: str) -> list[str]:
        # Without its stanza, `repo-ls` would ask for the passphrase of an encrypted repository.
        quiet = ("--log-level-console=off", "--log-level-stderr=error")
        return [str(self.programs.folder / PROGRAM), f"--stanza={self.stanza}", *quiet, command, *options]


def find_pgbackrest(stanza: str, *, owner_of: Path | None = None) -> PgBackRest:
    """pgBackRest on this machine. `owner_of`: root runs it as the owner of that folder.

    Raises:
        BackupError: it is not here.
    """
    found = shutil.which(PROGRAM)
    if found is None:
        raise BackupError("pgBackRest is not on this machine: install `pgbackrest`, version 2.41 or newer")
    uid = gid = None
    if owner_of is not None and os.geteuid() == 0:
        uid, gid = owner_of.stat().st_uid, owner_of.stat().st_gid
    return PgBackRest(stanza, Programs(Path(found).parent, uid, gid))


def stanzas_of(backups: Sequence[Backup]) -> tuple[dict[str, Stanza], list[str]]:
    """What pgBackRest says of the stanzas, and why it says nothing of others."""
    stanzas, unasked = {}, []
    for name in sorted({each.manifest.pgbackrest.stanza for each in backups if each.manifest.pgbackrest}):
        try:
            stanzas[name] = find_pgbackrest(name).look()
        except BackupError as exc:
            unasked.append(str(exc))
        else:
            unasked += [f"it cannot read its repository: {each}" for each in stanzas[name].unread]
    return stanzas, unasked


def lost_set(backup: Backup, stanzas: Mapping[str, Stanza]) -> bool | None:
    """Whether pgBackRest has removed the set of a backup; None: nobody knows."""
    held = backup.manifest.pgbackrest
    if held is None:
        return False
    stanza = stanzas.get(held.stanza)
    if stanza is not None and any(each.label == held.label for each in stanza.sets):
        return False
    return None if stanza is None or stanza.unread else True


def sentence_for(output: str, stanza: str, code: int = 1) -> str:
    """The sentence for what pgBackRest printed before it failed."""
    for pattern, sentence in _FAILURES.items():
        if re.search(pattern, output):
            return _sentence(sentence, stanza)
    first = re.search(r"ERROR: \[\d+\]: (.*)", output)
    return f"pgBackRest: {first[1] if first else f'it ended with {code}'}"


def _sentence(sentence: str, stanza: str) -> str:
    return sentence.format(stanza=stanza)
