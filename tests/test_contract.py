"""The documents of the contract: whole, worked through, made from the code, and good for older clients."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from shapes import Json
from typer.testing import CliRunner

from app.accounts.permissions import Scope
from app.api.documents.compatibility import breaks
from app.api.documents.findings import ON_TABLETS, OTHERS
from app.api.documents.glossary import OUTCOMES
from app.api.documents.openapi import TABLET_VERSION
from app.api.documents.opening import references
from app.cli import app as cli
from app.core.problems import Code
from app.intake.finding_texts import TEXTS
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.schema import CHOICES
from kumkm_tablet.form import Form

TOGETHER = True
FOLDER = Path(__file__).parent.parent / "openapi"


def load(name: str) -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  (a safe one, in C)


@pytest.fixture(scope="module", params=["kumkm.yaml", "tablet.yaml"])
def document(request: pytest.FixtureRequest) -> Json:
    return load(request.param)


@pytest.fixture(scope="module")
def released() -> Json:
    return load("released/tablet-1.0.0.yaml")


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, told in document["paths"].items():
        for method, operation in told.items():
            yield f"{method.upper()} {path}", operation


@pytest.fixture(scope="module")
def validator(document: Json) -> Callable[[Json], Any]:
    """Makes the validator of a schema of the document, whose components are read once for all of them."""
    known = {"components": {"schemas": document["components"]["schemas"]}}
    registry = jsonschema_rs.Registry([("urn:document", known)])

    def validator_of(schema: Json) -> Any:
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
        return jsonschema_rs.validator_for(absolute, registry=registry, validate_formats=True)

    return validator_of


@pytest.mark.proof
def test_files_and_code_agree() -> None:
    result = CliRunner().invoke(cli, ["openapi", "--check", "--folder", str(FOLDER)])
    assert result.exit_code == 0, result.output


@pytest.mark.proof
def test_a_file_that_is_stale_or_one_too_many_is_found(tmp_path: Path) -> None:
    CliRunner().invoke(cli, ["openapi", "--folder", str(tmp_path)])
    (tmp_path / "vectors/backoff.json").write_text("{}\n")
    (tmp_path / "schemas/umkm@0.json").write_text("{}\n")
    result = CliRunner().invoke(cli, ["openapi", "--check", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "backoff.json" in result.output.replace("\n", "")
    assert "umkm@0.json" in result.output.replace("\n", "")


def test_every_operation_answer_field_and_parameter_is_described_with_its_label(document: Json) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (name, parameter["name"])
            assert parameter["x-label-id"], (name, parameter["name"])
            assert "example" in parameter or not parameter["required"], (name, parameter["name"])
        assert all(answer["description"] for answer in operation["responses"].values()), name
    for name, schema in document["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            assert told["description"], (name, field)
            assert told["x-label-id"], (name, field)


def test_every_body_and_answer_has_an_example_that_fits_its_schema(
    document: Json, validator: Callable[[Json], Any]
) -> None:
    for name, operation in operations(document):
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [answer.get("content", {}) for answer in operation["responses"].values()]
        for content in contents:
            for media_type, media in content.items():
                if "json" not in media_type or "schema" not in media:
                    continue
                examples = [media["example"]] if "example" in media else []
                for each in media.get("examples", {}).values():
                    reference = each.get("$ref", "").removeprefix("#/components/examples/")
                    examples.append((document["components"]["examples"][reference] if reference else each)["value"])
                assert examples, (name, media_type)
                check = validator(media["schema"])
                for example in examples:
                    assert [error.message for error in check.iter_errors(example)] == [], (name, example)


def test_every_outcome_problem_and_finding_is_explained_in_both_languages(document: Json) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["Outcome"]["x-extensible-enum"]) == set(OUTCOMES)
    problems, findings, faults = (
        schemas[name]["properties"]["code"]["x-codes"] for name in ("Problem", "Doubt", "FieldProblem")
    )
    assert set(problems) == {code.code for code in Code}
    assert set(findings) == set(TEXTS)
    assert set(faults) in ({*ON_TABLETS, *OTHERS}, set(ON_TABLETS))
    meanings = schemas["Outcome"]["x-meanings"]
    for told in (*meanings.values(), *problems.values(), *findings.values(), *faults.values()):
        assert told["id"]
        assert told["en"]


def test_every_example_of_a_parameter_fits_its_schema(document: Json, validator: Callable[[Json], Any]) -> None:
    for name, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if "example" in parameter:
                check = validator(parameter["schema"])
                found = [error.message for error in check.iter_errors(parameter["example"])]
                assert found == [], (name, parameter["name"])


@pytest.mark.proof
def test_what_makes_something_says_by_which_key_it_can_be_sent_again() -> None:
    """As docs/integrators.md promises."""
    said = {
        name: " ".join(operation["description"].split())
        for name, operation in operations(load("kumkm.yaml"))
        if name.startswith("POST") and {"201", "202"} & set(operation["responses"])
    }
    assert len(said) > 8
    assert [name for name, text in said.items() if "Idempotent by" not in text] == []


def keys(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        yield from told
    for each in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from keys(each)


def test_bounds_are_told_in_the_words_of_json_schema(document: Json) -> None:
    """A linter says no to pydantic's own words, and a generated client passes them over."""
    schemas = [parameter["schema"] for _, told in operations(document) for parameter in told.get("parameters", ())]
    assert not {"ge", "le", "gt", "lt", "multiple_of", "min_length", "max_length"} & set(keys(schemas))
    assert {"minimum", "maximum"} <= set(keys(schemas))


