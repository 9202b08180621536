"""What is written beside the code agrees with it: migrations, the OpenAPI document, the list of settings."""

import asyncio
import re
import tomllib
from datetime import date
from pathlib import Path

import asyncpg
import pytest
import yaml
from alembic import command
from alembic.util import CommandError
from typer.testing import CliRunner

from app import __version__
from app.cli import app as cli
from app.core.migrations import config
from app.core.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    *ROOT.glob("*.md"),
    *ROOT.glob(".github/**/*.md"),
    ROOT / "openapi/README.md",
    *(ROOT / "docs").rglob("*.md"),
    *ROOT.glob("tablet/*.md"),
)
TESTS = frozenset(
    name
    for folder in (ROOT / "tests", ROOT / "tablet/tests")
    for file in folder.rglob("test_*.py")
    for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
)


async def test_models_and_migrations_agree(dsn: str) -> None:
    await asyncio.to_thread(command.check, config(dsn))


async def test_a_model_without_its_migration_would_be_found(dsn: str, pg: asyncpg.Connection) -> None:
    """The check above can fail."""
    await pg.execute("ALTER TABLE business DROP COLUMN name CASCADE")
    with pytest.raises(CommandError, match="New upgrade operations"):
        await asyncio.to_thread(command.check, config(dsn))


@pytest.mark.proof
async def test_migrations_go_back_and_forth(dsn: str, pg: asyncpg.Connection) -> None:
    await asyncio.to_thread(command.downgrade, config(dsn), "base")
    assert await pg.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") <= 1
    await asyncio.to_thread(command.upgrade, config(dsn), "head")


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"KUMKM_{name.upper()}")
        assert f"`{variable}`" in text, variable
        assert field.description, name


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"], ["bench", "--help"], ["progress", "--help"]])
def test_the_command_helps(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code in (0, 2)
    assert "kumkm" in result.output.lower()


@pytest.mark.proof
def test_server_command_document_package_and_changelog_say_the_same_version() -> None:
    printed = CliRunner().invoke(cli, ["--version"]).output.split()
    assert printed == ["kumkm", __version__]
    assert yaml.safe_load((ROOT / "openapi/kumkm.yaml").read_text("utf-8"))["info"]["version"] == __version__
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert package["project"]["dynamic"] == ["version"]
    assert package["tool"]["hatch"]["version"]["path"] == "app/__init__.py"
    assert releases()[0][0] == __version__


def test_the_changelog_has_its_form() -> None:
    """Keep a Changelog 1.1.0: unreleased changes first, then releases from new to old with their days."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    found = releases()
    assert [f"[{version}] - {day}" for version, day in found] == headings[1:]
    numbers = [tuple(map(int, version.split("."))) for version, _ in found]
    days = [date.fromisoformat(day) for _, day in found]
    assert numbers == sorted(set(numbers), reverse=True)
    assert days == sorted(days, reverse=True)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds


def releases() -> list[tuple[str, str]]:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)


def test_every_decision_has_its_number_its_parts_and_a_line_in_the_index() -> None:
    folder = ROOT / "docs/decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    index = re.findall(
        r"^\| \[(\d{4})\]\(([\w.-]+)\) \| (.+) \|$", (folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    told = []
    for number, record in enumerate(records, start=1):
        text = record.read_text("utf-8")
        title = re.match(rf"# {number}\. (.+)\n\nStatus: (accepted|replaced by \d{{4}})\n", text)
        assert title, record.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], record.name
        told.append((f"{number:04}", record.name, title[1]))
    assert index == told


def test_every_link_of_a_document_leads_somewhere() -> None:
    """To a file of the project, and to a heading of it where the link names one."""
    for document in DOCUMENTS:
        for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
            place, _, anchor = link.partition("#")
            if "://" in link:
                continue
            target = (document.parent / place).resolve() if place else document
            assert target.exists(), f"{document.relative_to(ROOT)}: {link}"
            if anchor:
                headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}, link


def test_new_keys_are_settings() -> None:
    result = CliRunner().invoke(cli, ["keys", "new"])
    environment = dict(line.split("=", 1) for line in result.output.split())
    environment["DATABASE_URL"] = "postgresql://db/kumkm"
    runner = CliRunner(env=environment)
    assert set(environment) == {"DATABASE_URL", "KUMKM_TOKEN_KEYS", "KUMKM_SEALING_KEYS", "KUMKM_DIGEST_KEY"}
    with runner.isolation():
        assert Settings().token_ring()


def test_every_test_that_a_document_names_is_there() -> None:
    """By its path from the project, or by its name behind a path of the same folder."""
    named = 0
    for document in DOCUMENTS:
        for line in document.read_text(encoding="utf-8").splitlines():
            folder = ROOT
            for name in re.findall(r"`((?:tests/|tablet/tests/)[\w/.]+|test_\w+(?:\.py)?)`", line):
                if name.endswith(".py") or "/" in name:
                    place = ROOT / name if "/" in name else folder / name
                    assert place.exists(), f"{document.name}: {name}"
                    folder = place.parent
                else:
                    assert name in TESTS, f"{document.name}: {name}"
                named += 1
    assert named > 30
    table = (ROOT / "docs/security.md").read_text(encoding="utf-8").split("| held by |")[1].split("\n\n")[0]
    rows = table.splitlines()[2:]
    assert all("tests/" in row or row.endswith("| the same |") for row in rows), "every row has a test"


def test_the_table_of_rules_names_files_that_exist() -> None:
    """By their whole path, and what is defined in the file before it. The rules are in alphabetical order."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    lines = text.split("### Where each rule is\n\n")[1].split("\n\n")[0].splitlines()[2:]
    rules = [line.strip("| ").split(" | ") for line in lines]
    assert len(rules) > 50
    nouns = [noun.replace("`", "").casefold() for noun, _ in rules]
    assert nouns == sorted(nouns)
    for noun, place in rules:
        code = ""
        for name in re.findall(r"`([^`]+)`", place):
            if "/" in name:
                code = (ROOT / name).read_text("utf-8")
            elif name != "Row":
                assert _defines(code, name), (noun, name)
        assert code, noun


def test_every_module_that_a_document_names_is_there() -> None:
    """By the end of its path; with a name behind a colon, the module defines it."""
    modules = [
        file.relative_to(ROOT).as_posix()
        for folder in ("app", "deploy", "docs", "migrations", "proof", "tablet", "tests", "web/tools")
        for file in (ROOT / folder).rglob("*.py")
    ]
    named = 0
    for document in DOCUMENTS:
        for place, name in re.findall(r"`([\w/]+\.py)(?:: (\w+))?`", document.read_text("utf-8")):
            found = [module for module in modules if f"/{module}".endswith(f"/{place}")]
            assert found, (document.name, place)
            codes = [(ROOT / module).read_text("utf-8") for module in found]
            assert not name or any(_defines(code, name) for code in codes), (place, name)
            named += 1
    assert named > 100


def _defines(code: str, name: str) -> bool:
    """Whether a module has a function, a class or a constant of that name."""
    last = name.rsplit(".", maxsplit=1)[-1]
    return re.search(rf"\b(?:def|class) {last}\b|^{last}\b[^=\n]*=", code, re.MULTILINE) is not None
