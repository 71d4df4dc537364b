"""Define the settings of the Salesforce adapter, with the prefix ``VOICE_SALESFORCE_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings


class SalesforceSettings(VendorSettings):
    """Settings of Salesforce; the ones that are set decide which login is used (``login``)."""

    model_config = SettingsConfigDict(env_prefix="VOICE_SALESFORCE_", extra="ignore", frozen=True)

    url: str = Field(
        default="", description="My Domain of the Salesforce org, https://NAME.my.salesforce.com; empty disables Salesforce."
    )
    client_id: SecretStr | None = Field(default=None, description="Consumer key of the connected app.")
    client_secret: SecretStr | None = Field(
        default=None, description="Consumer secret, for client credentials; in sandboxes also for user name and password."
    )
    username: str = Field(default="", description="Integration user, for JWT bearer and password.")
    password: SecretStr | None = Field(default=None, description="Password with security token; sandboxes only.")
    private_key: Path | None = Field(default=None, description="PEM file of the connected app: JWT bearer.")
    create_leads: bool = Field(default=True, description="Whether to create a Lead for a caller the CRM does not know.")
    requests_per_day: int = Field(
        default=20_000, ge=1, description="Maximum API requests to Salesforce per UTC day, shared by all runs."
    )
    task_days: int = Field(default=30, ge=0, description="Days: a call older than this when first seen gets no follow-up task.")

    @property
    def missing(self) -> str | None:
        return None if self.url else "VOICE_SALESFORCE_URL"
