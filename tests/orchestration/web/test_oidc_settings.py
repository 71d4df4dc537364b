"""Settings of the sign-in by OpenID Connect that would open a way round it are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from orchestration.resources import Platform
from orchestration.web.service import make_service
from orchestration.web.settings import WebSettings, load_web_settings

ISSUER = {"VOICE_WEB_OIDC_ISSUER": "https://id.example", "VOICE_WEB_OIDC_CLIENT_ID": "voice"}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({**ISSUER, "VOICE_WEB_OIDC_CLIENT_ID": ""}, "VOICE_WEB_OIDC_CLIENT_ID"),
        ({**ISSUER, "VOICE_WEB_OIDC_ISSUER": "http://id.example"}, "VOICE_WEB_OIDC_ISSUER"),
        ({**ISSUER, "VOICE_WEB_IDENTITY_HEADER": "X-E", "VOICE_WEB_TRUSTED_PROXIES": "10.0.0.7"}, "VOICE_WEB_IDENTITY_HEADER"),
        ({**ISSUER, "VOICE_WEB_OIDC_SCOPES": "email"}, "VOICE_WEB_OIDC_SCOPES"),
    ],
)
def test_settings_that_open_a_way_round_are_refused(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationFailure, match=named):
        load_web_settings()


def test_with_a_provider_any_address_may_be_listened_on(monkeypatch: pytest.MonkeyPatch):
    for name, value in {**ISSUER, "VOICE_WEB_HOST": "0.0.0.0"}.items():
        monkeypatch.setenv(name, value)
    assert load_web_settings().host == "0.0.0.0"


@pytest.mark.parametrize("base", ["", "http://voice.example"])
def test_people_must_be_able_to_return_unread(tmp_path: Path, base: str):
    platform = Platform(Settings(home=tmp_path, base_url=base))
    settings = WebSettings(oidc_issuer="https://id.example", oidc_client_id="voice")
    with pytest.raises(ConfigurationFailure, match="VOICE_BASE_URL"):
        make_service(platform, settings)
    platform.close()
