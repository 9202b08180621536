"""One meaning a word: names of the code that meant many things at once are not used again."""

import io
import re
import tokenize
from collections import defaultdict
from pathlib import Path

APP = Path(__file__).resolve().parents[1] / "app"
FILES = sorted(APP.rglob("*.py"))


def test_no_name_is_told() -> None:
    """It stood for parameters, bodies, log fields, changes and answers. Columns and actions keep theirs."""
    found = []
    for file in FILES:
        place, text = file.relative_to(APP).as_posix(), file.read_text("utf-8")
        if "told" in text.lower():
            found += [
                f"{place}:{token.start[0]}"
                for token in tokenize.generate_tokens(io.StringIO(text).readline)
                if token.type == tokenize.NAME and token.string in ("told", "_told", "Told")
            ]
    assert found == []


def test_positions_and_progresses_have_names_of_their_own() -> None:
    """A class of one of these names would be one of several. `Progress` is the census's own, in `progress/`."""
    places = defaultdict(list)
    for file in FILES:
        for name in re.findall(r"^class (Position|Progress)\b", file.read_text("utf-8"), re.MULTILINE):
            places[name].append(file.relative_to(APP).as_posix())
    assert places == {"Progress": ["progress/pace.py"]}
