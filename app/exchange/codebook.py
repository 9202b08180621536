"""The codebook of exports: every column with its question, type, codes and who sees it, for archives and for people.
Pure.

As DDI Codebook 2.5 (`ddi:codebook:2_5`), which data archives and NADA take, and as a page to read and print. Both are
made from the columns themselves, as the schema of the CSV, the heads of the workbook and the labels of Stata and SPSS.
"""

from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from app import __version__
from app.exchange.code_labels import labels_of
from app.exchange.column import Column
from app.exchange.columns import COLUMNS
from app.exchange.manifest import SOURCE_EN, SOURCE_ID
from app.exchange.statistics_names import numbers_of, variable

_NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PRODUCER = "Kementerian Koperasi dan UKM Republik Indonesia"
_CODES_OF_FILES = (
    "Kode adalah teks di CSV, XLSX, Parquet, dan JSON, dan bilangan berlabel di Stata dan SPSS.",
    "Codes are texts in CSV, XLSX, Parquet and JSON, and numbers with labels in Stata and SPSS.",
)
_SEEN = {
    "open": ("terbuka", "open"),
    "digits": ("sebagian angka", "some digits"),
    "rows": ("tanpa kolom pribadi di dalamnya", "without the personal columns in it"),
    "hidden": ("tidak ditampilkan", "not shown"),
}
_TYPES = {
    "text": ("teks", "text"),
    "integer": ("bilangan bulat", "whole number"),
    "number": ("bilangan", "number"),
    "boolean": ("ya/tidak", "yes/no"),
    "date": ("tanggal", "date"),
    "datetime": ("saat (UTC)", "moment (UTC)"),
}


def ddi() -> bytes:
    """The codebook as DDI Codebook 2.5, in UTF-8."""
    book = ET.Element("codeBook", {"xmlns": _NAMESPACE, "version": "2.5", _LANG: "id"})
    _study(ET.SubElement(book, "stdyDscr"))
    text = ET.SubElement(ET.SubElement(book, "fileDscr", {"ID": "F1"}), "fileTxt")
    _add(text, "fileName", "businesses")
    dimensions = ET.SubElement(text, "dimensns")
    _add(dimensions, "varQnty", str(len(COLUMNS)))
    data = ET.SubElement(book, "dataDscr")
    for number, column in enumerate(COLUMNS, start=1):
        _variable(ET.SubElement(data, "var", _attributes(column, number)), column)
    ET.indent(book)
    return bytes(ET.tostring(book, encoding="utf-8", xml_declaration=True))


def _study(study: Any) -> None:
    citation = ET.SubElement(study, "citation")
    title = ET.SubElement(citation, "titlStmt")
    _add(title, "titl", SOURCE_ID)
    _add(title, "parTitl", SOURCE_EN, "en")
    _add(ET.SubElement(citation, "prodStmt"), "producer", _PRODUCER)
    _add(ET.SubElement(citation, "verStmt"), "version", __version__)
    summary = ET.SubElement(ET.SubElement(study, "stdyInfo"), "sumDscr")
    _add(summary, "nation", "Indonesia").set("abbr", "ID")
    _both(summary, "anlyUnit", "Pelaku usaha (UMKM atau koperasi)", "Business (enterprise or cooperative)")


def _attributes(column: Column, number: int) -> dict[str, str]:
    found = {
        "ID": f"V{number}",
        "name": column.name,
        "files": "F1",
        "intrvl": "contin" if column.type in ("integer", "number", "date", "datetime") else "discrete",
    }
    return found if column.unit is None else {**found, "measUnit": column.unit}


def _variable(element: Any, column: Column) -> None:
    """In the order of the schema."""
    _both(element, "labl", column.label_id, column.label_en)
    if column.sealed:
        _add(element, "security", f"{_SEEN[column.seen][0]} tanpa hak data pribadi / personal: {_SEEN[column.seen][1]}")
    if column.question is not None:
        question = ET.SubElement(element, "qstn", {"ID": f"Q{element.get('ID')}"})
        _add(question, "qstnLit", column.label_id, "id")
        _add(question, "qstnLit", column.label_en, "en")
    _both(element, "txt", column.definition_id, column.definition_en)
    for code, label in labels_of(column).items():
        category = ET.SubElement(element, "catgry")
        _add(category, "catValu", code)
        _both(category, "labl", label.id, label.en)
    _add(element, "concept", column.concept)
    kind = "numeric" if column.type in ("integer", "number", "boolean") else "character"
    form = _add(element, "varFormat", column.type)
    form.set("type", kind)
    if column.classification is not None:
        _add(element, "notes", column.classification).set("subject", "classification")
    if column.question is not None:
        _add(element, "notes", column.question).set("subject", "path")
    if variable(column) != column.name:
        _add(element, "notes", variable(column)).set("subject", "name in Stata and SPSS")