def reached(document: Json, told: Any) -> Any:
    """The schemas that something needs, and those that these need."""
    waiting, known = list(references(told)), set()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += references(document["components"]["schemas"][name])
    return known


def closed_lists(told: Any) -> Iterator[Json]:
    if isinstance(told, dict):
        if "enum" in told or "discriminator" in told:
            yield told
        for each in told.values():
            yield from closed_lists(each)
    elif isinstance(told, list):
        for each in told:
            yield from closed_lists(each)


def test_no_list_of_words_in_an_answer_is_closed(document: Json) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            schemas = [media.get("schema", {}) for media in answer.get("content", {}).values()]
            schemas += [document["components"]["schemas"][each] for each in reached(document, schemas)]
            assert list(closed_lists(schemas)) == [], (name, status)


def test_lists_of_words_in_what_a_client_sends_stay_closed(document: Json) -> None:
    bodies = [operation.get("requestBody", {}) for _, operation in operations(document)]
    parameters = [operation.get("parameters", []) for _, operation in operations(document)]
    assert any("enum" in each for each in closed_lists(parameters))
    schemas = [document["components"]["schemas"][each] for each in reached(document, bodies)]
    assert "x-extensible-enum" not in json.dumps(schemas)


def test_every_operation_says_how_one_signs_in_and_when_to_come_again(document: Json) -> None:
    schemes = document["components"]["securitySchemes"]
    flows = schemes["OAuth2PasswordBearer"]["flows"]
    assert set(flows) == {"password", "clientCredentials"}
    assert all(set(flow["scopes"]) == set(Scope) for flow in flows.values())
    for name, operation in operations(document):
        assert isinstance(operation["security"], list), name
        assert bool(operation["security"]) == ("401" in operation["responses"]), name
        for status in {"429", "503"} & set(operation["responses"]):
            assert "Retry-After" in operation["responses"][status]["headers"], (name, status)
        if "304" in operation["responses"]:
            assert "ETag" in operation["responses"]["200"]["headers"], name
            assert "If-None-Match" in [each["name"] for each in operation["parameters"]], name


def test_json_comes_before_other_forms_of_an_answer(document: Json) -> None:
    """Generators take the first for the answer's type."""
    for name, operation in operations(document):
        for answer in operation["responses"].values():
            kinds = list(answer.get("content", {}))
            assert "application/json" not in kinds[1:], name


