"""Settings of the Salesforce adapter, under the prefix ``VOICE_SALESFORCE_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings


class SalesforceSettings(VendorSettings):
    """Which login is used follows from the settings that are there (``login``)."""

    model_config = SettingsConfigDict(env_prefix="VOICE_SALESFORCE_", extra="ignore", frozen=True)

    url: str = Field(
        default="", description="My Domain of the Salesforce org, https://NAME.my.salesforce.com; empty means no Salesforce."
    )
    client_id: SecretStr | None = Field(default=None, description="Consumer key of the connected app.")
    client_secret: SecretStr | None = Field(
        default=None, description="Consumer secret: client credentials, or with user name and password a sandbox."
    )
    username: str = Field(default="", description="Integration user, for JWT bearer and password.")
    password: SecretStr | None = Field(default=None, description="Password with security token; sandboxes only.")
    private_key: Path | None = Field(default=None, description="PEM file of the connected app: JWT bearer.")
    create_leads: bool = Field(default=True, description="Whether a caller the CRM does not know becomes a Lead.")
    requests_per_day: int = Field(
        default=20_000, ge=1, description="Most API requests to Salesforce a UTC day, shared by all runs."
    )
    task_days: int = Field(default=30, ge=0, description="A call older than this, when it is first seen, gets no follow-up task.")

    @property
    def missing(self) -> str | None:
        return None if self.url else "VOICE_SALESFORCE_URL"