def _both(parent: Any, name: str, indonesian: str, english: str) -> None:
    _add(parent, name, indonesian, "id")
    _add(parent, name, english, "en")


def _add(parent: Any, name: str, text: str, language: str | None = None) -> Any:
    element = ET.SubElement(parent, name, {} if language is None else {_LANG: language})
    element.text = text
    return element


_STYLE = """
:root{color-scheme:light dark;--line:#d7dde2;--soft:#5c6670;--head:#1f4e5f;--card:#fff;--page:#f6f8f9;--text:#1b2227}
@media(prefers-color-scheme:dark){:root{--line:#39424a;--soft:#a9b4bd;--head:#8fc3d6;--card:#1b2126;--page:#12171b;
--text:#e8edf0}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.15rem;color:var(--head);margin:2rem 0 .5rem}.en,.soft{color:var(--soft)}
article{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:.6rem 0;
break-inside:avoid}h3{margin:0;font:600 1rem ui-monospace,monospace;overflow-wrap:anywhere}p{margin:.25rem 0}
.tags{display:flex;flex-wrap:wrap;gap:.35rem;margin:.4rem 0}.tags span{border:1px solid var(--line);border-radius:1rem;
padding:0 .6rem;font-size:.85rem}table{border-collapse:collapse;width:100%;margin-top:.4rem;font-size:.92rem}
th,td{text-align:left;padding:.2rem .6rem .2rem 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{font-family:ui-monospace,monospace;overflow-wrap:anywhere}nav{columns:3 14rem;font-size:.9rem}
nav a{display:block;color:var(--head);overflow-wrap:anywhere;padding:.1rem 0}
@media print{nav{display:none}body{background:#fff}}
"""


def page() -> str:
    """The codebook as a page that stands alone."""
    concepts: dict[str, list[Column]] = {}
    for column in COLUMNS:
        concepts.setdefault(column.concept, []).append(column)
    links = "".join(f'<a href="#{each.name}">{each.name}</a>' for each in COLUMNS)
    parts = "".join(
        f"<section><h2>{escape(concept)}</h2>{''.join(map(_article, columns))}</section>"
        for concept, columns in concepts.items()
    )
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Buku kode {SOURCE_ID}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>Buku kode {SOURCE_ID}</h1><p class=en>Codebook of the {escape(SOURCE_EN)}</p>"
        f"<p>{len(COLUMNS)} kolom. {_CODES_OF_FILES[0]} <span class=en>{_CODES_OF_FILES[1]}</span></p>"
        f"<nav aria-label=Kolom>{links}</nav>{parts}<p class=soft>KUMKM {__version__}</p></main></body></html>"
    )


def _article(column: Column) -> str:
    tags = [f"{_TYPES[column.type][0]} / {_TYPES[column.type][1]}"]
    tags += [] if column.unit is None else [column.unit]
    tags += [] if column.classification is None else [column.classification]
    if column.sealed:
        tags.append(f"data pribadi: {_SEEN[column.seen][0]} / personal: {_SEEN[column.seen][1]}")
    tags += [] if column.question is None else [f"pertanyaan / question {column.question}"]
    tags += [] if variable(column) == column.name else [f"Stata, SPSS: {variable(column)}"]
    shown = "".join(f"<span>{escape(tag)}</span>" for tag in tags)
    return (
        f'<article id="{column.name}"><h3>{column.name}</h3>'
        f"<p>{escape(column.label_id)} <span class=en>{escape(column.label_en)}</span></p>"
        f"<p class=soft>{escape(column.definition_id)} {escape(column.definition_en)}</p>"
        f"<div class=tags>{shown}</div>{_table(column)}</article>"
    )


def _table(column: Column) -> str:
    labels, numbers = labels_of(column), numbers_of(column)
    if not labels:
        return ""
    rows = "".join(
        f"<tr><td>{escape(code)}</td><td>{numbers.get(code, '')}</td><td>{escape(label.id)}</td>"
        f"<td class=en>{escape(label.en)}</td></tr>"
        for code, label in labels.items()
    )
    heads = "<tr><th>kode / code</th><th>Stata, SPSS</th><th>label</th><th>label (English)</th></tr>"
    return f"<table>{heads}{rows}</table>"