def test_the_tablets_document_holds_what_a_tablet_speaks_and_nothing_more() -> None:
    tablet = load("tablet.yaml")
    assert {path.split("/")[2] for path in tablet["paths"]} == {"auth", "sync", "me", "doors"}
    assert len(tablet["components"]["schemas"]) < 60
    text = json.dumps(tablet)
    for name in tablet["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in text, name


RETIRED = {
    "1.0.0": ["GET /v1/sync/known-identities 200 is no longer application/vnd.kumkm.known-identities"],
    "1.1.0": [],
    "1.2.0": [],
}
"""What clients of a release have to do without, and are told so: the filter of version 1 was a list of numbers."""


@pytest.mark.parametrize("version", RETIRED)
def test_clients_of_every_release_go_on_working(version: str) -> None:
    assert breaks(load(f"released/tablet-{version}.yaml"), load("tablet.yaml")) == RETIRED[version]


def test_the_contracts_version_is_released_and_has_notes() -> None:
    assert {path.stem for path in (FOLDER / "released").glob("*.yaml")} == {f"tablet-{version}" for version in RETIRED}
    assert load("tablet.yaml")["info"]["version"] == TABLET_VERSION
    assert f"## {TABLET_VERSION}, " in (FOLDER / "released/README.md").read_text(encoding="utf-8")
    assert load(f"released/tablet-{TABLET_VERSION}.yaml")["info"]["version"] == TABLET_VERSION


def _remove_operation(made: Json) -> None:
    del made["paths"]["/v1/sync/reconcile"]


def _want_a_field(made: Json) -> None:
    made["components"]["schemas"]["Item"]["required"].append("location")


def _narrow(made: Json) -> None:
    made["components"]["schemas"]["Item"]["properties"]["questionnaire"]["maxLength"] = 5


def _drop_an_answer(made: Json) -> None:
    del made["components"]["schemas"]["Receipt"]["properties"]["clock_skew_s"]


def _no_longer_always(made: Json) -> None:
    made["components"]["schemas"]["Receipt"]["required"].remove("counts")


def _another_type(made: Json) -> None:
    made["components"]["schemas"]["ItemReceipt"]["properties"]["revision"] = {"type": "string"}


def _perhaps_null(made: Json) -> None:
    made["components"]["schemas"]["Receipt"]["properties"]["item_count"] = {
        "anyOf": [{"type": "integer"}, {"type": "null"}]
    }


def _new_word(made: Json) -> None:
    made["components"]["schemas"]["Reconciled"]["properties"]["state"]["enum"].append("perhaps")


def _want_a_parameter(made: Json) -> None:
    made["paths"]["/v1/sync/handshake"]["get"]["parameters"][0]["required"] = True


def _other_media_type(made: Json) -> None:
    content = made["paths"]["/v1/sync/changes"]["get"]["responses"]["200"]["content"]
    content["application/cbor"] = content.pop("application/json")


def _fewer_words(made: Json) -> None:
    made["paths"]["/v1/sync/attachments/{sha256}"]["put"]["parameters"][2]["schema"]["enum"] = ["place"]


@pytest.mark.parametrize(
    "change",
    [
        _remove_operation,
        _want_a_field,
        _narrow,
        _drop_an_answer,
        _no_longer_always,
        _another_type,
        _perhaps_null,
        _new_word,
        _want_a_parameter,
        _other_media_type,
        _fewer_words,
    ],
)
def test_a_change_that_breaks_older_clients_is_found(released: Json, change: Callable[[Json], None]) -> None:
    newer = copy.deepcopy(released)
    change(newer)
    assert len(breaks(released, newer)) >= 1


def test_a_change_that_harms_nobody_is_none(released: Json) -> None:
    newer = copy.deepcopy(released)
    schemas = newer["components"]["schemas"]
    newer["paths"]["/v1/sync/new"] = {"get": {"responses": {}}}
    schemas["Item"]["properties"]["weather"] = {"type": "string"}
    schemas["Receipt"]["properties"]["weather"] = {"type": "string"}
    schemas["Receipt"]["required"].append("weather")
    schemas["Outcome"]["enum"].append("postponed")
    schemas["Item"]["properties"]["questionnaire"]["maxLength"] = 80
    assert breaks(released, newer) == []


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_questionnaires_schema_has_labels_in_both_languages(name: str) -> None:
    schema = json.loads((FOLDER / f"schemas/{name}.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema)
    for question in Form(schema).questions():
        assert question.label_id, question.path
        assert question.label_en, question.path
        assert all(CHOICES[word] for word in question.choices)


@pytest.mark.proof
@pytest.mark.parametrize("document", ["tablet.yaml", "kumkm.yaml"])
def test_a_schema_is_called_by_its_name_alone(document: str) -> None:
    """Of two that are called alike, FastAPI writes the modules into the contract."""
    assert [name for name in load(document)["components"]["schemas"] if "__" in name] == []
