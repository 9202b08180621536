"""The guide for enumerators on paper is the one of the documents, and fits on two pages."""

import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def guide() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guide", ROOT / "web/tools/guide.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pdf_is_of_the_text_and_the_pictures_that_are_there(guide: ModuleType) -> None:
    text = guide.GUIDE.read_text("utf-8")
    content = guide.PAPER.read_bytes()
    assert len(content) <= MOST_BYTES
    made = PdfReader(io.BytesIO(content))
    assert len(made.pages) == guide.PAGES
    assert made.metadata is not None
    assert made.metadata.get("/Keywords") == guide.digest(text), "`make pictures` sets it"
    assert [round(side) for side in made.pages[0].mediabox[2:]] == [595, 842], "A4"


@pytest.mark.proof
def test_every_sentence_of_the_document_is_on_paper(guide: ModuleType) -> None:
    text = guide.GUIDE.read_text("utf-8")
    on_paper = _letters("".join(page.extract_text() for page in PdfReader(guide.PAPER).pages))
    content = guide.content(text)
    lines = [content["intro"]]
    for step in content["steps"]:
        lines += [[{"text": step["title"]}], *step["lines"]]
    for trouble in content["troubles"]:
        lines += [[{"text": trouble["title"]}], trouble["text"]]
    missing = [
        line for line in (_letters("".join(span["text"] for span in each)) for each in lines) if line not in on_paper
    ]
    assert missing == []


def test_what_does_not_fit_is_refused(guide: ModuleType) -> None:
    text = guide.GUIDE.read_text("utf-8")
    with pytest.raises(guide.TooLong, match="pages on paper, not 2"):
        guide.paper(text.rstrip() + " Teruskan bekerja." * 200)


def test_a_change_of_the_text_is_seen(guide: ModuleType) -> None:
    text = guide.GUIDE.read_text("utf-8")
    assert guide.digest(text) != guide.digest(text.replace("sinyal", "jaringan"))


def _letters(text: str) -> str:
    """Without breaks and spaces, which a PDF has its own of."""
    return "".join(text.split())
