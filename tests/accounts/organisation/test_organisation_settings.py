"""What is set by halves for an organisation's provider keeps the server from starting, and says why. Pure."""

import pytest

from app.core.settings import SettingsError, new_key, settings_from_environment

WHOLE = {
    "KUMKM_OIDC_ISSUER": "https://sso.example.go.id/realms/dinas",
    "KUMKM_OIDC_CLIENT_ID": "kumkm",
    "KUMKM_PUBLIC_ORIGIN": "https://kumkm.example.go.id",
}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, ""),
        ({"KUMKM_OIDC_CLIENT_ID": ""}, "KUMKM_OIDC_CLIENT_ID is missing"),
        ({"KUMKM_PUBLIC_ORIGIN": ""}, "KUMKM_PUBLIC_ORIGIN is missing or no https address"),
        ({"KUMKM_PUBLIC_ORIGIN": "http://kumkm.example.go.id"}, "KUMKM_PUBLIC_ORIGIN is missing or no https address"),
        ({"KUMKM_OIDC_ISSUER": ""}, "KUMKM_OIDC_CLIENT_ID without KUMKM_OIDC_ISSUER"),
        ({"KUMKM_OIDC_ISSUER": "http://sso.example.go.id"}, "KUMKM_OIDC_ISSUER: write the provider's issuer"),
        ({"KUMKM_OIDC_ISSUER": "https://sso.example.go.id/?a=b"}, "KUMKM_OIDC_ISSUER: write the provider's issuer"),
        ({"KUMKM_OIDC_ISSUER": "https://a:b@sso.example.go.id"}, "KUMKM_OIDC_ISSUER: write the provider's issuer"),
        ({"KUMKM_OIDC_ISSUER": "https://sso.example.go.id:abc"}, "KUMKM_OIDC_ISSUER: write the provider's issuer"),
        ({"KUMKM_OIDC_CLAIM": "email"}, "KUMKM_OIDC_SCOPES needs `email`"),
        ({"KUMKM_OIDC_CLAIM": "email", "KUMKM_OIDC_SCOPES": "openid email"}, ""),
        ({"KUMKM_OIDC_SCOPES": "profile"}, "KUMKM_OIDC_SCOPES needs `openid`"),
        ({"KUMKM_OIDC_ISSUER": "", "KUMKM_OIDC_CLIENT_ID": "", "KUMKM_OIDC_CLIENT_SECRET": "hush"}, "_SECRET without"),
    ],
)
def test_what_is_set_by_halves_keeps_the_server_from_starting_and_says_why(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
    for name in ("token", "sealing"):
        monkeypatch.setenv(f"KUMKM_{name.upper()}_KEYS", f"1:{new_key()}")
    monkeypatch.setenv("KUMKM_DIGEST_KEY", new_key())
    for name, value in {**WHOLE, **told}.items():
        monkeypatch.setenv(name, value)
    if not said:
        settings_from_environment()
        return
    with pytest.raises(SettingsError) as refused_:
        settings_from_environment()
    assert said in str(refused_.value)
    assert "hush" not in str(refused_.value)
