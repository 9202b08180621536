"""Units, proxies and settings of PostgreSQL that a deployment is given are taken by the programs that read them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from deploy_tools import ROOT, tool

from app.core.settings import Settings, database_url_from_environment, new_key, settings_from_environment

EMBEDDED_IS_ENOUGH = True
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service")) + sorted((ROOT / "deploy/systemd").glob("*.timer"))
NGINX = (ROOT / "deploy/nginx/kumkm.conf").read_text("utf-8")
CADDY = (ROOT / "deploy/caddy/Caddyfile").read_text("utf-8")

OPEN = {
    "KUMKM_PUBLIC_ORIGIN": "https://kumkm.example.go.id",
    "KUMKM_OIDC_ISSUER": "https://sso.example.go.id",
    "KUMKM_OIDC_CLIENT_ID": "kumkm",
}
"""What some secrets need beside them, which is none."""


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    verify = [tool("systemd-analyze"), "verify", "--man=no"]
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/kumkm/venv/bin/kumkm", sys.executable)
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run([*verify, *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_units_give_the_server_time_to_end_and_its_secrets_as_files() -> None:
    text = (ROOT / "deploy/systemd/kumkm.service").read_text("utf-8")
    stop = int(re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[0])
    assert stop > Settings.model_fields["shutdown_s"].default
    settings = (ROOT / "deploy/systemd/kumkm.env").read_text("utf-8")
    names = set(re.findall(r"^(\w+)=", settings, re.MULTILINE))
    known = {variable_of(name) for name in Settings.model_fields}
    assert names <= known - {variable_of(name) for name in secrets()}


def variable_of(name: str) -> str:
    return str(Settings.model_fields[name].validation_alias or f"KUMKM_{name.upper()}")


def secrets() -> list[str]:
    """The names of all settings that are secret, by their types."""
    return [name for name, field in Settings.model_fields.items() if "SecretStr" in repr(field.annotation)]


def values() -> dict[str, str]:
    """Another fit value for each secret."""
    made = {
        "database_url": "postgresql://server@db/kumkm",
        "read_database_url": "postgresql://server@standby/kumkm",
        "token_keys": f"a:{new_key()}",
        "sealing_keys": f"1:{new_key()}",
    }
    return {name: made.get(name) or new_key() for name in secrets()}


def credentials(unit: Path, etc: Path, folder: Path) -> None:
    """What systemd gives a unit, as systemd.exec(5) has it: a file by its ID, the files of a folder by ID_NAME."""
    for each, place in re.findall(r"^LoadCredential=(\w+):/etc/kumkm/(.+)$", unit.read_text("utf-8"), re.MULTILINE):
        files = {each: etc / place} if (etc / place).is_file() else {}
        files |= {f"{each}_{file.name}": file for file in (etc / place).iterdir()} if not files else {}
        for name, file in files.items():
            (folder / name).write_bytes(file.read_bytes())


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_every_secret_setting_reaches_every_unit(unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("KUMKM_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    etc, given, written = tmp_path / "etc", tmp_path / "given", values()
    for folder in (etc / "secrets", etc / "owner", given):
        folder.mkdir(parents=True)
    for name, value in written.items():
        (etc / "secrets" / variable_of(name)).write_text(value)
    (etc / "owner/DATABASE_URL").write_text("postgresql://owner@db/kumkm")
    credentials(unit, etc, given)
    assert "Environment=KUMKM_SECRETS_DIR=%d\n" in unit.read_text("utf-8")
    monkeypatch.setenv("KUMKM_SECRETS_DIR", str(given))
    for name, value in OPEN.items():
        monkeypatch.setenv(name, value)
    owned = unit.name in ("kumkm-audit.service", "kumkm-retention.service")
    written["database_url"] = f"postgresql://{'owner' if owned else 'server'}@db/kumkm"
    assert database_url_from_environment() == written["database_url"]
    settings = settings_from_environment()
    for name, value in written.items():
        held = getattr(settings, name)
        if isinstance(held, dict):
            ((number, key),) = held.items()
            assert f"{number}:{key.get_secret_value()}" == value
        else:
            assert held is not None, name
            assert held.get_secret_value() == value, name


def test_caddy_takes_its_file() -> None:
    caddy = tool("caddy")
    file = ROOT / "deploy/caddy/Caddyfile"
    done = subprocess.run(
        [caddy, "validate", "--adapter", "caddyfile", "--config", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Valid configuration" in done.stdout + done.stderr
    assert not subprocess.run([caddy, "fmt", "--diff", file], capture_output=True, text=True, check=False).returncode


def test_both_proxies_keep_the_same_inside() -> None:
    assert "path /metrics /readyz" in CADDY
    assert "location / { return 404; }" in NGINX
    assert "/metrics" not in re.sub(r"#.*", "", NGINX)


async def test_postgresql_knows_every_setting(pg: asyncpg.Connection) -> None:
    text = (ROOT / "deploy/postgresql/kumkm.conf").read_text("utf-8")
    lines = dict(re.findall(r"^(\w+) = (.*)$", text, re.MULTILINE))
    assert len(lines) == len([line for line in text.splitlines() if line and not line.startswith("#")])
    patroni: dict[str, Any] = yaml.safe_load((ROOT / "deploy/patroni/patroni.yml").read_text("utf-8"))
    dcs = patroni["bootstrap"]["dcs"]
    for name, value in (*lines.items(), *dcs["postgresql"]["parameters"].items()):
        # Written into a file that is read at the next start, and taken out at once; a wrong value is refused.
        await pg.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        await pg.execute(f"ALTER SYSTEM RESET {name}")
    for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        assert lines[name] == "on"


def test_patroni_loses_nothing_that_was_confirmed() -> None:
    patroni: dict[str, Any] = yaml.safe_load((ROOT / "deploy/patroni/patroni.yml").read_text("utf-8"))
    dcs = patroni["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] is True
    assert dcs["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert "data-checksums" in patroni["bootstrap"]["initdb"]
    assert all("scram-sha-256" in line or line.startswith("local ") for line in patroni["postgresql"]["pg_hba"])
    assert not any("trust" in line or "0.0.0.0/0" in line for line in patroni["postgresql"]["pg_hba"])


@pytest.mark.parametrize("job", ["retention", "audit", "doctor"])
def test_every_night_has_a_unit_and_a_timer_of_one_name(job: str) -> None:
    assert {f"kumkm-{job}.service", f"kumkm-{job}.timer"} <= {unit.name for unit in UNITS}
