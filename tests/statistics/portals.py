"""Programs that portals run, in an environment of their own: stock CKAN with ckanext-dcat, and Frictionless.

CKAN pins what it is made with, which is older than what the server takes; so it is installed beside, once, in `.tools`.
"""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PINNED = ("ckan[requirements]==2.12.0", "ckanext-dcat==2.4.4", "frictionless==5.21.0")
_FOLDER = ROOT / ".tools/portals"
_READY = _FOLDER / "ready-1"

HARVEST = """
import json, sys
from ckan.config.middleware.flask_app import make_flask_stack  # noqa: F401  (CKAN as it is)
from ckanext.dcat.processors import RDFParser
pages = []
for path in sys.argv[1:]:
    form = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}[path.rsplit(".", 1)[1]]
    parser = RDFParser()
    parser.parse(open(path, "rb").read(), _format=form)
    triples = sorted(" ".join(term.n3() for term in triple) for triple in parser.g.triples((None, None, None)))
    pages.append({"datasets": list(parser.datasets()), "next": parser.next_page(), "triples": triples})
json.dump(pages, sys.stdout)
"""


def environment() -> Path:
    """Where its programs are.

    Skips the test where the packages cannot be had, such as on a machine without a way to PyPI.
    """
    python = _FOLDER / "bin/python"
    if not _READY.exists():
        uv = str(ROOT / ".venv/bin/uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", _FOLDER], check=True)
        command = [uv, "pip", "install", "--quiet", "--python", str(python), *_PINNED]
        got = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if got.returncode:
            pytest.skip(f"CKAN cannot be had from PyPI: {got.stderr.strip().splitlines()[-1:]}")
        _READY.touch()
    return python.parent
