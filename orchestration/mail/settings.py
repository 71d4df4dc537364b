"""Define the settings of outgoing e-mail, with the prefix ``VOICE_MAIL_``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings
from orchestration.mail.addresses import address_of, addresses_by_recipient


class MailSettings(VendorSettings):
    """Settings of e-mail; a sender, recipients' addresses, and a server or a region enable it."""

    model_config = SettingsConfigDict(env_prefix="VOICE_MAIL_", extra="ignore", frozen=True)

    sender: str = Field(default="", description="From address of e-mails: Name <address>; empty disables e-mails.")
    addresses: SecretStr | None = Field(
        default=None,
        description="Addresses of the recipients in data/recipients.yml: name=address, several separated by commas.",
    )
    transport: Literal["smtp", "ses"] = Field(
        default="smtp", description="Send by an SMTP server, or by Amazon SES (AWS_* variables)."
    )
    smtp_host: str = Field(default="", description="SMTP server.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the SMTP server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="STARTTLS after connecting, TLS from the first byte, or none (on loopback alone)."
    )
    smtp_username: str = Field(default="", description="User of the SMTP server; empty sends without a login.")
    smtp_password: SecretStr | None = Field(default=None, description="Password of the SMTP server.")
    ses_region: str = Field(default="", description="AWS region of Amazon SES; empty uses AWS_DEFAULT_REGION.")
    ses_configuration_set: str = Field(default="", description="Configuration set of Amazon SES, for its events; empty means none.")

    @field_validator("sender")
    @classmethod
    def _an_address(cls, sender: str) -> str:
        if sender:
            address_of(sender)
        return sender

    @field_validator("addresses")
    @classmethod
    def _names_and_addresses(cls, addresses: SecretStr | None) -> SecretStr | None:
        if addresses is not None:
            addresses_by_recipient(addresses.get_secret_value())
        return addresses

    @property
    def missing(self) -> str | None:
        if self.sender and not self.by_recipient:
            return "VOICE_MAIL_ADDRESSES"
        return self.missing_server

    @property
    def missing_server(self) -> str | None:
        """Return what is missing to send to anybody, whoever the recipients are."""
        if not self.sender:
            return "VOICE_MAIL_SENDER"
        return "VOICE_MAIL_SMTP_HOST" if self.transport == "smtp" and not self.smtp_host else None

    @property
    def by_recipient(self) -> dict[str, str]:
        """Return addresses by the name of their recipient."""
        return addresses_by_recipient(self.addresses.get_secret_value()) if self.addresses else {}
