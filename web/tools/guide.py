"""The guide for enumerators on paper: two pages of A4 from `docs/panduan-enumerator.md` and its pictures, by Typst."""

import hashlib
import json
from pathlib import Path
from typing import Any

import typst
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/panduan-enumerator.md"
PAPER = GUIDE.with_suffix(".pdf")
TEMPLATE = Path(__file__).with_name("guide.typ")
FONTS = ROOT / "app/core/fonts"
PAGES = 2
STEPS = 7


class TooLong(Exception):
    """What is written does not fit on the pages."""


def content(text: str) -> dict[str, Any]:
    """What the template sets: title, introduction, steps with a picture each, and what to do in trouble.

    Raises:
        ValueError: the text has another form.
    """
    title, intro, *blocks = SyntaxTreeNode(MarkdownIt("commonmark").parse(text)).children
    steps: list[dict[str, Any]] = []
    troubles: list[dict[str, Any]] = []
    heading = ""
    for block in blocks:
        kind = (block.type, block.tag)
        if kind == ("heading", "h2"):
            heading = _plain(block)
        elif kind == ("heading", "h3"):
            troubles.append({"title": _plain(block), "under": heading})
        elif block.type == "paragraph" and (picture := block.children[0].children[0]).type == "image":
            path = (GUIDE.parent / str(picture.attrs["src"])).relative_to(ROOT)
            steps.append({"title": heading, "picture": f"/{path.as_posix()}", "alt": picture.content})
        elif block.type == "ordered_list":
            steps[-1]["lines"] = [_spans(each.children[0]) for each in block.children]
        elif block.type == "paragraph":
            troubles[-1]["text"] = _spans(block)
        else:
            raise ValueError(f"{GUIDE.name}: {block.type} has no place on paper")
    if len(steps) != STEPS:
        raise ValueError(f"{GUIDE.name}: {len(steps)} steps, and there is room for {STEPS}")
    return {"title": _plain(title), "intro": _spans(intro), "steps": steps, "troubles": troubles}


def _plain(block: SyntaxTreeNode) -> str:
    return "".join(span["text"] for span in _spans(block))


def _spans(block: SyntaxTreeNode) -> list[dict[str, Any]]:
    """Pieces of a line; `strong` are the app's own words."""
    return [
        {
            "text": " " if each.type == "softbreak" else (each.children or [each])[0].content,
            "strong": each.type == "strong",
        }
        for each in block.children[0].children
    ]


def digest(text: str) -> str:
    """Changes with all that is on the paper. The PDF has it among its keywords."""
    made = hashlib.sha256(text.encode() + TEMPLATE.read_bytes())
    for step in content(text)["steps"]:
        made.update((ROOT / step["picture"][1:]).read_bytes())
    return made.hexdigest()


def paper(text: str) -> bytes:
    """The PDF, which meets PDF/UA-1.

    Raises:
        TooLong: it has more than its pages.
    """
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    data = json.dumps({**content(text), "digest": digest(text)})
    compiler = typst.Compiler(TEMPLATE, root=ROOT, font_paths=fonts, sys_inputs={"data": data})
    pages = json.loads(compiler.query("<pages>", field="value", one=True))
    if pages != PAGES:
        raise TooLong(f"{GUIDE.name} has {pages} pages on paper, not {PAGES}")
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    assert isinstance(made, bytes)  # noqa: S101  (one file: the output is none)
    return made


def main() -> None:
    """Write the PDF, where anything on it changed."""
    text = GUIDE.read_text("utf-8")
    if not PAPER.exists() or digest(text).encode() not in PAPER.read_bytes():
        PAPER.write_bytes(paper(text))


if __name__ == "__main__":
    main()
