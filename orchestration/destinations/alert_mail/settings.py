"""Define the settings of alerts by e-mail, with the prefix ``VOICE_ALERT_MAIL_``; the server is that of ``VOICE_MAIL_``."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings
from orchestration.mail.addresses import address_of


class AlertMailSettings(VendorSettings):
    """Settings of alerts by e-mail; an address enables its channel."""

    model_config = SettingsConfigDict(env_prefix="VOICE_ALERT_MAIL_", extra="ignore", frozen=True)

    ops_address: SecretStr | None = Field(
        default=None, description="Who gets alerts of operations and pages by e-mail when PagerDuty and Slack do not take them."
    )
    sales_address: SecretStr | None = Field(
        default=None, description="Who gets hot leads, bookings and competitors by e-mail when Slack does not take them."
    )

    @field_validator("ops_address", "sales_address")
    @classmethod
    def _an_address(cls, address: SecretStr | None) -> SecretStr | None:
        if address is not None and address.get_secret_value():
            address_of(address.get_secret_value())
        return address

    @property
    def by_channel(self) -> dict[str, str]:
        """Return the addresses that are set, by the name of the channel in ``data/alerts.yml``."""
        found = {"email_ops": self.ops_address, "email_sales": self.sales_address}
        return {name: secret.get_secret_value() for name, secret in found.items() if secret and secret.get_secret_value()}

    @property
    def missing(self) -> str | None:
        return None if self.by_channel else "VOICE_ALERT_MAIL_OPS_ADDRESS"
