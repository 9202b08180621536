"""Makes the documents of a run, or of one statement."""

import orjson

from app.core.child_processes import ChildProcesses
from app.core.typesetting import typeset
from app.honour.paper import Payment, paper
from app.honour.sheets import sheets_of
from app.reports.documents import Form, document
from app.reports.workbook import workbook

_TEMPLATE = "honour/list.typ"


async def make(documents: ChildProcesses, payment: Payment, *, form: Form) -> bytes:
    """The file.

    Raises:
        Problem: `overloaded` where too many wait, or where it took too much time or memory.
    """
    if form == "pdf":
        made_at = int(payment.about.made_at.timestamp())
        return await document(documents, typeset, orjson.dumps(paper(payment)), _TEMPLATE, made_at)
    return await document(documents, workbook, orjson.dumps(sheets_of(payment)))
