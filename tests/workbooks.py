"""Workbooks as small as they can be, sound and unsound."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(rows: Iterable[Iterable[str | float]], *, more: str = "", **other: Any) -> bytes:
    """A workbook of text and numbers; `more`: rows of XML behind."""
    lines = "".join(
        f'<row r="{n}">'
        + "".join(
            f"<c><v>{cell}</v></c>"
            if isinstance(cell, int | float)
            else f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for cell in row
        )
        + "</row>"
        for n, row in enumerate(rows, start=1)
    )
    return sheet(lines + more, **other)


def sheet(
    rows: str,
    *,
    formats: Sequence[str] = (),
    shared: Sequence[str] = (),
    since_1904: bool = False,
    behind: str = "",
    doctype: str = "",
    state: str = "visible",
    others: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A workbook whose only sheet has these rows of XML, with what stands `behind` them; `formats`: of cells.

    `others`: sheets behind it, as (state, rows of XML); `state`: of the first one.
    """
    related = [("b", "worksheet", "worksheets/sheet1.xml")]
    related += [(f"o{n}", "worksheet", f"worksheets/other{n}.xml") for n, _ in enumerate(others)]
    behind_it = "".join(
        f'<sheet name="Other {n}" sheetId="{n + 2}" state="{shown}" r:id="o{n}"/>'
        for n, (shown, _) in enumerate(others)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _relations([("a", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><workbookPr date1904="{int(since_1904)}"/>'
        f'<sheets><sheet name="Data" sheetId="1" state="{state}" r:id="b"/>{behind_it}</sheets>'
        "</workbook>",
        "xl/worksheets/sheet1.xml": f'{doctype}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{behind}'
        "</worksheet>",
    } | {
        f"xl/worksheets/other{n}.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
        for n, (_, lines) in enumerate(others)
    }
    if formats:
        related.append(("c", "styles", "/xl/styles.xml"))
        codes = "".join(f"<numFmt numFmtId='{n}' formatCode={quoteattr(code)}/>" for n, code in enumerate(formats, 200))
        styles = "".join(f"<xf numFmtId='{n}'/>" for n, _ in enumerate(formats, 200))
        parts["xl/styles.xml"] = (
            f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
            f"<cellXfs>{styles}</cellXfs></styleSheet>"
        )
    if shared:
        related.append(("d", "sharedStrings", "sharedStrings.xml"))
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = _relations(related)
    return pack(parts)


def pack(parts: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text if text else "")
    return packed.getvalue()


def _relations(related: Iterable[tuple[str, str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{id_}" Type="{RELS}/{kind}" Target="{to}"/>' for id_, kind, to in related)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'
