#!/usr/bin/env python3
"""Build, check and test the web apps: `web.py build|check|test|proofs|types|pictures|npm …|tool …`.

Nothing is installed where the lock did not change, and nothing built where no source did. KUMKM_WITHOUT_NODE=1 leaves
all of it out; the server then runs as an API alone.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nodejs import ROOT, Fault, node, with_node

WEB = ROOT / "web"
MODULES = WEB / "node_modules"
BIN = MODULES / ".bin"
BUILT = ROOT / "app/web/built"
# Types of an API, by the document that they are made from.
TYPES = {"kumkm": WEB / "shared/src/api/schema.d.ts", "tablet": WEB / "protocol/src/schema.d.ts"}
WORDS = WEB / "shared/src/api/words.json"
QUIET = {"NO_UPDATE_NOTIFIER": "1", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
# What is built, each into a folder of its name.
APPS = ("console", "field")
# What a build reads, below `web/`.
SOURCES = ("package-lock.json", "tsconfig.base.json", "protocol", "shared", "console", "field", "tools")


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["build"]
    if os.environ.get("KUMKM_WITHOUT_NODE"):
        print(f"The web apps are left out of `{command}`: KUMKM_WITHOUT_NODE is set.")
        return 0
    try:
        install()
        commands: dict[str, Callable[..., None]] = {
            "build": build,
            "check": check,
            "test": test,
            "proofs": proofs,
            "types": types,
            "pictures": pictures,
            "npm": npm,
            "tool": tool,
        }
        commands[command](*(each for each in rest if each != "--or-without"))
    except Fault as fault:
        print(fault, file=sys.stderr)
        if "--or-without" not in rest:
            return 1
        print("Going on without the control room.", file=sys.stderr)
    return 0


def install() -> None:
    """Put the locked packages where they are looked for, if they are not there yet."""
    wanted, stamp = digest([WEB / "package-lock.json"]), MODULES / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the packages of the web apps …", flush=True)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    stamp.write_text(wanted)


def build() -> None:
    """Make the files that the server hands out, if anything changed since."""
    wanted, stamp = digest(sources()), MODULES / ".built"
    if stamp.exists() and stamp.read_text() == wanted and all((BUILT / app / "index.html").exists() for app in APPS):
        return
    print("Building the web apps …", flush=True)
    for app in APPS:
        tool("vite", "build", "--logLevel", "warn", folder=WEB / app)
    stamp.write_text(wanted)


def check() -> None:
    """Types of the API as its document is, types, lint and format."""
    for document, schema in TYPES.items():
        made = MODULES / f".made/{document}.d.ts"
        tool("openapi-typescript", str(ROOT / f"openapi/{document}.yaml"), "--output", str(made), quiet=True)
        if made.read_bytes() != schema.read_bytes():
            raise Fault(f"{schema.relative_to(ROOT)} is not as the API is: `make types` writes it.")
    if words() != WORDS.read_text():
        raise Fault(f"{WORDS.relative_to(ROOT)} is not as the server's words are: `make types` writes it.")
    for workspace in ("protocol", "shared", "console", "field", "tests"):
        tool("tsc", "--project", workspace)
    tool("biome", "check", "--error-on-warnings")


def types() -> None:
    """Write the types of the API and of the tablets' part of it, and the API's words."""
    for document, schema in TYPES.items():
        tool("openapi-typescript", str(ROOT / f"openapi/{document}.yaml"), "--output", str(schema))
    WORDS.write_text(words())


def words() -> str:
    """What findings, acts of the trail and questions are called in both languages, for people: JSON."""
    sys.path.insert(0, str(ROOT))
    from app.accounts.organisation import ANSWERS  # noqa: PLC0415  (likewise)
    from app.audit.actions import Action  # noqa: PLC0415  (the server's packages, where its words are asked for)
    from app.intake.finding_texts import TEXTS  # noqa: PLC0415
    from app.questionnaires.catalogue import CATALOGUE  # noqa: PLC0415
    from app.questionnaires.schema import json_schema  # noqa: PLC0415

    forms = {name: json_schema(questionnaire) for name, questionnaire in CATALOGUE.items()}
    spoken = {
        "findings": {code: text._asdict() for code, text in TEXTS.items()},
        "problems": {
            code.code: {
                "title": code.value.title._asdict(),
                "detail": code.value.detail._asdict(),
                "retryable": code.value.retryable,
            }
            for code in sorted(ANSWERS, key=lambda each: each.code)
        },
        "actions": {action.value: action.meaning._asdict() for action in Action},
        "forms": {name: _questions(form, form.get("$defs", {})) for name, form in forms.items()},
    }
    return json.dumps(spoken, ensure_ascii=False, indent=1) + "\n"


def _questions(block: dict[str, Any], blocks: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions of a block in their order; `inner` are those of a block within it, or of each entry of a list."""
    made = []
    for name, asked in block["properties"].items():
        question = {"name": name, "id": asked["x-label-id"], "en": asked["x-label-en"], "sealed": asked["x-sealed"]}
        if "x-choices" in asked:
            question["choices"] = asked["x-choices"]
        kinds = {each["type"] for each in (asked, *asked.get("anyOf", ())) if each.get("type") not in (None, "null")}
        for kind in kinds & {"integer", "number", "boolean", "array"}:
            question["type"] = kind
        for each in (asked, *asked.get("anyOf", ())):
            inner = each.get("$ref") or each.get("items", {}).get("$ref")
            if inner is not None:
                question["inner"] = _questions(blocks[inner.rpartition("/")[2]], blocks)
        made.append(question)
    return made


