"""Define the settings of the PagerDuty adapter, with the prefix ``VOICE_PAGERDUTY_``."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings


class PagerDutySettings(VendorSettings):
    """Settings of PagerDuty; the routing key enables it."""

    model_config = SettingsConfigDict(env_prefix="VOICE_PAGERDUTY_", extra="ignore", frozen=True)

    routing_key: SecretStr | None = Field(
        default=None, description="Integration key (32 characters) of an Events API v2 integration on a PagerDuty service."
    )
    url: str = Field(default="https://events.pagerduty.com", description="Events API; https://events.eu.pagerduty.com in the EU.")
    requests_per_minute: int = Field(
        default=120, ge=1, description="Maximum events to PagerDuty per minute, shared by all runs: alerts are few."
    )

    @property
    def missing(self) -> str | None:
        return None if self.routing_key and self.routing_key.get_secret_value() else "VOICE_PAGERDUTY_ROUTING_KEY"
