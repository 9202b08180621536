"""Sets PDFs with Typst, for child processes: a template of ours, and what is in it as JSON.

A template reads its data by `json(bytes(sys.inputs.data))`: it is never source, so nobody's name can be a command. It
reads no font of the machine and nothing from the network: a report looks the same everywhere.
"""

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import typst

_APP = Path(__file__).parent.parent
_FONTS = Path(__file__).parent / "fonts"


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415  (only child processes need it)

    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])


def typeset(content: bytes, template: str, made_at: int) -> str:
    """A PDF as base64. `content`: JSON; `template`: a file in the package; `made_at`: seconds since 1970, as the PDF
    says it.

    It meets PDF/UA-1, unless a name has signs that no font here has: then it is only tagged, and shows them as boxes.

    Raises:
        typst.TypstError: the template is wrong.
    """
    import typst  # noqa: PLC0415  (as above)

    source = (_APP / template).read_bytes()

    def compiled(standards: list[Literal["ua-1"]]) -> bytes:
        # A compiler has its input once: a second round would look for it as a file.
        compiler = typst.Compiler(source, font_paths=_fonts(), sys_inputs={"data": content.decode()})
        made = compiler.compile(format="pdf", pdf_standards=[*standards], timestamp=made_at)
        assert isinstance(made, bytes)  # noqa: S101  (one file: the output is none)
        return made

    try:
        made = compiled(["ua-1"])
    except typst.TypstError as exc:
        if "could not be displayed" not in exc.message:
            raise
        made = compiled([])
    return base64.b64encode(made).decode()