def test() -> None:
    """Pure rules, then the pages in a browser. The demo that these look at is made meanwhile, if there is none."""
    demo = subprocess.Popen([sys.executable, str(WEB / "tests/support/demo.py"), "--only-made"])
    try:
        build()
        tool("vitest", "run")
    finally:
        made = demo.wait()
    if made:
        raise Fault("The demo of the browser tests could not be made.")
    tool("playwright", "test", folder=WEB / "tests")


def proofs() -> None:
    """The long forms of random histories and of what is done in a browser, then what measures the server and runs alone
    (minutes)."""
    build()
    os.environ["KUMKM_PROOFS"] = "long"
    tool("vitest", "run", "protocol")
    for form in ("long", "alone"):
        os.environ["KUMKM_PROOFS"] = form
        if form == "alone":  # what looking costs is measured, not judging quality, which rests as it pleases
            os.environ["KUMKM_JUDGE_INTERVAL_S"] = "86400"
        tool("playwright", "test", folder=WEB / "tests")


def pictures() -> None:
    """Draw the pictures of the documentation from the demo, and set the guide for enumerators that is printed."""
    build()
    tool("playwright", "test", "--config", "pictures.config.ts", folder=WEB / "tests")
    run([sys.executable, str(WEB / "tools/guide.py")], ROOT)


def npm(*arguments: str) -> None:
    _, command = node()
    run([*command, *arguments], WEB)


def tool(name: str, *arguments: str, folder: Path = WEB, quiet: bool = False) -> None:
    run([str(BIN / name), *arguments], folder, quiet=quiet)


def run(command: list[str], folder: Path, *, quiet: bool = False) -> None:
    environment = with_node({**os.environ, **QUIET})
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=quiet, text=True)
    if told.returncode:
        raise Fault(f"{told.stderr or ''}\n{Path(command[0]).name} failed.".strip())


def sources() -> Iterator[Path]:
    for name in SOURCES:
        path = WEB / name
        yield from [path] if path.is_file() else sorted(each for each in path.rglob("*") if _is_source(each))


def _is_source(file: Path) -> bool:
    inner = file.relative_to(WEB).parts
    return file.is_file() and "node_modules" not in inner and ".test." not in file.name and file.suffix != ".pyc"


def digest(files: Iterator[Path] | list[Path]) -> str:
    made = hashlib.sha256()
    for file in files:
        made.update(str(file.relative_to(WEB)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return made.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
