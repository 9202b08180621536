"""Units, proxies and settings of PostgreSQL that a deployment is given are taken by the programs that read them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from deploy_tools import ROOT, tool

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service")) + sorted((ROOT / "deploy/systemd").glob("*.timer"))
NGINX = (ROOT / "deploy/nginx/kumkm.conf").read_text("utf-8")
CADDY = (ROOT / "deploy/caddy/Caddyfile").read_text("utf-8")


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
    secrets = re.findall(r"^LoadCredential=(\w+):/etc/kumkm/secrets/\1$", text, re.MULTILINE)
    needed = {"DATABASE_URL", "KUMKM_TOKEN_KEYS", "KUMKM_SEALING_KEYS", "KUMKM_DIGEST_KEY"}
    assert set(secrets) == needed
    settings = (ROOT / "deploy/systemd/kumkm.env").read_text("utf-8")
    names = set(re.findall(r"^(\w+)=", settings, re.MULTILINE))
    known = {str(field.validation_alias or f"KUMKM_{name.upper()}") for name, field in Settings.model_fields.items()}
    assert names <= known - needed


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
