"""Text from outside is read in one way, wherever it stands."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.text import Handle, Line, Published, Said, formed, is_storable

READER: TypeAdapter[str] = TypeAdapter(Line)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "warung \udfff", "\ud83d \ude00"])
def test_what_postgresql_cannot_store_is_refused(text: str) -> None:
    assert not is_storable(text)
    with pytest.raises(ValidationError, match="no such text"):
        READER.validate_python(text)


@pytest.mark.parametrize("text", ["", "Warung", "😀", "\x7f", "ꦮꦫꦸꦁ"])
def test_everything_else_can_be_stored(text: str) -> None:
    assert is_storable(text)


@pytest.mark.parametrize(
    ("text", "read"), [("  a b\t\n", "a b"), ("e\u0301", "é"), ("\u00a0é\u2003", "é"), ("\u212b", "Å"), (" ", "")]
)
def test_what_looks_the_same_is_the_same(text: str, read: str) -> None:
    assert formed(text) == READER.validate_python(text) == read


def test_a_long_number_is_not_kept_in_what_somebody_says_and_is_refused_as_a_name() -> None:
    assert "3201145203850001" not in TypeAdapter(Said).validate_python("NIK 3201145203850001")
    handle: TypeAdapter[str] = TypeAdapter(Handle)
    assert handle.validate_python(" pl-kumkm-2022") == "pl-kumkm-2022"
    with pytest.raises(ValidationError):
        handle.validate_python("3201145203850001")
    published: TypeAdapter[str] = TypeAdapter(Published)
    assert published.validate_python(" Rilis 13/09/2022 08.00 ") == "Rilis 13/09/2022 08.00"
    with pytest.raises(ValidationError):
        published.validate_python("Rilis 3201145203850001")
