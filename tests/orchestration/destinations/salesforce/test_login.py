"""Three ways to sign in, chosen by the settings that are there; what is wrong is said without a secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from contract.platform.failures import ConfigurationFailure
from orchestration.delivery.failures import DestinationUnavailable
from orchestration.destinations.salesforce.login import log_in
from orchestration.destinations.salesforce.settings import SalesforceSettings
from tests.fakes.salesforce.server import Api, serve
from tests.fakes.sandbox import staffed_org

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api(staffed_org())
    with serve(api):
        yield api


def settings(api: Api, **fields: object) -> SalesforceSettings:
    return SalesforceSettings(url=api.url, client_id=SecretStr("client"), **fields)  # type: ignore[arg-type]


def test_each_way_is_chosen_by_what_is_set(api: Api, tmp_path: Path):
    key = tmp_path / "key.pem"
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(private.private_bytes(*shape))
    secret = SecretStr("secret")
    ways = [
        {"client_secret": secret},
        {"username": "u@x.example", "private_key": key},
        {"client_secret": secret, "username": "u@x.example", "password": SecretStr("pw")},
    ]
    for way in ways:
        login = log_in(settings(api, **way), requests.Session(), 5.0)
        assert login.user_id == api.org.integration_user_id
        assert login.instance_url == api.url
    assert api.grants == ["client_credentials", JWT, "password"]


@pytest.mark.parametrize("way", [{"client_secret": SecretStr("wrong")}, {}, {"private_key": Path("/nowhere/key.pem")}])
def test_what_is_refused_names_settings_and_no_secret(api: Api, way: dict[str, object]):
    with pytest.raises(ConfigurationFailure) as failure:
        log_in(settings(api, **way), requests.Session(), 5.0)
    assert "VOICE_SALESFORCE" in str(failure.value)
    assert "wrong" not in str(failure.value)


def test_a_login_server_that_is_away_is_tried_again_later(api: Api):
    api.faults = [503]
    with pytest.raises(DestinationUnavailable):
        log_in(settings(api, client_secret=SecretStr("secret")), requests.Session(), 5.0)
