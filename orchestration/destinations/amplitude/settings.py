"""Define the settings of the Amplitude adapter, with the prefix ``VOICE_AMPLITUDE_``."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings


class AmplitudeSettings(VendorSettings):
    """Settings of Amplitude; the key alone enables it."""

    model_config = SettingsConfigDict(env_prefix="VOICE_AMPLITUDE_", extra="ignore", frozen=True)

    api_key: SecretStr | None = Field(default=None, description="API key of the Amplitude project; empty disables Amplitude.")
    url: str = Field(
        default="https://api2.amplitude.com", description="Amplitude's HTTP API; https://api.eu.amplitude.com for data in the EU."
    )
    requests_per_minute: int = Field(default=600, ge=1, description="Maximum requests to Amplitude per minute, shared by all runs.")

    @property
    def missing(self) -> str | None:
        return None if self.api_key is not None else "VOICE_AMPLITUDE_API_KEY"
