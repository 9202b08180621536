"""A release is installed, switched to and left again as the handbook says, with environments of a small program."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from deploy_tools import ROOT

EMBEDDED_IS_ENOUGH = True
pytestmark = pytest.mark.proof  # environments take seconds each
OLD, NEW = "0.3.0", "0.4.0"
PROGRAM = """
import sys

def main():
    print(VERSION, sys.prefix.rsplit("/", 1)[1], *sys.argv[1:])
"""


def blocks(page: str, heading: str | None = None) -> list[str]:
    """The commands of a page, or of one of its parts."""
    text = (ROOT / f"docs/operations/{page}").read_text("utf-8")
    if heading is not None:
        text = text.split(f"\n## {heading}\n")[1]
    return re.findall(r"^```sh[^\n]*\n(.*?)^```$", text.split("\n## ")[0], re.MULTILINE | re.DOTALL)


class Machine:
    """A folder that stands for a machine: for its `/opt`, `/etc`, `/usr/local/bin`; services are only named."""

    def __init__(self, top: Path) -> None:
        self.top = top
        for each in ("opt/kumkm", "etc/systemd/system", "usr/local/bin"):
            (top / each).mkdir(parents=True)

    def get(self, version: str) -> None:
        """The files of a release are copied: the wheel of a program that says which one it is, and its units."""
        with ZipFile(self.top / f"opt/kumkm/kumkm-{version}-py3-none-any.whl", "w") as wheel:
            about = f"kumkm-{version}.dist-info"
            wheel.writestr("kumkm.py", f"VERSION = {version!r}\n{PROGRAM}")
            wheel.writestr(
                f"{about}/METADATA",
                f"Metadata-Version: 2.1\nName: kumkm\nVersion: {version}\nProvides-Extra: linkage\n",
            )
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/entry_points.txt", "[console_scripts]\nkumkm = kumkm:main\n")
            wheel.writestr(f"{about}/RECORD", "")
        units = self.top / "opt/kumkm/deploy/systemd"
        units.mkdir(parents=True)
        (self.top / "opt/kumkm/docs").mkdir()
        for unit in (ROOT / "deploy/systemd").glob("kumkm.*"):
            (units / unit.name).write_text(f"# {version}\n{unit.read_text('utf-8')}")
        (units / "kumkm.timer").touch()

    def run(self, *commands: str) -> str:
        """Run commands, with this folder's places; gives what they print."""
        script = re.sub(r"(?<![\w.])/(?=opt/|etc/|usr/local/)", f"{self.top}/", "\n".join(commands))
        python = f'python3() {{ {shlex.quote(sys._base_executable)} "$@"; }}'  # type: ignore[attr-defined]  # of no environment
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"umask 077; {python}; systemctl() {{ :; }}; curl() {{ :; }}\n{script}"],
            env={
                "PATH": f"{self.top}/usr/local/bin:/usr/bin:/bin",
                "PIP_NO_INDEX": "1",
                "PIP_QUIET": "1",
                "OWNER_URL": "",
            },
            cwd=self.top,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def in_use(self) -> list[str]:
        """Which release `kumkm` is, which one the unit starts, and of which one the units are."""
        environment = (self.top / "opt/kumkm/venv").resolve()
        readable = [environment, environment / "bin/kumkm", *environment.glob("lib/python*/site-packages/kumkm.py")]
        assert [each.stat().st_mode & 0o004 for each in readable] == [0o004] * 3, "by the user of the server"
        unit = (ROOT / "deploy/systemd/kumkm.service").read_text("utf-8")
        (started,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
        installed = self.top / "etc/systemd/system/kumkm.service"
        units = installed.read_text("utf-8").split()[1] if installed.exists() else OLD
        return [*self.run("kumkm", started).splitlines(), units]


def in_use(version: str) -> list[str]:
    return [f"{version} venv-{version}", f"{version} venv-{version} serve", version]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.get(OLD)
    made.run(*blocks("install.md", "The program"))
    return made


def test_a_new_release_is_switched_to_and_left_again(machine: Machine) -> None:
    assert machine.in_use() == in_use(OLD)
    steps = iter(blocks("upgrade.md"))
    machine.run(next(steps))
    machine.get(NEW)
    assert machine.run(next(steps)) == f"{NEW} venv-{NEW} --version\n"
    assert machine.in_use() == in_use(OLD)
    assert machine.run(next(steps)).split() == [NEW, f"venv-{NEW}", "migrate"]
    machine.run(next(steps))
    assert machine.in_use() == in_use(NEW)
    machine.run(*blocks("upgrade.md", "Back to the old release"))
    assert machine.in_use() == in_use(OLD)


def test_an_environment_of_before_links_gets_one(machine: Machine) -> None:
    opt = machine.top / "opt/kumkm"
    machine.run(f"rm {opt}/venv; mv {opt}/venv-{OLD} {opt}/venv")
    machine.run(*blocks("upgrade.md", "Where `/opt/kumkm/venv` is a folder"))
    assert machine.in_use() == in_use(OLD)
    assert sorted(each.name for each in opt.glob("venv*")) == ["venv", f"venv-{OLD}"]
