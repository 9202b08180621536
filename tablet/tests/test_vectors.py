"""The client does what the vectors of the contract say."""

import base64
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from shapes import Json

from kumkm_tablet import numbers
from kumkm_tablet.canonical import canonical, content_sha256, uuid7
from kumkm_tablet.form import Form
from kumkm_tablet.heard import heard_name
from kumkm_tablet.known import Known, NotAFilter, name_in
from kumkm_tablet.network import Policy

VECTORS = Path(__file__).parents[2] / "openapi/vectors"
PROVINCES = ("11", "16", "32")


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def test_identifiers() -> None:
    told = vectors("identifiers")
    today = date.fromisoformat(told["today"])
    checks = {
        "nik": lambda text: numbers.check_nik(text, provinces=PROVINCES, today=today),
        "npwp": lambda text: numbers.check_npwp(text, provinces=PROVINCES, today=today),
        "nib": numbers.check_nib,
        "cooperative_number": numbers.check_cooperative_number,
        "passport": lambda text: numbers.check_foreign_number(text, "passport"),
        "kitas": lambda text: numbers.check_foreign_number(text, "kitas"),
        "nitku": numbers.check_nitku,
    }
    for case in told["cases"]:
        found = checks[case["kind"]](case["text"])
        assert found.fault == case["fault"], case
        if case["fault"] is None:
            assert found.digits == case["digits"], case


def test_normalisation() -> None:
    for case in vectors("normalisation")["cases"]:
        assert numbers.stripped(case["text"]) == case["stripped"], case
    ranges = [[int(end, 16) for end in each.split("-")] for each in vectors("normalisation")["removed"]]
    removed = {point for first, last in ranges for point in range(first, last + 1)}
    assert removed == {point for point in range(0x110000) if numbers.stripped(chr(point)) == ""}


def test_names() -> None:
    for case in vectors("names")["cases"]:
        assert numbers.is_name(case["text"]) is case["names"], case


def test_content() -> None:
    told = vectors("content")
    cases = [(case["item"], case) for case in told["cases"]]
    cases += [(json.loads(case["text"]), case) for case in told["texts"]]
    for value, case in cases:
        assert canonical(value).decode() == case["canonical"]
        assert content_sha256(canonical(value)) == case["sha256"]


def test_backoff() -> None:
    told = vectors("backoff")
    policy = Policy(rng=random.Random(1))
    policy.learn(told["retry"])
    for case in told["cases"]:
        after = None if case["retry_after"] is None else float(case["retry_after"])
        waits = [policy.wait(case["attempt"], after) for _ in range(300)]
        assert min(waits) >= case["at_least_s"], case
        if case["at_most_s"] is not None:
            assert max(waits) <= case["at_most_s"], case
            assert max(waits) - min(waits) > 0.8 * case["at_most_s"], "full jitter"


def test_known_identities() -> None:
    told = vectors("known_identities")
    known = Known.read(base64.b64decode(told["filter"]))
    assert (known.bits, list(known.fingerprints)) == (told["bits"], told["fingerprints"])
    assert Known.opened(known.kept()) == known
    assert {case["probably_recorded"] for case in told["probes"]} == {True, False}
    for case in told["probes"]:
        assert known.has(case["kind"], case["digits"], case["name"]) is case["probably_recorded"], case
    assert not known.has("nik", told["probes"][0]["digits"], "")


def test_heard_names() -> None:
    for case in vectors("heard_names")["cases"]:
        assert heard_name(case["name"]) == case["heard"], case


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"legal_name": "Warung Sari", "owner": {"name": "Sari"}}, "Sari"),
        ({"legal_name": "Warung Sari", "owner": {"name": "-"}}, "Warung Sari"),
        ({"legal_name": "KUD Makmur", "owner": None, "chair": {"name": "Budi"}}, "KUD Makmur"),
        ({"legal_name": 5, "owner": []}, ""),
    ],
)
def test_the_name_that_numbers_are_bound_to(answers: Json, name: str) -> None:
    assert name_in(answers) == name


@pytest.mark.parametrize("data", [b"", b"<html>", b"KUMKM-KI\x01" + bytes(60), b"KUMKM-KI\x02" + bytes(60), None])
def test_what_is_no_filter_is_refused(data: bytes | None) -> None:
    whole = base64.b64decode(vectors("known_identities")["filter"])
    with pytest.raises(NotAFilter):
        Known.read(whole[:-20] if data is None else data)


def test_ids_are_uuid7_and_sort_by_time() -> None:
    ids = [uuid7(moment) for moment in (1_000.0, 2_000.0, 3_000.5)]
    assert ids == sorted(ids)
    assert {each[14] for each in ids} == {"7"}
    assert {each[19] for each in ids} <= set("89ab")
    assert uuid7(0, bytes(10)) == "00000000-0000-7000-8000-000000000000"


def test_errors_of_forms() -> None:
    told = vectors("forms")
    schemas = VECTORS.parent / "schemas"
    names = {case["questionnaire"] for case in told["cases"]}
    forms = {
        name: Form(json.loads((schemas / f"{name}.json").read_text("utf-8")), provinces=PROVINCES) for name in names
    }
    for case in told["cases"]:
        if any(code == "text_not_storable" for _, code in case["errors"]):
            continue  # nobody types that; the server alone looks for it
        errors, _ = forms[case["questionnaire"]].check(case["answers"], today=date.fromisoformat(told["today"]))
        assert {tuple(each) for each in errors} == {tuple(each) for each in case["errors"]}, case
