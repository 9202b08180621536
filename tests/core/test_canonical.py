"""Canonical JSON is one function: on the server, on the tablet, in the vectors, and in another language."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from forms import sized
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.canonical import DIGEST_BYTES, Odd, Repeated, canonical, forms, number, same_content, written
from app.core.exact_json import read_exactly
from app.core.problems import Problem
from app.questionnaires.findings import MAX_DEPTH, may_be_too_deep, too_deep, unstorable
from kumkm_tablet.canonical import canonical as on_the_tablet

VECTORS = Path(__file__).parents[2] / "openapi/vectors/content.json"

texts = st.one_of(
    st.text(st.characters(codec=None), max_size=6),
    st.sampled_from(
        [",5.0,", ":1e5,", '":', "\\", '"', "6.0", "\x00", "\x7f", "\u2028", "1e-7]", "\ud800", "😀", "\uffff"]
    ),
)
floats = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1.0, 1e16, 1e21, 1e22, 1e-7, 5e-324, 2.0**53, 2.0**63, 2.0**64, -(2.0**63), 0.00005]),
    st.integers(-(2**70), 2**70).map(float),
)
whole = st.one_of(st.integers(), st.sampled_from([2**53 + 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**40]))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), whole, floats, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


@pytest.mark.long_form
@settings(max_examples=sized(120, 400), deadline=None)
@given(values)
def test_server_and_tablet_write_the_same_text_of_whatever_there_is(value: Any) -> None:
    text = canonical(value)
    assert text == on_the_tablet(value) == written(value)
    assert canonical(json.loads(text)) == text, "what was read back is written the same"
    try:
        before = [
            orjson.dumps(value, option=orjson.OPT_SORT_KEYS),
            json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
        ]
    except (TypeError, UnicodeEncodeError):
        before = []
    before = before if isinstance(value, dict | list) else []
    assert set(before) <= set(forms(value)), "what was ever hashed is known"
    for former in forms(value)[1:]:
        assert canonical(json.loads(former)) == text, "however it was written before"


@pytest.mark.long_form
@settings(max_examples=sized(100, 300), deadline=None)
@given(floats)
def test_a_number_has_its_shortest_digits_without_an_exponent_or_a_fraction_of_zero(value: Any) -> None:
    text = number(value)
    assert float(text) == value
    assert set(text) <= set("-.0123456789")
    assert not text.endswith((".0", "."))
    assert text != "-0"
    assert text.replace(".", "").strip("-0") == repr(value).split("e")[0].replace(".", "").strip("-0")


@pytest.mark.long_form
@settings(max_examples=sized(100, 300), deadline=None)
@given(values)
def test_what_is_read_exactly_is_what_is_read_fast(value: Any) -> None:
    try:
        body = orjson.dumps(value)
    except TypeError:
        body = json.dumps(value).encode()
    exact = read_exactly(body)
    assert canonical(exact) == canonical(value)
    if not unstorable(exact):
        assert exact == orjson.loads(body)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "number_not_finite"),
        ("-Infinity", "number_not_finite"),
        ("1e400", "number_out_of_range"),
        ("18446744073709551616", "number_out_of_range"),
        ("9" * 5_000, "number_out_of_range"),
        ('{"a":1,"b":2,"a":3}', "repeated_field"),
        ('"\\ud800"', "text_not_storable"),
        ('{"\\u0000":1}', "text_not_storable"),
        ("[" * 17 + "]" * 17, "nested_too_deep"),
        ("[" * 1_000 + "]" * 1_000, "nested_too_deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested_too_deep"),
        ('[{"[":"]"},' * 5_000 + "1" + "]" * 5_000, "nested_too_deep"),
    ],
)
def test_what_no_client_can_hold_keeps_its_own_text_beside_what_is_sound(text: str, code: str) -> None:
    bad, good = read_exactly(f'[{text},{{"a":6.0}}]'.encode())
    assert {finding.code for finding in unstorable(bad)} == {code}
    assert good == {"a": 6.0}
    assert json.loads(written(good)) == {"a": 6}
    if code == "repeated_field":
        assert written(bad) == b'{"a":1,"a":3,"b":2}'
    elif isinstance(bad, Odd):
        assert written(bad).decode() == text
    elif code == "nested_too_deep":
        assert len(written(bad)) == len(text), "nothing of it is lost"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b'["' + b'\\"' * 100_000, b"\xff", b"[1,]", b"[" * 70 + b"]" * 69]
)
def test_what_is_not_json_is_told_at_once(body: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Problem):
        read_exactly(body)
    assert time.process_time() - began < 1


def test_sixteen_levels_are_kept_and_seventeen_are_not() -> None:
    value: Any = []
    for level in range(1, 40):
        assert too_deep(value) is bool(unstorable(value)) is (level > MAX_DEPTH), level
        assert may_be_too_deep(canonical(value)) is (level > MAX_DEPTH), level
        value = [value, {}, []] if level % 2 else {"a": value, "b": [{}]}


@pytest.mark.long_form
@settings(max_examples=sized(30, 400), deadline=None)
@given(
    st.recursive(
        st.text('[]{}\\",a') | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text('[]}"a'), inner)
    )
)
@example("]" * 40)
@example([["]" * 30 + '"'] * 3])
def test_brackets_in_texts_hide_no_level(value: Any) -> None:
    for _ in range(MAX_DEPTH - 3):
        value = ["[", value, "]"]
    assert may_be_too_deep(canonical(value)) or not too_deep(value)


def test_two_contents_are_the_same_where_a_form_of_theirs_is() -> None:
    one, two, three = (bytes([n]) * DIGEST_BYTES for n in range(3))
    assert same_content(one + two, two)
    assert same_content(three, one + three)
    assert not same_content(one + two, three)
    assert not same_content(one, b"")
    assert isinstance(read_exactly(b'{"a":1,"a":2}'), Repeated)


def test_a_client_in_another_language_computes_the_vectors() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node on this machine")
    script = Path(__file__).with_name("canonical.mjs")
    told = subprocess.run([node, script], input=VECTORS.read_bytes(), capture_output=True, check=True, timeout=60)
    found = json.loads(told.stdout)
    assert found["faults"] == []
    assert found["computed"] >= 15
