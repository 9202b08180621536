"""Whatever is typed, what goes wrong is one sentence on standard error, with a code; never a traceback or a secret."""

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from processes import environment_of
from typer.main import get_command
from world import World

import app as package
from app.cli import app as cli
from app.cli import exits, faults
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
ROOT = Path(package.__file__).parent.parent
SECRET = "do-not-show-this"  # what stands in a wrong address
# What runs for long, or serves, is only asked what it cannot do.
LONG = {
    "serve",
    "demo",
    "simulate",
    "bench ingest",
    "bench sync",
    "bench tablets",
    "bench read",
    "bench growth",
    "bench link",
    "bench progress",
    "bench statistics",
}
UNFIT = ("", "-1", "\x00", "\udcff", "9" * 40, "2022-13-45")
# What is needed for a command to come as far as its work.
FIT = {
    "name": "Budi",
    "role": "enumerator",
    "region": "16.01",
    "username": "budi",
    "code": "pl-2022",
    "kind": "accounts",
    "starts_on": "2022-04-01",
    "ends_on": "2022-10-31",
    "accepts_until": "2022-11-30",
    "reason": "Permohonan 17",
    "nik": "1601145203850001",
    "record": "01833a5e-8a40-7000-8000-00000000000a",
}


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in command.list_commands(None):
        each = command.get_command(None, name)
        yield from leaves(each, (*path, name)) if hasattr(each, "commands") else [((*path, name), each)]


COMMANDS = dict(leaves(get_command(cli)))


