"""`Settings` is made of parts, and each part has what it has by itself."""

import pytest
from pydantic_settings import BaseSettings, NoDecode

from app.core.keys import new_key
from app.core.settings import Settings, settings_from_environment

PARTS = [each for each in Settings.__mro__ if issubclass(each, BaseSettings) and each not in (Settings, BaseSettings)]


@pytest.mark.parametrize("part", PARTS)
def test_no_rule_of_a_part_is_hidden_by_one_of_the_same_name(part: type[BaseSettings]) -> None:
    whole = Settings.__pydantic_decorators__
    mine = part.__pydantic_decorators__
    for kind in ("field_validators", "model_validators"):
        for name, rule in getattr(mine, kind).items():
            used = getattr(whole, kind)[name]
            assert getattr(used.func, "__func__", used.func) is getattr(rule.func, "__func__", rule.func), name
            assert used.info == rule.info, name


def test_settings_of_several_values_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    written = {
        "DATABASE_URL": "postgresql://kumkm@127.0.0.1/kumkm",
        "KUMKM_TOKEN_KEYS": f"a:{new_key()}, b:{new_key()}",
        "KUMKM_SEALING_KEYS": f"1:{new_key()},2:{new_key()}",
        "KUMKM_DIGEST_KEY": new_key(),
        "KUMKM_LOST_SEALING_KEYS": "3, 4",
        "KUMKM_CORS_ORIGINS": "https://a.example.go.id, https://b.example.go.id",
        "KUMKM_WEBHOOK_NETWORKS": "10.20.0.0/16,fd00:20::/48,",
        "KUMKM_WEBHOOK_RETRY_S": "1, 2.5",
    }
    for name, value in written.items():
        monkeypatch.setenv(name, value)
    found = settings_from_environment()
    several = {name for name, field in Settings.model_fields.items() if NoDecode in field.metadata}
    assert {name: getattr(found, name) for name in several - {"token_keys", "sealing_keys"}} == {
        "lost_sealing_keys": frozenset({3, 4}),
        "cors_origins": ["https://a.example.go.id", "https://b.example.go.id"],
        "webhook_networks": ["10.20.0.0/16", "fd00:20::/48"],
        "webhook_retry_s": [1.0, 2.5],
    }
    assert (list(found.token_keys), list(found.sealing_keys)) == (["a", "b"], ["1", "2"])
