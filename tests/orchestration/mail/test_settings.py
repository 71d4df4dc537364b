"""Addresses are read from settings and never repeated in an error."""

import pytest
from pydantic import ValidationError

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import settings_or_failure
from orchestration.mail.addresses import address_of, addresses_by_recipient
from orchestration.mail.settings import MailSettings


def test_addresses_are_named_by_their_recipients():
    assert addresses_by_recipient("vp_sales=Dana <dana@readers.example>, ceo = sam@readers.example,") == {
        "vp_sales": "dana@readers.example",
        "ceo": "sam@readers.example",
    }


@pytest.mark.parametrize("text", ["dana@readers.example", "vp=", "vp=nobody", "vp=a@b@c", "a=x@y.example,a=z@y.example"])
def test_what_is_no_list_of_addresses_is_refused_without_saying_it(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_MAIL_ADDRESSES", text)
    with pytest.raises(ConfigurationFailure, match="VOICE_MAIL_ADDRESSES") as raised:
        settings_or_failure(MailSettings)
    assert "@" not in str(raised.value)


def test_the_sender_must_be_an_address():
    assert address_of("Voice Agent <a@voice.example>").display_name == "Voice Agent"
    with pytest.raises(ValidationError):
        MailSettings.model_validate({"sender": "Voice Agent"})


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "VOICE_MAIL_SENDER"),
        ({"sender": "a@voice.example"}, "VOICE_MAIL_ADDRESSES"),
        ({"sender": "a@voice.example", "addresses": "vp=b@voice.example"}, "VOICE_MAIL_SMTP_HOST"),
        ({"sender": "a@voice.example", "addresses": "vp=b@voice.example", "smtp_host": "localhost"}, None),
        ({"sender": "a@voice.example", "addresses": "vp=b@voice.example", "transport": "ses"}, None),
    ],
)
def test_e_mail_is_off_until_sender_addresses_and_server_are_set(given: dict[str, str], missing: str | None):
    assert MailSettings.model_validate(given).missing == missing