@pytest.fixture
def kumkm(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run a command as `main` does; whatever it came to is told in one form."""

    def run(*arguments: str, stdin: str | None = None, **environment: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(("KUMKM_", "DATABASE_"))]:
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", stdin or io.StringIO())  # nobody answers a question
            code = faults.main(cli, arguments)
        out, err = capfd.readouterr()
        said = (arguments, code, out[-300:], err[-600:])
        assert code in (0, exits.FAILED, exits.MISUSED, exits.NOT_STARTED, exits.STOPPED), said
        assert "Traceback" not in out + err, said
        assert SECRET not in out + err, said
        if code not in (0, exits.STOPPED):
            assert re.search(r"^kumkm: .+[.]$", err, re.MULTILINE) or "faults" in err, said
        return code, out, err

    return run


def typed(command: Any, path: tuple[str, ...], change: str, value: str, files: Mapping[str, Path]) -> list[str]:
    """A command line in which everything is fit but one thing."""
    options: list[str] = []
    arguments: list[str] = []
    for each in command.params:
        fit = str(files["fit"]) if "Path" in str(each.type_descriptor.annotation) else None
        told = value if each.name == change else FIT.get(each.name, fit)
        if each.param_type_name == "argument":
            arguments.append(told or "x")
        elif each.is_flag:
            continue
        elif told is not None and (each.required or each.name == change):
            options += [each.opts[0], told]
    return [*path, *options, "--", *arguments]


@pytest.mark.proof
def test_every_command_says_what_is_wrong_with_what_was_typed(
    kumkm: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "fit.csv").write_text("username;name;role;region_code\n")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    files = {"fit": tmp_path / "fit.csv"}
    places = [str(tmp_path / name) for name in ("", "nothing.csv", "binary.csv", "fit.csv/below")]
    address = f"postgresql://owner:{SECRET}@127.0.0.1:1/kumkm"
    tried = 0
    for path, command in COMMANDS.items():
        if " ".join(path) in LONG:
            for each in command.params:
                if each.type_descriptor.annotation in (int, float):
                    assert kumkm(*path, f"{each.opts[0]}=x", DATABASE_URL=address)[0] == exits.MISUSED
            assert kumkm(*path, "--nothing-of-this-name")[0] == exits.MISUSED
            continue
        assert kumkm(*path, "--nothing-of-this-name")[0] == exits.MISUSED
        for each in command.params:
            if each.name == "help" or getattr(each, "is_flag", False) or path == ("openapi",):
                continue
            for value in (*UNFIT, *(places if "Path" in str(each.type_descriptor.annotation) else ())):
                kumkm(*typed(command, path, each.name, value, files), DATABASE_URL=address)
                tried += 1
    assert tried > 150


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "foo",
        f"mysql://x:{SECRET}@h/d",
        f"postgresql://x:{SECRET}@h:port/d",
        f"postgresql://x:{SECRET}@h:99999/d",
        "postgresql://",
        "\udcff",
        f"postgresql://x:{SECRET}@127.0.0.1:1/d",
        f"postgresql://x:{SECRET}@no.such.host.invalid/d",
        f"postgresql://x:{SECRET}@127.0.0.1:1/d?sslmode=bogus",
        "postgresql:///x?host=/nowhere",
    ],
)
def test_every_command_says_what_is_wrong_with_the_address(
    kumkm: Callable[..., tuple[int, str, str]], settings: Settings, address: str | None
) -> None:
    known = {name: value for name, value in environment_of(settings).items() if name.startswith("KUMKM_")}
    environment = known | ({} if address is None else {"DATABASE_URL": address})
    for path in (
        ("migrate",),
        ("load-reference",),
        ("server-login",),
        ("account", "list"),
        ("audit", "verify"),
        ("serve",),
        ("keys", "reseal"),
        ("retention", "apply"),
        ("progress", "check"),
        ("link", "16.01"),
    ):
        code, _, err = kumkm(*path, **environment)
        assert code == (exits.NOT_STARTED if path == ("serve",) else exits.FAILED)
        assert "DATABASE_URL" in err


def test_unfit_keys_and_files_of_keys_are_told(
    kumkm: Callable[..., tuple[int, str, str]], settings: Settings, tmp_path: Path, dsn: str
) -> None:
    known = {name: value for name, value in environment_of(settings).items() if name.startswith("KUMKM_")}
    known["DATABASE_URL"] = dsn
    for name in ("KUMKM_TOKEN_KEYS", "KUMKM_SEALING_KEYS", "KUMKM_DIGEST_KEY"):
        for value in ("", "x", "1", "1:", "x:y", "1@never:abc", "300:" + "A" * 43, "\x7f", SECRET):
            code, _, err = kumkm("audit", "verify", **known | {name: value})
            assert code == exits.FAILED
            assert name in err or "_keys" in err or "digest_key" in err or "ring" in err
    assert kumkm("audit", "verify", **known | {"KUMKM_SECRETS_DIR": str(tmp_path / "nothing")})[0] == exits.FAILED
    for text in (b"", b"\xff\xfe", b"KUMKM_TOKEN_KEYS=\n", b"KUMKM_TOKEN_KEYS=x@y:z\nKUMKM_SEALING_KEYS=a:b\n"):
        (tmp_path / "keys.env").write_bytes(text)
        assert kumkm("keys", "rotate", str(tmp_path / "keys.env"))[0] == exits.FAILED
    (tmp_path / "folder").mkdir()
    assert kumkm("keys", "rotate", str(tmp_path / "folder"))[0] == exits.FAILED


async def test_what_is_not_there_is_told(
    kumkm: Callable[..., tuple[int, str, str]], settings: Settings, dsn: str, world: World
) -> None:
    known = {name: value for name, value in environment_of(settings).items() if name.startswith("KUMKM_")}
    known["DATABASE_URL"] = dsn
    for line in (
        "progress check --campaign nothing",
        "account reset nobody",
        "account deactivate nobody",
        "link 99.99",
        "audit verify --expect nonsense",
        "account create admin --name X --role admin",
        "account create new.one --name X --role officer --region 99",
        "subject report --nik 123 --reason x",
        "subject erase --nik 1601145203850001 --reason x --to y",
        "subject correct --record 01833a5e-8a40-7000-8000-00000000000a --change /dev/null --reason x",
        "server-login postgres",
        "server-login Bad-Name",
    ):
        code, _, _ = await asyncio.to_thread(kumkm, *line.split(), **known)
        assert code in (exits.FAILED, exits.MISUSED), line


def test_a_fault_of_the_program_is_told_by_its_type_and_has_its_own_code(capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise KeyError(SECRET)

    assert faults.run_and_report(broken) == exits.FAULT
    err = capfd.readouterr().err
    assert err.startswith("kumkm: a fault of the program (KeyError)")
    assert SECRET not in err
    assert faults.run_and_report(lambda: (_ for _ in ()).throw(KeyboardInterrupt)) == exits.STOPPED


def test_help_tells_the_exit_codes(kumkm: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = kumkm("--help")
    for code in (exits.FAILED, exits.MISUSED, exits.NOT_STARTED, exits.WARNED, exits.FAULT, exits.STOPPED):
        assert re.search(rf"\b{code}\b", out)


@pytest.mark.proof
@pytest.mark.parametrize("line", ["keys new", "account list --json"])
async def test_a_pipe_that_nobody_reads_is_quiet(settings: Settings, dsn: str, line: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.cli", *line.split()],
        env=environment_of(settings, DATABASE_URL=dsn),
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert ended.stderr == b""
    assert ended.returncode == exits.FAILED


def test_ctrl_c_in_the_middle_of_a_question_is_quiet(
    kumkm: Callable[..., tuple[int, str, str]], settings: Settings, dsn: str
) -> None:
    class Stopped(io.StringIO):
        def readline(self, *_: object) -> Any:
            # As in a process of its own: what ran in this one before may have left another way to hear it.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.raise_signal(signal.SIGINT)

    environment = {name: value for name, value in environment_of(settings).items() if name.startswith("KUMKM_")}
    code, _, _ = kumkm("subject", "report", "--reason", "x", stdin=Stopped(), **environment, DATABASE_URL=dsn)
    assert code == exits.STOPPED


@pytest.mark.parametrize("ignored", [False, True])
def test_ctrl_c_while_the_program_is_loaded_is_quiet(tmp_path: Path, ignored: bool) -> None:
    """Unless it is ignored, as in the background of a script."""
    (tmp_path / "typer.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)\nraise SystemExit(7)\n")
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, name = scripts["kumkm"].partition(":")
    # Said in either case: the tests themselves may run in the background, where it is ignored.
    heard = f"import signal; signal.signal(signal.SIGINT, signal.{'SIG_IGN' if ignored else 'default_int_handler'}); "
    ended = subprocess.run(
        [sys.executable, "-c", f"{heard}from {module} import {name}; {name}()", "--version"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (7 if ignored else exits.STOPPED, b"", b"")


def test_the_sweep_meets_every_command() -> None:
    assert {" ".join(path) for path in COMMANDS} > LONG
    assert all(isinstance(each, typer.core.TyperCommand) for each in COMMANDS.values())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("serve --workers 0", "--workers is a whole number from 1 to 64"),
        ("serve --workers x", "--workers is a whole number from 1 to 64"),
        ("link 16.01 --threshold 7", "--threshold is a number from 0.01 to 0.99"),
        ("bench tablets --requests 3", "--requests is a whole number of at least 100"),
        ("account list --role oficer", "officer, system, admin; did you mean officer?"),
        ("account create x --name x --role admin --scope pii", "statistics:read; did you mean pii:read?"),
        (
            "import team x.csv",
            "KIND is one of accounts, teams, members, assignments, targets, listing; did you mean teams?",
        ),
        ("account lst", "Did you mean 'list'?"),
        ("acount list", "Did you mean `account`?"),
        ("account", "Say which of these commands"),
        ("account list --rol x", "--region, --role"),
    ],
)
def test_a_wrong_value_is_answered_with_what_it_may_be(
    kumkm: Callable[..., tuple[int, str, str]], line: str, said: str
) -> None:
    code, _, err = kumkm(*line.split())
    assert (code, said in err) == (exits.MISUSED, True), err


def test_the_value_of_a_wrong_choice_is_not_repeated(kumkm: Callable[..., tuple[int, str, str]]) -> None:
    assert "1601145203850001" not in kumkm("account", "list", "--role", "1601145203850001")[2]
