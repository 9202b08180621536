"""Makes the documents of a report in a child process, which is bounded in time and memory."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Literal

import orjson

from app.core.child_processes import ChildProcesses
from app.core.problems import Code, Problem, Text
from app.core.typesetting import typeset
from app.reports.gathering import Report
from app.reports.meeting import meeting
from app.reports.sheets import workbook_of
from app.reports.workbook import workbook

Form = Literal["pdf", "xlsx"]
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TEMPLATE = "reports/meeting.typ"
_TOO_MUCH = Text(
    "Laporan ini terlalu lama dibuat. Coba lagi, atau pilih wilayah yang lebih kecil.",
    "This report took too long to make. Try again, or choose a smaller region.",
)


async def make(documents: ChildProcesses, report: Report, *, form: Form, language: str) -> bytes:
    """The file.

    Raises:
        Problem: as `document`.
    """
    if form == "pdf":
        content = orjson.dumps(meeting(report, language))
        return await document(documents, typeset, content, _TEMPLATE, int(report.read_at.timestamp()))
    return await document(documents, workbook, orjson.dumps(workbook_of(report, language)))


async def document(documents: ChildProcesses, maker: Callable[..., str], content: bytes, *args: Any) -> bytes:
    """What `maker` makes of the content in a child process; it gives base64.

    Raises:
        Problem: `overloaded` where too many wait, or where it took too much time or memory.
    """
    try:
        made = await documents.call(maker, content, *args, refused=Code.OVERLOADED)
    except Problem as exc:
        if exc.code is Code.OVERLOADED and exc.retry_after is None:  # the child ended, and may do so again
            raise Problem(Code.OVERLOADED, retry_after=10, detail=_TOO_MUCH) from exc
        raise
    return base64.b64decode(made)
